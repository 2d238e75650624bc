//! A week in which QA finds two bugs and is late.

use super::{frozen, ready_to_leave, verified};

#[tokio::test(flavor = "multi_thread")]
async fn qa_finds_two_bugs_and_is_late() {
    let story = frozen().await;
    story.until("2026-03-06 10:00").await;
    story.telegram("bob", "/reject qa Gift cards are taken twice").await;
    story.push("dave-gh", "dev", "src/payment.txt", "gift cards once\n", "fix(payment): take gift cards once").await;
    story.until("2026-03-06 12:00").await;
    story.telegram("bob", "/reject qa The wish list is empty after signing in").await;
    story.until("2026-03-06 14:00").await;
    story.push("erin-gh", "dev", "src/wishes.txt", "list, kept\n", "fix(wishes): keep the list over a sign-in").await;
    story.until("2026-03-06 15:00").await;
    story.until("2026-03-06 15:40").await;
    story.telegram_gives("bob", "qa").await;
    story.telegram("carol", "/approve product").await;
    ready_to_leave(&story).await;
    story.until("2026-03-09 10:00").await;
    story.telegram("dave", "/why").await;
    story.until("2026-03-09 10:30").await;
    story.telegram("alice", "/release merge").await;
    story.pass(9).await;
    verified(&story).await;
    story.until("2026-03-09 11:00").await;
    insta::assert_snapshot!(story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_signed_off_and_the_train_stays() {
    let story = frozen().await;
    story.until("2026-03-06 15:00").await;
    story.until("2026-03-09 10:00").await;
    story.pass(30).await;
    insta::assert_snapshot!(story.told());
    story.end().await;
}
