//! A week in which everything goes well.

use super::thursday_morning;

#[tokio::test(flavor = "multi_thread")]
async fn the_train_leaves_on_time() {
    let story = thursday_morning().await;
    story.until("2026-03-05 17:00").await;
    story.discord("alice", "release prepare", &[]).await;
    story.discord_press("carol", "Approve").await;
    story.until("2026-03-06 09:00").await;
    story.until("2026-03-06 12:00").await;
    story.telegram_gives("bob", "qa").await;
    story.telegram("carol", "/approve product").await;
    story.until("2026-03-09 09:00").await;
    story.until("2026-03-09 09:45").await;
    story.pass(5).await;
    story.telegram_gives("erin", "pre-flight").await;
    story.discord("alice", "approve", &[("gate", "review")]).await;
    story.until("2026-03-09 10:00").await;
    story.pass(9).await;
    story.discord_gives("erin", "smoke").await;
    story.telegram("carol", "/approve verify").await;
    story.until("2026-03-09 11:00").await;
    insta::assert_snapshot!(story.told());
    story.end().await;
}
