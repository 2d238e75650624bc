//! A week in which everything goes well.

use super::{frozen, ready_to_leave, signed_off, verified};

#[tokio::test(flavor = "multi_thread")]
async fn the_train_leaves_on_time() {
    let story = frozen().await;
    signed_off(&story).await;
    story.until("2026-03-09 09:00").await;
    ready_to_leave(&story).await;
    story.until("2026-03-09 10:00").await;
    story.pass(9).await;
    verified(&story).await;
    story.until("2026-03-09 11:00").await;
    insta::assert_snapshot!(story.told());
    story.end().await;
}
