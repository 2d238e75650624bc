//! Stories in a project branch, after each was tried on dev.

use sandbox::{github::Outcome, world::WorldSettings};

use super::{file, merges_by_hand, picks};
use crate::story::Story;

async fn module() -> Story {
    picks(WorldSettings::module(), "phase1-proj", &["dev"], &["qa"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn stories_are_tried_one_after_the_other() {
    let story = module().await;
    story.telegram("carol", "/release add S-10001 S-10002 S-10003").await;
    story.discord("bob", "release status", &[]).await;
    story.pass(9).await;
    story.discord_press("dave", "S-10001 works").await;
    story.discord_press("bob", "S-10001 works").await;
    // What is decided has no button any more.
    assert!(story.world.telegram().press("bob", "Releases", "S-10001 works").is_err());
    story.pass(9).await;
    story.discord("erin", "deploys", &[]).await;
    story.telegram("bob", "/reject S-10002 gift cards are taken twice").await;
    story.pass(9).await;
    story.push("erin-gh", "S-10002", "src/gift-cards.txt", "take once\n", "fix(payment): S-10002 take once").await;
    story.telegram("frank", "/approve S-10003").await;
    story.pass(9).await;
    story.telegram("carol", "/approve stories").await;
    story.telegram("frank", "/approve s-10002").await;
    assert_eq!(file(&story, "phase1-proj", "src/gift-cards.txt").await, "take once\n");
    story.telegram("carol", "/release remove S-10001 it is not wanted").await;
    story.discord("bob", "why", &[]).await;

    // Frank brings the project into his story.
    let resolved = "read the question\nmatch words with one typo, and synonyms\nrank by price\nshow ten\n";
    let merge = ("S-10003", "phase1-proj", "phase1-proj");
    merges_by_hand(&story, "frank-gh", merge, "src/search.txt", resolved).await;
    story.pass(9).await;
    story.discord_press("bob", "S-10003 works").await;
    assert_eq!(file(&story, "phase1-proj", "src/search.txt").await, resolved);
    story.discord_press("carol", "Stories complete").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deploy_of_a_story_fails_and_is_retried() {
    let story = module().await;
    story.world.github().next_outcome("deploy-dev.yml", Outcome::Failure);
    story.telegram("carol", "/release add S-10001 S-10002").await;
    story.pass(12).await;
    story.telegram_press("alice", "Retry").await;
    story.telegram("bob", "/approve S-10002").await;
    story.pass(9).await;
    story.telegram("bob", "/approve").await;
    story.discord("carol", "release remove", &[("story", "S-10002"), ("reason", "not now")]).await;
    story.telegram("carol", "/approve").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
