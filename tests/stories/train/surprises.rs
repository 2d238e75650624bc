//! A freeze by hand holds the train; the train's own freeze is lifted, and closed again.

use super::{freezes, frozen, ready_to_leave, signed_off, thursday_morning};

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_by_hand_holds_the_train_until_it_is_exempted() {
    let story = thursday_morning().await;
    story.until("2026-03-05 14:55").await;
    story.telegram("dave", "/freeze status").await;
    freezes(&story).await;
    signed_off(&story).await;
    story.until("2026-03-09 08:30").await;
    story.telegram("alice", "/freeze start api \"the database moves\"").await;
    story.until("2026-03-09 09:00").await;
    ready_to_leave(&story).await;
    story.until("2026-03-09 10:00").await;
    story.pass(9).await;
    story.telegram("dave", "/why").await;
    story.telegram("alice", "/release merge").await;
    story.telegram_press("alice", "Ask for an exemption").await;
    story.telegram_reply("alice", "Why can it not wait", "the customer waits for it").await;
    story.telegram_press("carol", "Grant").await;
    story.telegram("dave", "/why").await;
    story.telegram("alice", "/release merge").await;
    story.pass(9).await;
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trains_own_freeze_is_lifted_and_closed_again() {
    let story = frozen().await;
    story.telegram("carol", "/freeze lift").await;
    story.telegram_reply("carol", "Why is the freeze", "the price list has to get in").await;
    story.telegram_press("carol", "Freeze again").await;
    story.telegram_press("carol", "Freeze again").await;
    story.until("2026-03-06 09:00").await;
    story.telegram("dave", "/freeze status").await;
    story.discord("alice", "freeze lift", &[("dry-run", "true")]).await;
    story.discord_press("alice", "Lift").await;
    story.discord_form("alice", "Why does it end now?", "the prices changed again").await;
    // Nothing is signed off, and there is no freeze that could stay.
    story.until("2026-03-09 10:00").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
