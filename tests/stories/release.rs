//! A release from its first command to its last announcement.

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn a_release_started_on_discord_and_approved_on_telegram() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_press("bob", "Approve").await;
    story.telegram_press("bob", "tick all").await;
    story.telegram_press("bob", "Approve").await;
    story.discord_press("alice", "Merge").await;
    story.pass(15).await;
    story.discord_press("erin", "Approve").await;
    story.discord_press("erin", "tick all").await;
    story.discord_press("erin", "Approve").await;
    println!("{}", story.told());
    story.end().await;
}
