//! The card of a release: what its buttons do.

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_were_not_ticked_are_asked_about_and_recorded_together() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    let waits = "api v2.2.0 · waits for QA";
    assert!(story.shown("#releases").contains(waits) && story.shown("Releases").contains(waits), "{}", story.told());
    story.discord_press("bob", "☐ Functionality").await;
    story.telegram_press("bob", "☐ Performance").await;
    assert!(story.shown("#releases").contains("☑ Functionality, Performance · bob"), "{}", story.told());
    insta::assert_snapshot!(story.told());
    // A line that was ticked too early is taken back, and ticked again.
    story.discord_press("bob", "Untick…").await;
    story.discord_press("bob", "☑ Performance").await;
    assert!(story.shown("Releases").contains("☑ Functionality · bob"), "{}", story.told());
    story.telegram_press("bob", "Approve…").await;
    let asked = "You checked Performance, UI, Integration and Security too?";
    assert!(story.shown("Releases").contains(asked), "{}", story.told());
    story.telegram_press("bob", "Not yet").await;
    story.telegram_press("bob", "☐ Performance").await;
    // The question from before has no buttons any more.
    story.telegram_press("bob", "Approve…").await;
    story.telegram_press("bob", "Yes, approve").await;
    let together = "Checked together: UI, Integration and Security";
    assert!(story.shown("#releases").contains(together), "{}", story.told());
    story.discord_press("alice", "Merge").await;
    story.pass(15).await;
    assert!(story.shown("Releases").contains("api v2.2.0 · live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_card_has_no_room_for_stands_behind_more() {
    let story = Story::begin().await;
    story.telegram("alice", "/release prepare").await;
    story.pass(1).await;
    story.discord_press("dave", "More…").await;
    story.telegram_press("dave", "More…").await;
    let more = "What else for api v2.2.0?";
    assert!(story.shown("#releases").contains(more) && story.shown("Releases").contains(more), "{}", story.told());
    story.discord_press("dave", "Why?").await;
    story.telegram_press("dave", "What runs where").await;
    assert!(story.shown("#releases").contains("v2.2.0 waits for"), "{}", story.told());
    assert!(story.shown("Releases").contains("api: what runs where"), "{}", story.told());
    story.end().await;
}
