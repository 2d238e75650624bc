//! A release that would bring nothing is asked about, and one that a freeze will stop hears of it at once.

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_release_asks_before_it_begins() {
    let story = Story::begin().await;
    story.release_whole().await;
    let before = story.world.github().branches().len();
    story.discord("alice", "release prepare", &[]).await;
    assert!(story.told().contains("develop holds no change that v2.2.0 does not have"), "{}", story.told());
    assert_eq!(story.world.github().branches().len(), before, "nothing has begun");
    story.discord("alice", "release prepare", &[("dry-run", "true")]).await;
    story.discord_press("alice", "Prepare anyway").await;
    assert!(story.told().contains("api v2.3.0 is on its way"), "{}", story.told());
    story.end().await;
    // Whoever types says so at once; and with a change there is nothing to ask.
    let story = Story::begin().await;
    story.release_whole().await;
    story.telegram("alice", "/release prepare nothing-new").await;
    assert!(story.told().contains("api v2.3.0 is on its way"), "{}", story.told());
    story.end().await;
    let story = Story::begin().await;
    story.release_whole().await;
    story.push("lin", "develop", "src/new.txt", "new\n", "feat: something new").await;
    story.telegram("alice", "/release prepare").await;
    assert!(story.told().contains("api v2.3.0 is on its way"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_that_will_stop_it_is_named_at_once() {
    let story = Story::begin().await;
    story
        .discord(
            "alice",
            "freeze start",
            &[("reason", "the quarter ends"), ("branches", "main"), ("until", "Mon 18:00")],
        )
        .await;
    story.telegram("alice", "/release prepare dry-run").await;
    story.telegram("alice", "/release prepare").await;
    let told = story.shown("Releases");
    assert_eq!(told.matches("In its way, as things stand: ").count(), 2, "{told}");
    assert!(told.contains("the quarter ends"), "{told}");
    story.end().await;
    // A freeze of something else stops nothing.
    let story = Story::begin().await;
    story
        .discord(
            "alice",
            "freeze start",
            &[("reason", "the quarter ends"), ("branches", "docs"), ("until", "Mon 18:00")],
        )
        .await;
    story.telegram("alice", "/release prepare").await;
    assert!(!story.told().contains("In its way"), "{}", story.told());
    story.end().await;
}
