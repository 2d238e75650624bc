//! Weeks that the calendar makes different: a Monday holiday, and the weekend on which the clocks go back.

use chrono::DateTime;
use sandbox::world::WorldSettings;

use crate::story::Story;

/// A team that releases by the weekly train, at another time, with its days off.
async fn on(moment: &str, more: &str) -> Story {
    let mut settings = WorldSettings::weekly_train();
    settings.now = moment.parse::<DateTime<chrono::Utc>>().unwrap();
    settings.project.more = more.to_owned();
    Story::begin_with(settings).await
}

#[tokio::test(flavor = "multi_thread")]
async fn monday_is_a_holiday_and_the_train_leaves_on_tuesday() {
    let story = on("2026-05-14T13:00:00Z", "[calendar]\nholidays = [\"2026-05-18 Victoria Day\"]\n").await;
    story.discord("dave", "schedule list", &[]).await;
    story.until("2026-05-14 17:00").await;
    story.discord("carol", "approve", &[("gate", "features")]).await;
    story.until("2026-05-15 11:00").await;
    story.telegram_gives("bob", "qa").await;
    story.telegram("carol", "/approve product").await;
    // Nobody works on Monday, and nothing happens.
    story.until("2026-05-18 10:00").await;
    story.until("2026-05-19 09:45").await;
    story.pass(4).await;
    story.telegram_gives("erin", "pre-flight").await;
    story.discord("alice", "approve", &[("gate", "review")]).await;
    story.until("2026-05-19 10:00").await;
    story.pass(9).await;
    story.discord_gives("erin", "smoke").await;
    story.discord_gives("bob", "qa-live").await;
    story.telegram("carol", "/approve verify").await;
    story.until("2026-05-19 11:00").await;
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clocks_go_back_and_the_train_leaves_at_ten() {
    let story = on("2026-10-29T13:00:00Z", "").await;
    story.until("2026-10-29 17:00").await;
    story.discord("carol", "approve", &[("gate", "features")]).await;
    story.until("2026-10-30 11:00").await;
    story.telegram_gives("bob", "qa").await;
    story.telegram("carol", "/approve product").await;
    story.until("2026-11-02 09:45").await;
    story.pass(4).await;
    story.telegram_gives("erin", "pre-flight").await;
    story.discord("alice", "approve", &[("gate", "review")]).await;
    story.until("2026-11-02 09:59").await;
    assert!(!story.told().contains("✓ Merged: "), "it is not ten yet:\n{}", story.told());
    story.until("2026-11-02 10:00").await;
    story.pass(9).await;
    story.discord_gives("erin", "smoke").await;
    story.discord_gives("bob", "qa-live").await;
    story.telegram("carol", "/approve verify").await;
    story.until("2026-11-02 11:00").await;
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_moves_the_departure_and_what_depends_on_it_follows() {
    let story = on("2026-03-05T14:00:00Z", "").await;
    story.until("2026-03-05 17:00").await;
    story.telegram("dave", "/schedule preview").await;
    story
        .telegram("dave", "/schedule move departure to=\"Mon 14:00\" reason=\"the customer is away until noon\"")
        .await;
    story
        .telegram("alice", "/schedule move departure to=\"Mon 14:00\" reason=\"the customer is away until noon\"")
        .await;
    story.discord("carol", "approve", &[("gate", "features")]).await;
    story.until("2026-03-06 11:00").await;
    story.telegram_gives("bob", "qa").await;
    story.telegram("carol", "/approve product").await;
    story.until("2026-03-09 10:00").await;
    story.until("2026-03-09 13:45").await;
    story.pass(4).await;
    story.telegram_gives("erin", "pre-flight").await;
    story.discord("alice", "approve", &[("gate", "review")]).await;
    story.until("2026-03-09 14:00").await;
    story.pass(9).await;
    story.discord_gives("erin", "smoke").await;
    story.discord_gives("bob", "qa-live").await;
    story.telegram("carol", "/approve verify").await;
    story.until("2026-03-09 15:00").await;
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}
