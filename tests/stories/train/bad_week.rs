//! A week in which QA finds two bugs and is late.

use sandbox::github::MergeMethod;

use super::{freezes, frozen, ready_to_leave, thursday_morning, verified};

#[tokio::test(flavor = "multi_thread")]
async fn qa_finds_two_bugs_and_is_late() {
    let story = thursday_morning().await;
    // Nobody slips past this freeze: the branch requires its status.
    story.world.github().require_checks("alice-gh", "dev", &["ci", "shipmate/freeze"]).await.unwrap();
    freezes(&story).await;
    story.until("2026-03-06 10:00").await;
    story.telegram("bob", "/reject qa Gift cards are taken twice").await;
    let fix = story.opens("dave-gh", "fix/gift-cards", "dev").await;
    story.pass(4).await;
    let merge = async || story.world.github().merge_pull_request("erin-gh", fix, MergeMethod::Merge).await;
    let refused = merge().await.unwrap_err().to_string();
    assert!(refused.contains("shipmate/freeze"), "{refused}");
    story.telegram("dave", &format!("/freeze exempt #{fix} QA found it: gift cards are taken twice")).await;
    merge().await.unwrap();
    story.settle().await;
    story.until("2026-03-06 12:00").await;
    story.telegram("bob", "/reject qa The wish list is empty after signing in").await;
    story.until("2026-03-06 14:00").await;
    let second = story.opens("erin-gh", "fix/wish-list", "dev").await;
    story.discord("erin", "freeze exempt", &[("pull-request", &second.to_string()), ("reason", "the other bug")]).await;
    story.pass(4).await;
    story.world.github().merge_pull_request("dave-gh", second, MergeMethod::Merge).await.unwrap();
    story.settle().await;
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
    insta::assert_snapshot!(story.in_short());
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
