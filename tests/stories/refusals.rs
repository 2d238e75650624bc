//! What is refused, why, and the way out.

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn prepare_is_refused_with_the_reason_and_the_way_out() {
    let story = Story::begin().await;
    story.discord("dave", "release prepare", &[]).await;
    story.discord("alice", "release prepare", &[("version", "2.1.1")]).await;
    story.discord("alice", "release prepare", &[("version", "2.0.0")]).await;
    story.discord("alice", "release prepare", &[("version", "2.2.0-rc.1")]).await;
    story.discord("alice", "release prepare", &[("version", "2.2.0+build5")]).await;
    story.discord("alice", "release prepare", &[("source", "no-such-branch")]).await;
    story.world.github().move_tag("maya", "v2.2.0", "main").await.unwrap();
    story.discord("alice", "release prepare", &[]).await;
    story.push("maya", "develop", "version.txt", "2.1.1 or so\n", "chore: tidy").await;
    story.discord("alice", "release prepare", &[]).await;
    story.push("maya", "develop", "version.txt", "2.1.1\n", "chore: tidy again").await;
    story.discord("alice", "release prepare", &[("version", "2.4.0")]).await;
    story.telegram("alice", "/release prepare").await;
    story.telegram("dave", "/release cancel I do not like it").await;
    story.telegram("alice", "/release frobnicate").await;
    story.telegram("alice", "/approve").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_may_read_but_not_decide() {
    let story = Story::begin_configured(|bot_toml| {
        let without = bot_toml.split("[[people]]").filter(|part| !part.contains("name = \"carol\""));
        without.collect::<Vec<_>>().join("[[people]]")
    })
    .await;
    story.discord("carol", "release list", &[]).await;
    story.discord("carol", "release prepare", &[]).await;
    story.telegram("carol", "/whoami").await;
    story.telegram("carol", "/freeze start for the holidays").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_nobody_can_mean_is_refused_in_both_chats() {
    let story = Story::begin().await;
    let until = |until| [("reason", "the quarter ends"), ("until", until)];
    story.discord("alice", "freeze start", &until("+99999-12-31 11:00")).await;
    story.discord("alice", "freeze start", &until("99999d")).await;
    story.discord("alice", "freeze start", &until("1h1h")).await;
    story.telegram("carol", "/freeze start api until 31.12.99999 \"the quarter ends\"").await;
    story.telegram("carol", "/freeze start api until 9999-12-31 11:00 \"the quarter ends\"").await;
    story.telegram("carol", "/freeze start api until 0m \"the quarter ends\"").await;
    story.telegram("carol", "/freeze start api until -2h \"the quarter ends\"").await;
    story.telegram("carol", "/freeze status").await;
    // What is meant is understood as everywhere else.
    story.telegram("carol", "/freeze start api until 1d12h \"the quarter ends\"").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
