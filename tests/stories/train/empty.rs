//! A train that would bring nothing, and one that somebody cancels: neither leaves a freeze behind.

use super::{frozen, leaves_and_arrives, thursday_morning, until_monday};

#[tokio::test(flavor = "multi_thread")]
async fn a_train_without_changes_says_so_at_the_freeze_and_is_over() {
    let story = thursday_morning().await;
    until_monday(&story).await;
    leaves_and_arrives(&story).await;
    let before = story.shown("#releases").len();
    story.until("2026-03-12 17:00").await;
    story.pass(1).await;
    let told = story.shown("#releases")[before..].to_owned();
    insta::assert_snapshot!(told);
    story.discord("alice", "freeze status", &[]).await;
    story.until("2026-03-16 10:00").await;
    story.pass(1).await;
    let told = story.told();
    assert!(!told.contains("v1.5.0: your turn") && !told.contains("# 🚂 api v1.5.0"), "{told}");
    // Something comes: the train of the week after leaves as ever.
    story.push("dave-gh", "dev", "src/basket.txt", "keep\nrefuse empty\nsort\n", "feat: sort the basket").await;
    story.until("2026-03-19 17:00").await;
    story.pass(1).await;
    assert!(story.told().contains("Code freeze of v1.5.0"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_train_lifts_its_freeze() {
    let story = frozen().await;
    story.discord("alice", "release cancel", &[("reason", "the office is closed")]).await;
    story.pass(2).await;
    story.telegram("carol", "/freeze status").await;
    let told = story.shown("Releases");
    assert!(told.contains("Its freeze is lifted with it."), "{told}");
    let after = told.rsplit("/freeze status").next().unwrap_or_default();
    assert!(!after.contains("Code freeze of v1.4.0"), "{after}");
    insta::assert_snapshot!(after);
    story.end().await;
}
