//! What disappears while a release waits: a repository, and what the configuration named.

use sandbox::github::Shut;

use crate::story::Story;

/// A release waits for QA.
async fn waiting() -> Story {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_that_is_archived_is_said_to_be_so() {
    let story = waiting().await;
    story.world.github().shut(Some(Shut::Archived));
    story.pass(6).await;
    let told = story.shown("#incidents");
    assert!(told.contains("acme/api is archived on GitHub"), "{told}");
    story.telegram_approves("bob").await;
    let told = story.shown("Releases");
    assert!(told.contains("is archived on GitHub, so nothing can be changed there"), "{told}");
    assert!(!told.contains("give it the permission"), "{told}");
    story.world.github().shut(None);
    story.telegram("alice", "/release retry").await;
    // Its status could not be turned green meanwhile.
    story.pass(4).await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
    assert_eq!(story.shown("#incidents").matches("is archived on GitHub").count(), 1, "told once");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_that_is_gone_or_renamed_is_said_to_be_so() {
    let story = waiting().await;
    story.world.github().shut(Some(Shut::Deleted));
    story.pass(6).await;
    let told = story.shown("#incidents");
    assert!(told.contains("GitHub does not find acme/api") && !told.contains("failed"), "{told}");
    story.world.github().shut(None);
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    assert!(story.told().contains("v2.2.0 is live"), "it goes on by itself: {}", story.told());
    story.end().await;
    let story = waiting().await;
    story.world.github().rename("web-api");
    story.pass(6).await;
    let told = story.shown("#incidents");
    assert!(told.contains("acme/api is called acme/web-api by now"), "{told}");
    assert!(told.contains(r#"repository = "acme/web-api""#), "the new name is to be written down: {told}");
    // Webhooks bear the new name: nobody waits for a look, which would come a minute later.
    let before = story.world.clock().now();
    story.push("lin", "release/v2.2.0", "src/fix.rs", "fix", "fix: by hand").await;
    assert_eq!(story.world.clock().now(), before);
    assert!(story.shown("Releases").contains("new commits came"), "{}", story.shown("Releases"));
    story.pass(12).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    assert!(story.told().contains("v2.2.0 is live"), "what is written goes there: {}", story.told());
    assert_eq!(story.shown("#incidents").matches("is called acme/web-api by now").count(), 1, "told once");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_left_the_configuration_is_told_at_the_start_with_the_way_on() {
    let mut story = waiting().await;
    story.bot.stop().await;
    // The team's playbook goes along; what is under way keeps the plan that it began with.
    let folder = tempfile::tempdir().unwrap();
    let playbook = include_str!("../../playbooks/quick-release.toml")
        .replace("environment = \"production\"", "environment = \"live\"")
        .replace("roles = [\"qa\"]", "roles = [\"tester\"]");
    std::fs::write(folder.path().join("quick-release.toml"), playbook).unwrap();
    story.bot.reconfigure(|bot_toml| {
        let bot_toml = format!("playbooks = {:?}\n{bot_toml}", folder.path());
        let without = bot_toml.replace("[projects.api.environments.production]", "[projects.api.environments.live]");
        without.replace("\"qa\"", "\"tester\"").replace("name = \"alice\"", "name = \"alicia\"")
    });
    story.start_bot().await;
    let told = story.shown("#releases");
    insta::assert_snapshot!(
        told.split("bot.toml has changed").nth(1).unwrap_or_default().split("\nshipmate").next().unwrap()
    );
    story.bot.stop().await;
    story.start_bot().await;
    assert_eq!(story.shown("#releases").matches("bot.toml has changed").count(), 1, "a restart is no news");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_that_left_with_a_release_open_is_told_where_others_are() {
    let mut story = waiting().await;
    story.bot.stop().await;
    story.bot.reconfigure(|bot_toml| bot_toml.replace("[projects.api", "[projects.shop"));
    story.start_bot().await;
    story.pass(2).await;
    let told = story.shown("#incidents");
    assert!(told.contains("There is no project api any more") && told.contains("/release cancel version=#1"), "{told}");
    // The others go on, and the way on works.
    story.discord("alice", "release cancel", &[("version", "#1"), ("reason", "it moved")]).await;
    story.discord("alice", "release list", &[]).await;
    let told = story.told();
    assert!(told.contains("Cancelled: api v2.2.0"), "{told}");
    story.bot.stop().await;
    story.start_bot().await;
    assert_eq!(story.shown("#incidents").matches("There is no project api any more").count(), 1, "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_release_rests_on_is_missed_at_once() {
    let story = waiting().await;
    // QA looks at it; the tag, the branch and the pull request have their turn much later.
    story.world.github().delete_tag("maya", "v2.2.0").await.unwrap();
    story.settle().await;
    assert!(story.shown("Releases").contains("tag v2.2.0 is gone"), "{}", story.shown("Releases"));
    let pull = story.world.github().pull_requests().into_iter().find(|pull| pull.open).unwrap().number;
    story.world.github().close_pull_request("maya", pull).await.unwrap();
    story.settle().await;
    story.world.github().delete_branch("maya", "release/v2.2.0").await.unwrap();
    story.settle().await;
    let told = story.shown("#releases");
    for what in ["tag v2.2.0 is gone", "#13 was closed without merging", "branch release/v2.2.0 is gone"] {
        assert_eq!(told.matches(what).count(), 1, "{what}: {told}");
    }
    story.pass(12).await;
    assert_eq!(story.shown("#releases"), told, "once");
    insta::assert_snapshot!(told.split("QA sign-off of api").nth(1).unwrap().split("\nshipmate").next().unwrap());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_unheard_is_missed_a_little_later_and_what_is_done_with_is_not() {
    let story = waiting().await;
    story.bot_misses(async |github| github.delete_tag("maya", "v2.2.0").await.unwrap()).await;
    story.pass(6).await;
    assert!(story.shown("Releases").contains("tag v2.2.0 is gone"), "{}", story.shown("Releases"));
    story.end().await;
    let story = Story::begin().await;
    story.release_whole().await;
    story.world.github().delete_tag("maya", "v2.1.1").await.unwrap();
    story.pass(6).await;
    assert!(!story.told().contains("is gone"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_branch_of_a_story_and_the_branch_that_qa_decides_on_are_missed_at_once() {
    let story = Story::begin_with(sandbox::world::WorldSettings::module()).await;
    story.discord("alice", "release prepare", &[]).await;
    story.telegram("alice", "/release add S-10001 S-10002").await;
    story.pass(9).await;
    // The first one is tried on DEV when its branch goes; the other one is restored before anybody misses it.
    story.world.github().delete_branch("maya", "S-10001").await.unwrap();
    story.settle().await;
    assert!(story.shown("#releases").contains("branch S-10001 is gone"), "{}", story.told());
    story.telegram("alice", "/release remove S-10001 it is gone").await;
    story.pass(9).await;
    story.telegram("bob", "/approve S-10002").await;
    story.discord_press("carol", "Stories complete").await;
    story.pass(9).await;
    // What is in is in, with its branch or without it.
    story.world.github().delete_branch("maya", "S-10002").await.unwrap();
    story.settle().await;
    assert!(!story.shown("#releases").contains("branch S-10002 is gone"), "{}", story.told());
    // QA looks at the project branch.
    story.world.github().delete_branch("maya", "phase1-proj").await.unwrap();
    story.settle().await;
    assert!(story.shown("#releases").contains("branch phase1-proj is gone"), "{}", story.told());
    story.end().await;
}
