//! A rejection says how it goes on: where a push begins the stage again, and where it does not.

use sandbox::world::WorldSettings;

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rejected_once_it_is_tagged_gets_a_new_version() {
    let story = Story::begin_in(WorldSettings::trunk(), str::to_owned).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(15).await;
    story.telegram("dave", "/reject dev the basket is empty").await;
    story.discord("alice", "why", &[]).await;
    insta::assert_snapshot!(story.short("#releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rejected_in_production_is_rolled_back_or_fixed_anew() {
    let story = Story::begin_in(WorldSettings::git_flow(), str::to_owned).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(13).await;
    story.telegram_gives("bob", "acceptance").await;
    story.pass(4).await;
    story.discord_press("alice", "Merge").await;
    story.pass(75).await;
    story.telegram("grace", "/reject verify the basket is empty").await;
    story.discord("alice", "why", &[]).await;
    story.discord_form("erin", "Roll back", "the basket is empty").await;
    story.discord_press("erin", "Roll back to").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
