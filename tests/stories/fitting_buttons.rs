//! Buttons whose command is longer than a platform takes: they are there, and do what they say.

use sandbox::world::WorldSettings;

use crate::story::Story;

const WRONG: &str = "payments are down for everybody since the deploy of this morning, and nobody can log in any more";

#[tokio::test(flavor = "multi_thread")]
async fn a_button_with_many_words_is_there_on_telegram() {
    let mut story = Story::begin_with(WorldSettings::trunk()).await;
    story.telegram("alice", &format!("/hotfix \"{WRONG}\"")).await;
    // What a button stands for is on the disk.
    story.bot.stop().await;
    story.start_bot().await;
    story.telegram_press("alice", "It is critical").await;
    story.pass(2).await;
    let told = story.shown("Incidents");
    assert!(told.contains("🚑") && told.contains(WRONG), "{told}\n{}", story.shown("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_with_many_words_is_there_on_discord() {
    let story = Story::begin_with(WorldSettings::trunk()).await;
    story.discord("alice", "hotfix", &[("description", WRONG)]).await;
    story.discord_press("alice", "It is critical").await;
    story.pass(2).await;
    let told = story.shown("#incidents");
    assert!(told.contains("🚑") && told.contains(WRONG), "{told}\n{}", story.shown("#releases"));
    story.end().await;
}
