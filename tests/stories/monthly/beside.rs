//! Production is fixed inside the window, while the month's release is still open.

use super::begin;
use crate::stories::calver::is_fixed_as;

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_inside_the_window_takes_the_next_number_and_the_release_takes_the_fix() {
    let story = begin().await;
    story.until("2026-03-02 09:00").await;
    story.telegram("alice", "/release add S-20001").await;
    story.pass(18).await;
    story.telegram("dave", "/hotfix dry-run invoices are empty").await;
    is_fixed_as(&story, "26.03.02").await;
    for _ in ["dev", "qa"] {
        story.telegram("bob", "/approve S-20001").await;
        story.pass(18).await;
    }
    story.telegram("carol", "/approve gate=stories version=26.03.01").await;
    story.pass(1).await;
    story.telegram("alice", "/why").await;
    story.world.github().push_merge("dave-gh", "s5_26.03.01-release", "main", &[]).await.unwrap();
    story.settle().await;
    story.pass(10).await;
    story.telegram("alice", "/why").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
