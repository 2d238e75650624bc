//! The page says when the bot backed itself up last.

use chrono::TimeDelta;
use sandbox::world::WorldSettings;

use super::Tour;
use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_when_the_bot_backed_itself_up() {
    let (mut story, folder) = (Story::begin().await, tempfile::tempdir().unwrap());
    let shown = async |story: &Story| Tour::of(story).await.fragment("backups").await;
    assert_eq!(shown(&story).await, "", "a bot that makes none");
    story.end().await;
    let backups = Some(folder.path().join("backups"));
    story = Story::begin_with(WorldSettings { backups, ..WorldSettings::default() }).await;
    story.settle().await;
    assert!(shown(&story).await.contains("The bot backed itself up <b>just now</b>"), "{}", shown(&story).await);
    story.world.clock().advance(TimeDelta::hours(3));
    story.settle().await;
    assert!(shown(&story).await.contains("The bot backed itself up <b>3 h 00 min ago</b>"), "{}", shown(&story).await);
    story.world.clock().advance(TimeDelta::hours(22));
    story.settle().await;
    assert!(shown(&story).await.contains("<b>just now</b>"), "once a day: {}", shown(&story).await);
    story.end().await;
}
