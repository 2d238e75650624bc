//! A week in which everything goes well.

use super::{frozen, leaves_and_arrives, ready_to_leave, signed_off};

#[tokio::test(flavor = "multi_thread")]
async fn the_train_leaves_on_time() {
    let story = frozen().await;
    signed_off(&story).await;
    story.until("2026-03-09 09:00").await;
    ready_to_leave(&story).await;
    leaves_and_arrives(&story).await;
    insta::assert_snapshot!(story.told());
    story.end().await;
}
