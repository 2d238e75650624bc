//! A hotfix before the release: what it does is not taken for the release's.

use sandbox::world::WorldSettings;

use super::Tour;
use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn trunk() {
    let story = Story::begin_with(WorldSettings::trunk()).await;
    let tour = Tour::of(&story).await;
    assert_eq!(tour.stops("promoted").await, "·······");
    story.telegram("dave", "/hotfix labels are crooked").await;
    story.telegram("dave", "/hotfix severity=critical dry-run labels are empty").await;
    assert_eq!(tour.stops("urgent-places").await, "····");
    story.telegram("dave", "/hotfix severity=critical labels are empty").await;
    assert_eq!(tour.stops("urgent-places").await, "✓···");
    let branch = "hotfix/v1.8.1-labels-are-empty";
    story.push("dave-gh", branch, "src/label.txt", "never empty\n", "fix(label): fill it").await;
    assert_eq!(tour.stops("urgent-places").await, "✓✓··");
    story.pass(4).await;
    story.discord("erin", "approve", &[("gate", "review")]).await;
    story.pass(17).await;
    story.telegram_gives("bob", "qa").await;
    story.pass(9).await;
    story.discord("carol", "release promote", &[]).await;
    assert_eq!(tour.stops("urgent-places").await, "✓✓··");
    story.pass(9).await;
    assert_eq!(tour.stops("urgent-places").await, "✓✓✓·");
    story.telegram_gives("bob", "verify").await;
    assert_eq!(tour.stops("urgent-places").await, "✓✓✓✓");
    assert_eq!(tour.stops("promoted").await, "·······");

    story.discord("alice", "release prepare", &[]).await;
    assert_eq!(tour.stops("promoted").await, "✓✓·····");
    story.pass(14).await;
    assert_eq!(tour.stops("promoted").await, "✓✓✓····");
    story.telegram("dave", "/release promote").await;
    story.pass(9).await;
    assert_eq!(tour.stops("promoted").await, "✓✓✓✓···");
    story.telegram_gives("bob", "qa").await;
    story.pass(9).await;
    assert_eq!(tour.stops("promoted").await, "✓✓✓✓✓··");
    story.pass(60).await;
    story.discord("carol", "release promote", &[("environment", "prod")]).await;
    story.pass(9).await;
    assert_eq!(tour.stops("promoted").await, "✓✓✓✓✓✓·");
    story.discord_gives("grace", "verify").await;
    assert_eq!(tour.stops("promoted").await, "✓✓✓✓✓✓✓");
    story.end().await;
}
