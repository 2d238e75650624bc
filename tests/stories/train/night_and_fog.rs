//! The process is killed, for a moment or over the whole weekend.

use super::{frozen, ready_to_leave, signed_off, verified};

#[tokio::test(flavor = "multi_thread")]
async fn the_process_is_dead_over_the_weekend() {
    let mut story = frozen().await;
    signed_off(&story).await;
    story.bot.killer()();
    story.until("2026-03-09 12:00").await;
    story.start_bot().await;
    story.pass(4).await;
    story.telegram_gives("erin", "pre-flight").await;
    story.discord("alice", "approve", &[("gate", "review")]).await;
    story.telegram("alice", "/release merge").await;
    story.pass(9).await;
    verified(&story).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_process_is_dead_at_the_departure() {
    let mut story = frozen().await;
    signed_off(&story).await;
    ready_to_leave(&story).await;
    story.bot.killer()();
    story.until("2026-03-09 10:31").await;
    story.start_bot().await;
    story.pass(9).await;
    verified(&story).await;
    story.until("2026-03-09 11:00").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
