//! Reminders rest at night: what was due then is told once when it is over; hotfixes are told of at any time.

use sandbox::world::WorldSettings;

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn at_night_nobody_is_reminded_but_of_hotfixes() {
    let alter = |toml: &str| format!("{toml}[quiet]\nhours = \"20:00-08:00\"\n");
    let story = Story::begin_in(WorldSettings::git_flow(), alter).await;
    let said = |words: &str| story.shown("Releases").matches(words).count();
    story.until("2026-03-02 18:30").await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(13).await;
    let card = story.shown("Releases");
    assert!(card.contains("By 22:38"), "the card shows by when it is due: {card}");
    story.until("2026-03-02 19:58").await;
    assert_eq!(said("acceptance on staging in"), 0, "{}", story.told());
    story.until("2026-03-02 20:10").await;
    let once = said("acceptance on staging in");
    assert!(once > 0, "before the night, for after it there is no time: {}", story.told());
    story.telegram("dave", "/hotfix orders are lost").await;
    story.until("2026-03-02 22:20").await;
    assert!(said("v2.1.2: its target is in") > 0, "hotfixes are told of at night: {}", story.told());
    story.telegram("alice", "/release cancel \"it was none\" version=2.1.2").await;
    story.until("2026-03-03 07:59").await;
    assert_eq!(said("acceptance on staging is late"), 0, "{}", story.told());
    story.until("2026-03-03 08:00").await;
    let late = said("acceptance on staging is late");
    assert!(late > 0, "{}", story.told());
    story.until("2026-03-03 12:00").await;
    assert_eq!((said("acceptance on staging is late"), said("acceptance on staging in")), (late, 0), "once");
    assert_eq!(said("Reminded again"), once, "it takes the place of the one before: {}", story.told());
    story.end().await;
}
