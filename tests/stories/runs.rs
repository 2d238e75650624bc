//! Runs on GitHub that neither succeed nor fail: each says what it is, whom it waits for, and nothing is done about it that
//! nobody asked for.

use sandbox::github::Outcome;

use super::{git_flow, release::deploys};
use crate::story::Story;

/// A release is on its way to production, whose workflow runs until somebody ends it.
async fn on_its_way() -> Story {
    let story = Story::begin().await;
    story.world.github().hold("production.yml");
    to_production(&story).await;
    story
}

async fn to_production(story: &Story) {
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(2).await;
}

/// The newest run of a workflow.
fn newest(story: &Story, workflow: &str) -> u64 {
    let runs = story.world.github().runs();
    runs.into_iter().filter(|run| run.workflow == workflow).map(|run| run.id).max().unwrap()
}

async fn ends(story: &Story, workflow: &str, outcome: Outcome) {
    let run = newest(story, workflow);
    story.world.github().finish(run, outcome).await;
    story.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_deploy_asks_a_person_and_goes_on_when_it_is_run_again() {
    let story = on_its_way().await;
    ends(&story, "production.yml", Outcome::Cancelled).await;
    story.pass(30).await;
    insta::assert_snapshot!(story.short("#releases"));
    assert_eq!(deploys(&story, "production.yml"), 1, "nobody asked for another one");
    story.world.github().run_again("lin", "production.yml").await.unwrap();
    story.pass(2).await;
    assert!(story.shown("Releases").contains("api v2.2.0 · deploying production"), "{}", story.shown("Releases"));
    ends(&story, "production.yml", Outcome::Success).await;
    story.pass(2).await;
    assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_deploy_is_asked_for_anew_by_a_person() {
    let story = on_its_way().await;
    ends(&story, "production.yml", Outcome::Cancelled).await;
    story.telegram("alice", "/release retry").await;
    assert_eq!(deploys(&story, "production.yml"), 2, "{}", story.told());
    story.telegram("alice", "/release retry").await;
    assert_eq!(deploys(&story, "production.yml"), 2, "that one goes on");
    ends(&story, "production.yml", Outcome::Success).await;
    story.pass(2).await;
    assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_run_is_named_when_there_is_one() {
    let story = on_its_way().await;
    let first = newest(&story, "production.yml");
    let git_ref = story.world.github().runs().into_iter().find(|run| run.id == first).unwrap().branch;
    story.world.github().dispatch("lin", "production.yml", &git_ref, [].into()).await.unwrap();
    story.world.github().finish(first, Outcome::Cancelled).await;
    story.pass(2).await;
    let told = story.shown("Releases");
    assert!(told.contains("a newer run is there, https://github.example/acme/api/actions/runs/3"), "{told}");
    story.end().await;
    // Another branch is another matter.
    let story = on_its_way().await;
    let first = newest(&story, "production.yml");
    story.world.github().dispatch("lin", "production.yml", "develop", [].into()).await.unwrap();
    story.world.github().finish(first, Outcome::Cancelled).await;
    story.pass(2).await;
    let told = story.shown("Releases");
    assert!(!told.contains("a newer run is there") && told.contains("does not say by whom"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deploy_that_waits_for_reviewers_says_for_whom() {
    let story = Story::begin().await;
    story.world.github().require_reviewers("production", &["maya", "release-managers"]).unwrap();
    to_production(&story).await;
    insta::assert_snapshot!(story.short("#releases"));
    story.pass(30).await;
    assert_eq!(deploys(&story, "production.yml"), 1);
    assert!(story.world.github().review_deployment("lin", "production.yml", true).await.is_err(), "no reviewer");
    story.world.github().review_deployment("alice-gh", "production.yml", true).await.unwrap();
    story.pass(9).await;
    assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_skipped_or_takes_too_long_is_said_to_be_so() {
    let story = on_its_way().await;
    ends(&story, "production.yml", Outcome::Skipped).await;
    let told = story.shown("Releases");
    assert!(told.contains("was skipped on GitHub, as none of its jobs had anything to do"), "{told}");
    story.telegram("alice", "/release retry").await;
    ends(&story, "production.yml", Outcome::TimedOut).await;
    let told = story.shown("Releases");
    assert!(told.contains("ended with a timeout: it took longer than GitHub lets it"), "{told}");
    // It is run again by hand, and fails once more: that is news.
    story.world.github().run_again("lin", "production.yml").await.unwrap();
    story.pass(1).await;
    ends(&story, "production.yml", Outcome::Failure).await;
    story.pass(1).await;
    let told = story.shown("Releases");
    assert!(told.contains("ended with failure (attempt 2)"), "{told}");
    story.world.github().run_again("lin", "production.yml").await.unwrap();
    story.pass(1).await;
    ends(&story, "production.yml", Outcome::Success).await;
    story.pass(2).await;
    assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_deploy_is_neither_tried_again_nor_rolled_back_by_itself() {
    let story = git_flow::merged("canary").await;
    let workflow = story.world.github().runs().last().unwrap().workflow.clone();
    let before = deploys(&story, &workflow);
    ends(&story, &workflow, Outcome::Cancelled).await;
    story.pass(60).await;
    let told = story.told();
    assert_eq!(deploys(&story, &workflow), before, "{told}");
    assert!(!told.contains("olling production back") && told.contains("was cancelled on GitHub"), "{told}");
    story.end().await;
}
