//! Webhooks come three times, or not at all.

use super::release::deploys;
use crate::story::Story;

async fn to_the_end(story: &Story) {
    story.discord("alice", "release prepare", &[]).await;
    story.pass(12).await;
    story.telegram_approves("bob").await;
    story.pass(3).await;
    story.discord_press("alice", "Merge").await;
    story.pass(20).await;
    story.discord_approves("erin").await;
    story.pass(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_webhook_comes_three_times() {
    let story = Story::begin().await;
    story.world.github().repeat_webhooks(3);
    to_the_end(&story).await;
    assert!(story.told().contains("It took"), "{}", story.told());
    assert_eq!((deploys(&story, "staging.yml"), deploys(&story, "production.yml")), (1, 1));
    let merged = story.told().matches("✓ Merged: alice").count();
    assert_eq!(merged, 2, "told once in each chat");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_webhook_ever_comes() {
    let story = Story::begin().await;
    story.world.github().lose_webhooks(true);
    to_the_end(&story).await;
    assert!(story.told().contains("It took"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_branch_is_made_by_hand() {
    let story = Story::begin().await;
    story.world.github().create_branch("maya", "release/v2.2.0", "develop").await.unwrap();
    story.settle().await;
    story.discord("alice", "release prepare", &[]).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
