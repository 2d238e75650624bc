//! The month's clock: the window opens while nobody watches, and the stories are not chosen in time.

use super::{begin, month::works};

#[tokio::test(flavor = "multi_thread")]
async fn the_window_opens_late_after_a_bad_morning_and_the_choice_is_late_too() {
    let mut story = begin().await;
    story.bot.killer()();
    story.until("2026-03-02 11:00").await;
    story.start_bot().await;
    story.telegram("alice", "/release add S-20002").await;
    works(&story, "S-20002").await;
    story.until("2026-03-05 09:01").await;
    story.until("2026-03-06 07:01").await;
    story.until("2026-03-06 09:01").await;
    story.telegram("carol", "/why").await;
    story.discord_press("carol", "Stories complete").await;
    story.pass(9).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
