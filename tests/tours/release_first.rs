//! A release, and then a hotfix.

use sandbox::world::WorldSettings;

use super::Tour;
use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn git_flow() {
    let story = Story::begin_with(WorldSettings::git_flow()).await;
    let tour = Tour::of(&story).await;
    assert_eq!(tour.stops("flow").await, "·····");
    story.discord("alice", "release prepare", &[]).await;
    assert_eq!(tour.stops("flow").await, "✓····");
    story.pass(13).await;
    assert_eq!(tour.stops("flow").await, "✓✓···");
    story.telegram_gives("bob", "acceptance").await;
    assert_eq!(tour.stops("flow").await, "✓✓✓··");
    story.pass(4).await;
    story.discord_press("alice", "Merge").await;
    assert_eq!(tour.stops("flow").await, "✓✓✓✓✓");
    assert_eq!(tour.stops("shares").await, "····");
    story.pass(10).await;
    assert_eq!(tour.stops("shares").await, "✓···");
    story.pass(24).await;
    assert_eq!(tour.stops("shares").await, "✓✓··");
    story.pass(41).await;
    assert_eq!(tour.stops("shares").await, "✓✓✓·");
    story.discord_gives("grace", "verify").await;
    assert_eq!(tour.stops("shares").await, "✓✓✓✓");

    assert_eq!(tour.stops("urgent-places").await, "····");
    story.telegram("dave", "/hotfix orders are lost").await;
    assert_eq!(tour.stops("urgent-places").await, "✓···");
    story.push("dave-gh", "hotfix/v2.2.1", "src/lost.txt", "none\n", "fix(orders): lose none").await;
    assert_eq!(tour.stops("urgent-places").await, "✓✓··");
    story.pass(13).await;
    story.telegram_gives("bob", "regression").await;
    story.pass(1).await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    assert_eq!(tour.stops("urgent-places").await, "✓✓✓·");
    story.pass(4).await;
    story.discord_gives("grace", "verify").await;
    assert_eq!(tour.stops("urgent-places").await, "✓✓✓✓");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quick_release() {
    let story = Story::begin().await;
    let tour = Tour::of(&story).await;
    assert_eq!(tour.stops("release").await, "······");
    story.discord("alice", "release prepare", &[]).await;
    assert_eq!(tour.stops("release").await, "✓·····");
    story.pass(9).await;
    story.telegram_approves("bob").await;
    assert_eq!(tour.stops("release").await, "✓✓····");
    story.discord_press("alice", "Merge").await;
    assert_eq!(tour.stops("release").await, "✓✓✓···");
    story.pass(15).await;
    assert_eq!(tour.stops("release").await, "✓✓✓✓✓·");
    story.discord_approves("erin").await;
    assert_eq!(tour.stops("release").await, "✓✓✓✓✓✓");

    assert_eq!(tour.stops("freeze").await, "···");
    story.discord("alice", "freeze start", &[("reason", "the database moves")]).await;
    story.telegram("carol", "/freeze status").await;
    assert_eq!(tour.stops("freeze").await, "✓✓·");
    story.discord_press("alice", "Lift").await;
    assert_eq!(tour.stops("freeze").await, "✓✓✓");

    assert_eq!(tour.stops("hotfix").await, "······");
    story.telegram("erin", "/hotfix orders over 1000 are lost").await;
    assert_eq!(tour.stops("hotfix").await, "✓·····");
    story.push("dave-gh", "hotfix/v2.2.1", "src/lost.txt", "none\n", "fix(orders): lose none").await;
    assert_eq!(tour.stops("hotfix").await, "✓✓····");
    story.discord_press("alice", "Approve").await;
    assert_eq!(tour.stops("hotfix").await, "✓✓✓···");
    story.pass(4).await;
    story.telegram_press("alice", "Merge").await;
    assert_eq!(tour.stops("hotfix").await, "✓✓✓✓··");
    story.pass(15).await;
    assert_eq!(tour.stops("hotfix").await, "✓✓✓✓✓·");
    story.discord_approves("erin").await;
    assert_eq!(tour.stops("hotfix").await, "✓✓✓✓✓✓");
    story.end().await;
}
