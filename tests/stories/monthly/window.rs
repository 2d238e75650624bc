//! The window opens, stories are picked, one conflicts and stays out.

use super::begin;

#[tokio::test(flavor = "multi_thread")]
async fn the_window_opens_and_a_story_that_conflicts_stays_out() {
    let story = begin().await;
    story.until("2026-03-02 09:00").await;
    story.telegram("alice", "/release add S-20001 S-20002 S-20003").await;
    story.pass(18).await;
    for name in ["S-20001", "S-20002", "S-20003"] {
        for _ in ["dev", "qa"] {
            story.telegram("bob", &format!("/approve {name}")).await;
            story.pass(18).await;
        }
    }
    story.telegram("carol", "/why").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
