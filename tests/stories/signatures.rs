//! Branches that take signed commits only: what the bot writes bears no signature, what GitHub merges does.

use sandbox::{github::Permission, world::WorldSettings};
use serde_json::json;

use crate::story::Story;

async fn signed(story: &Story, refs: &str) {
    story.world.github().set_permission("alice-gh", Permission::Admin);
    let set = json!({
        "name": "signed", "target": "branch", "enforcement": "active", "rules": [{"type": "required_signatures"}],
        "conditions": {"ref_name": {"include": [refs], "exclude": []}},
    });
    story.world.github().add_ruleset("alice-gh", set).await.unwrap();
    story.settle().await;
}

/// A release that begins in a world where these branches are signed, up to what QA is asked.
async fn begun(refs: &str) -> Story {
    let story = Story::begin().await;
    signed(&story, refs).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn production_that_takes_signed_commits_only_does_not_take_the_version() {
    let story = begun("refs/heads/main").await;
    assert!(story.told().contains("main takes signed commits only (ruleset signed)"), "{}", story.told());
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    assert!(story.told().contains("Commits must have verified signatures."), "as GitHub says: {}", story.told());
    story.pass(9).await;
    assert!(!story.told().contains("Trying again by itself"), "{}", story.told());
    assert!(!story.told().contains("is live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_back_to_development_brings_the_version_along_and_that_is_said_at_once() {
    let story = begun("refs/heads/develop").await;
    assert!(story.told().contains("develop takes signed commits only (ruleset signed)"), "{}", story.told());
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(20).await;
    let told = story.told();
    assert!(told.contains("is live"), "{told}");
    assert!(told.contains("is a person's to merge: develop takes signed commits only"), "{told}");
    assert!(!told.contains("Trying again by itself"), "{told}");
    let back = story.world.github().pull_requests().into_iter().rfind(|pull| pull.base == "develop").unwrap();
    assert!(back.open, "{back:?}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_branch_of_a_back_merge_brings_it_too() {
    let story = begun("refs/heads/backport/**/*").await;
    let told = story.told();
    assert!(told.contains("takes signed commits only (ruleset signed)"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_github_merges_itself_is_signed_and_nothing_is_in_the_way() {
    let story = Story::begin_with(WorldSettings::weekly_train()).await;
    signed(&story, "refs/heads/prod").await;
    super::train::until_monday(&story).await;
    story.until("2026-03-09 10:00").await;
    story.pass(9).await;
    let told = story.told();
    assert!(!told.contains("signed commits only"), "{told}");
    assert!(told.contains("[Production: "), "{told}");
    story.end().await;
}
