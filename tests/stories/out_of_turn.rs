//! What others merge into production otherwise than a release would have: told at once, with the way on; and nothing is said
//! or done afterwards as if it had been the release's own merge.

use sandbox::{
    github::MergeMethod,
    wire::{Fault, Mishap, Service},
    world::WorldSettings,
};
use serde_json::json;

use super::{git_flow, release::deploys, train};
use crate::story::Story;

/// The newest pull request from a branch.
fn pull_from(story: &Story, head: &str) -> u64 {
    let pulls = story.world.github().pull_requests();
    pulls.iter().filter(|pull| pull.head == head).map(|pull| pull.number).max().unwrap()
}

/// Somebody merges it; the bot hears of it, or finds it at a look.
async fn merges(story: &Story, number: u64, method: MergeMethod, heard: bool) {
    story.world.github().lose_webhooks(!heard);
    story.world.github().merge_pull_request("erin-gh", number, method).await.unwrap();
    story.settle().await;
    if !heard {
        story.pass(6).await;
    }
    story.world.github().lose_webhooks(false);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_merge_of_a_cancelled_release_is_told() {
    for heard in [true, false] {
        let mut story = Story::begin().await;
        story.discord("alice", "release prepare", &[]).await;
        story.pass(9).await;
        let number = pull_from(&story, "release/v2.2.0");
        story.telegram("alice", "/release cancel keep=yes reason=\"the wrong week\"").await;
        merges(&story, number, MergeMethod::Merge, heard).await;
        let told = story.shown("Releases");
        let title = format!("api v2.2.0 is cancelled, and #{number} was merged all the same");
        assert_eq!(told.matches(&title).count(), 1, "{told}");
        assert!(told.contains("erin merged it into main"), "{told}");
        assert!(told.contains("revert it on GitHub") && told.contains("/release prepare"), "{told}");
        story.bot.killer()();
        story.start_bot().await;
        story.pass(12).await;
        assert_eq!(story.shown("Releases").matches(&title).count(), 1, "told once");
        assert_eq!(deploys(&story, "production.yml"), 0);
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_branch_that_nobody_holds_is_told_when_it_is_merged() {
    let mut story = Story::begin().await;
    let github = story.world.github();
    for (branch, heard) in [("release/v2.5.0", true), ("hotfix/v2.1.7", false)] {
        let number = story.opens("erin-gh", branch, "main").await;
        merges(&story, number, MergeMethod::Merge, heard).await;
        let told = story.shown("Releases");
        let title = format!("#{number} brought {branch} into main, and no release of mine holds it");
        assert_eq!(told.matches(&title).count(), 1, "{told}");
    }
    // With git alone, without a pull request.
    for (branch, heard) in [("release/v2.8.0", true), ("hotfix/v2.1.9", false)] {
        github.create_branch("erin-gh", branch, "main").await.unwrap();
        github.push_commit("erin-gh", branch, &format!("{branch}.txt"), "x", "feat: x").await.unwrap();
        story.settle().await;
        github.lose_webhooks(!heard);
        github.push_merge("erin-gh", "main", branch, &[]).await.unwrap();
        story.settle().await;
        story.pass(if heard { 0 } else { 6 }).await;
        github.lose_webhooks(false);
        let told = story.shown("Releases");
        let title = format!("api: somebody merged {branch} into main, and no release of mine holds it");
        assert_eq!(told.matches(&title).count(), 1, "{told}");
    }
    // What is named otherwise, or goes elsewhere, is nobody's release.
    let (other, aside) =
        (story.opens("dave-gh", "feature/x", "main").await, story.opens("dave-gh", "release/v2.6.0", "develop").await);
    for number in [other, aside] {
        github.merge_pull_request("dave-gh", number, MergeMethod::Merge).await.unwrap();
    }
    story.settle().await;
    // While the bot is away.
    story.bot.killer()();
    let github = story.world.github();
    github.create_branch("erin-gh", "release/v2.7.0", "main").await.unwrap();
    github.push_commit("erin-gh", "release/v2.7.0", "x.txt", "x", "feat: x").await.unwrap();
    let away = github.open_pull_request("erin-gh", "release/v2.7.0", "main", "Release").await.unwrap();
    github.merge_pull_request("erin-gh", away, MergeMethod::Squash).await.unwrap();
    story.world.clock().advance(chrono::TimeDelta::hours(3));
    story.start_bot().await;
    story.pass(6).await;
    let told = story.shown("Releases");
    assert_eq!(told.matches("no release of mine holds it").count(), 5, "{told}");
    assert!(told.contains(&format!("#{away} brought release/v2.7.0")), "{told}");
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_production_was_is_gone_and_it_is_looked_at_from_where_it_is() {
    let story = Story::begin().await;
    story.pass(6).await;
    let github = story.world.github();
    github.lose_webhooks(true);
    let was = github.commit("main").await.unwrap().unwrap().sha;
    // Somebody rewrote the branch, and GitHub has thrown away what it was before.
    for _ in 0..100 {
        let mishap = Mishap::Answer(404, vec![], json!({"message": "Not Found", "status": "404"}));
        let path = format!("compare/{was}");
        story.world.wire().fail_next(Fault { service: Service::GitHub, method: "GET".into(), path, mishap });
    }
    github.push_commit("erin-gh", "main", "anew.txt", "x", "feat: anew").await.unwrap();
    story.pass(6).await;
    github.create_branch("erin-gh", "release/v2.8.0", "main").await.unwrap();
    github.push_commit("erin-gh", "release/v2.8.0", "x.txt", "x", "feat: x").await.unwrap();
    github.push_merge("erin-gh", "main", "release/v2.8.0", &[]).await.unwrap();
    story.pass(12).await;
    let told = story.shown("Releases");
    let title = "api: somebody merged release/v2.8.0 into main, and no release of mine holds it";
    assert_eq!(told.matches(title).count(), 1, "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_squashed_in_its_turn_waits_for_its_commits() {
    for (method, heard) in [(MergeMethod::Squash, true), (MergeMethod::Rebase, false)] {
        let story = git_flow::accepted("canary").await;
        let number = pull_from(&story, "develop");
        merges(&story, number, method, heard).await;
        let told = story.shown("Releases");
        assert_eq!(
            told.matches(&format!("⚠ api v2.2.0: #{number} was squashed or rebased into main")).count(),
            1,
            "{told}"
        );
        assert!(told.contains("git switch main; git merge "), "{told}");
        story.pass(9).await;
        assert!(!story.told().contains("Tag v2.2.0 marks"), "{}", story.told());
        assert!(!story.told().contains("is merged, production comes next"), "{}", story.told());
        // Somebody brings them.
        story.world.github().push_merge("erin-gh", "main", "develop", &[]).await.unwrap();
        story.settle().await;
        story.pass(75).await;
        assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
        assert_eq!(story.shown("Releases").matches("⚠ api v2.2.0: #").count(), 1, "told once");
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_takes_a_squash_as_it_is() {
    let story = git_flow::accepted("canary").await;
    let number = pull_from(&story, "develop");
    merges(&story, number, MergeMethod::Squash, true).await;
    story.telegram("alice", "/release merge").await;
    story.pass(75).await;
    insta::assert_snapshot!(story.short("Releases"));
    assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_freeze_somebody_takes_a_squash_as_it_is_and_its_deploy_waits() {
    let story = git_flow::accepted("canary").await;
    let number = pull_from(&story, "develop");
    merges(&story, number, MergeMethod::Squash, true).await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    story.telegram("alice", "/release merge").await;
    let told = story.shown("Releases");
    assert!(told.contains(&format!("Going on with #{number} as it was merged")), "{told}");
    let before = deploys(&story, "production.yml");
    story.pass(30).await;
    assert_eq!(deploys(&story, "production.yml"), before, "what is merged is merged; its deploy is held by its own");
    story.telegram("alice", "/why").await;
    assert!(story.shown("Releases").contains("the audit"), "{}", story.shown("Releases"));
    story.telegram("carol", "/freeze lift").await;
    story.pass(75).await;
    assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_train_that_is_merged_before_its_departure_is_told() {
    let story = Story::begin_with(WorldSettings::weekly_train()).await;
    train::until_monday(&story).await;
    let number = pull_from(&story, "dev");
    merges(&story, number, MergeMethod::Merge, true).await;
    let told = story.shown("Releases");
    assert_eq!(told.matches(&format!("api v1.4.0: #{number} was merged before its turn")).count(), 1, "{told}");
    assert!(told.contains("it was to leave"), "{told}");
    story.until("2026-03-09 10:00").await;
    story.pass(9).await;
    let told = story.shown("Releases");
    assert!(!told.contains("does not leave") && !told.contains("left late"), "{told}");
    story.discord_gives("erin", "smoke").await;
    story.discord_gives("bob", "qa-live").await;
    story.telegram("carol", "/approve verify").await;
    assert!(story.told().contains("v1.4.0 is live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_departure_of_what_is_merged_already_is_said_what_is() {
    let story = Story::begin_with(WorldSettings::weekly_train()).await;
    train::until_review(&story).await;
    let number = pull_from(&story, "dev");
    merges(&story, number, MergeMethod::Merge, true).await;
    story.until("2026-03-09 10:00").await;
    story.pass(2).await;
    let told = story.shown("Releases");
    assert_eq!(told.matches("was merged before its turn").count(), 1, "{told}");
    assert!(!told.contains("does not leave"), "{told}");
    assert!(told.contains(&format!("#{number} is merged already, and not everything is through")), "{told}");
    story.telegram("dave", "/why").await;
    story.telegram_gives("erin", "pre-flight").await;
    story.discord("alice", "approve", &[("gate", "review")]).await;
    story.pass(9).await;
    story.discord_gives("erin", "smoke").await;
    story.discord_gives("bob", "qa-live").await;
    story.telegram("carol", "/approve verify").await;
    insta::assert_snapshot!(story.short("Releases"));
    assert!(story.told().contains("v1.4.0 is live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_train_that_is_squashed_before_its_departure_does_not_go_on_without_its_commits() {
    let story = Story::begin_with(WorldSettings::weekly_train()).await;
    train::until_monday(&story).await;
    let number = pull_from(&story, "dev");
    merges(&story, number, MergeMethod::Squash, true).await;
    story.until("2026-03-09 10:00").await;
    story.pass(2).await;
    let told = story.shown("Releases");
    assert!(told.contains(&format!("#{number} was merged before its turn")), "{told}");
    assert!(told.contains("It was squashed or rebased"), "{told}");
    assert!(!told.contains("does not leave") && !told.contains("left late"), "{told}");
    story.world.github().push_merge("erin-gh", "prod", "dev", &[]).await.unwrap();
    story.settle().await;
    story.pass(9).await;
    story.discord_gives("erin", "smoke").await;
    story.discord_gives("bob", "qa-live").await;
    story.telegram("carol", "/approve verify").await;
    assert!(story.told().contains("v1.4.0 is live"), "{}", story.told());
    story.end().await;
}
