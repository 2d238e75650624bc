//! Freezes as an announced state: releases wait, hotfixes pass.

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn a_release_waits_for_the_freeze_to_end() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram("carol", "/freeze start until=\"Thu 17:00\" quarter end").await;
    story.discord("alice", "freeze start", &[("reason", "the database moves")]).await;
    story.telegram_approves("bob").await;
    story.discord("alice", "release merge", &[]).await;
    story.telegram("dave", "/freeze status").await;
    story.telegram("dave", "/freeze lift").await;
    story.telegram("carol", "/freeze lift").await;
    story.telegram_press("carol", "#1").await;
    story.discord("alice", "freeze lift", &[]).await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
