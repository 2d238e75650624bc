//! A push to the release branch that only brings production back.

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_only_brings_production_back_is_not_staged_again() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_press("bob", "Approve").await;
    story.telegram_press("bob", "tick all").await;
    story.push("lin", "main", "docs/imprint.txt", "who we are\n", "docs: say who we are").await;
    story.world.github().push_merge("lin", "release/v2.2.0", "main", &[]).await.unwrap();
    story.settle().await;
    story.pass(9).await;
    story.telegram("bob", "/why").await;
    let runs = story.world.github().runs();
    assert_eq!(runs.iter().filter(|run| run.workflow.contains("staging")).count(), 1, "staging is deployed once");
    insta::assert_snapshot!(story.shown("#releases"));
    story.end().await;
}
