//! The tour of the week of a train.

use sandbox::world::WorldSettings;

use super::Tour;
use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn weekly_train() {
    let story = Story::begin_with(WorldSettings::weekly_train()).await;
    let tour = Tour::of(&story).await;
    story.requires_the_check(&["dev"], vec![]).await;
    let number = story.opens("dave-gh", "feature/map", "dev").await.to_string();
    assert_eq!(tour.stops("thursday").await, "···");
    story.until("2026-03-05 17:00").await;
    assert_eq!(tour.stops("thursday").await, "✓··");
    tour.press("dave", "/code/merge", &[("number", &number)]).await;
    assert_eq!(tour.stops("thursday").await, "✓✓·");
    story.discord("carol", "approve", &[("gate", "features")]).await;
    assert_eq!(tour.stops("thursday").await, "✓✓✓");
    assert_eq!(tour.stops("friday").await, "···");
    story.until("2026-03-06 09:00").await;
    assert_eq!(tour.stops("friday").await, "✓··");
    story.telegram_gives("bob", "qa").await;
    assert_eq!(tour.stops("friday").await, "✓✓·");
    story.telegram("carol", "/approve product").await;
    assert_eq!(tour.stops("friday").await, "✓✓✓");
    assert_eq!(tour.stops("monday").await, "····");
    story.until("2026-03-09 09:45").await;
    story.pass(4).await;
    assert_eq!(tour.stops("monday").await, "✓···");
    story.telegram_gives("erin", "pre-flight").await;
    assert_eq!(tour.stops("monday").await, "✓✓··");
    story.discord("alice", "approve", &[("gate", "review")]).await;
    assert_eq!(tour.stops("monday").await, "✓✓✓·");
    story.until("2026-03-09 10:00").await;
    assert_eq!(tour.stops("monday").await, "✓✓✓✓");
    assert_eq!(tour.stops("arrival").await, "····");
    story.pass(9).await;
    assert_eq!(tour.stops("arrival").await, "✓···");
    story.discord_gives("erin", "smoke").await;
    story.discord_gives("bob", "qa-live").await;
    assert_eq!(tour.stops("arrival").await, "✓✓··");
    story.telegram("carol", "/approve verify").await;
    assert_eq!(tour.stops("arrival").await, "✓✓✓·");
    story.until("2026-03-09 11:00").await;
    assert_eq!(tour.stops("arrival").await, "✓✓✓✓");
    story.end().await;
}
