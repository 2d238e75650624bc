//! The tours of those who pick stories and number by the calendar.

use sandbox::world::WorldSettings;

use super::Tour;
use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn module() {
    let story = Story::begin_with(WorldSettings::module()).await;
    let tour = Tour::of(&story).await;
    is_fixed(&story, &tour).await;
    assert_eq!(tour.stops("pick").await, "····");
    assert_eq!(tour.stops("passes").await, "·····");
    assert_eq!(tour.stops("live-places").await, "···");
    story.discord("alice", "release prepare", &[]).await;
    assert_eq!(tour.stops("pick").await, "✓···");
    story.telegram("alice", "/release add S-10001").await;
    assert_eq!(tour.stops("pick").await, "✓✓··");
    story.pass(9).await;
    story.telegram("bob", "/approve S-10001").await;
    story.discord_press("carol", "Stories complete").await;
    assert_eq!(tour.stops("pick").await, "✓✓✓·");
    story.pass(9).await;
    assert_eq!(tour.stops("pick").await, "✓✓✓✓");
    story.telegram_gives("bob", "qa").await;
    assert_eq!(tour.stops("passes").await, "·····");
    two_passes(&story, &tour).await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn monthly() {
    let story = Story::begin_with(WorldSettings::monthly()).await;
    let tour = Tour::of(&story).await;
    assert_eq!(tour.stops("window").await, "····");
    story.until("2026-03-02 10:00").await;
    assert_eq!(tour.stops("window").await, "✓···");
    story.telegram("alice", "/release add S-20001").await;
    assert_eq!(tour.stops("window").await, "✓✓··");
    story.pass(18).await;
    story.telegram("bob", "/approve S-20001").await;
    story.pass(18).await;
    assert_eq!(tour.stops("window").await, "✓✓✓·");
    story.telegram("bob", "/approve S-20001").await;
    story.discord_press("carol", "Stories complete").await;
    assert_eq!(tour.stops("window").await, "✓✓✓✓");
    two_passes(&story, &tour).await;
    story.end().await;
}

/// From the release branch to main.
async fn two_passes(story: &Story, tour: &Tour) {
    story.pass(9).await;
    assert_eq!(tour.stops("passes").await, "✓····");
    story.discord_gives("bob", "first-pass").await;
    assert_eq!(tour.stops("passes").await, "✓✓···");
    story.pass(9).await;
    assert_eq!(tour.stops("passes").await, "✓✓···");
    story.telegram_gives("grace", "drill").await;
    story.pass(9).await;
    assert_eq!(tour.stops("passes").await, "✓✓✓✓·");
    story.pass(9).await;
    story.telegram_gives("bob", "certification").await;
    assert_eq!(tour.stops("passes").await, "✓✓✓✓✓");
    story.pass(9).await;
    assert_eq!(tour.stops("live-places").await, "✓··");
    story.discord_gives("grace", "verify").await;
    story.pass(4).await;
    assert_eq!(tour.stops("live-places").await, "✓✓✓");
}

/// Production is fixed.
async fn is_fixed(story: &Story, tour: &Tour) {
    assert_eq!(tour.stops("urgent-places").await, "····");
    story.telegram("dave", "/hotfix invoices are empty").await;
    assert_eq!(tour.stops("urgent-places").await, "✓···");
    let branch = "hotfix_26.02.01-release";
    story.push("dave-gh", branch, "src/total.txt", "sum\n", "fix(invoice): fill it").await;
    assert_eq!(tour.stops("urgent-places").await, "✓✓··");
    story.pass(1).await;
    story.discord("erin", "approve", &[("gate", "review")]).await;
    story.pass(9).await;
    story.telegram_gives("bob", "first-pass").await;
    story.pass(9).await;
    story.discord_gives("grace", "drill").await;
    story.pass(9).await;
    story.telegram_gives("bob", "certification").await;
    assert_eq!(tour.stops("urgent-places").await, "✓✓··");
    story.pass(13).await;
    assert_eq!(tour.stops("urgent-places").await, "✓✓✓✓");
}
