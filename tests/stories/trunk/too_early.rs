//! Decisions that come too early, too late, or for a place that is not there.

use super::on_dev;

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_too_early_is_told_what_is_waited_for() {
    let story = on_dev().await;
    story.telegram("dave", "/release promote nowhere").await;
    story.telegram("dave", "/release promote prod").await;
    story.telegram("carol", "/approve uat").await;
    story.telegram("dave", "/release promote qa").await;
    story.telegram("bob", "/approve dev").await;
    story.telegram("bob", "/release promote qa").await;
    story.pass(9).await;
    story.telegram_gives("bob", "qa").await;
    story.pass(9).await;
    story.telegram("carol", "/release promote prod").await;
    story.discord("carol", "approve", &[]).await;
    story.telegram("carol", "/why").await;
    story.discord("carol", "why", &[]).await;
    story.telegram("alice", "/release cancel the story ends here").await;
    story.telegram("carol", "/why").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
