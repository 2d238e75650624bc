//! GitHub does not let the bot see what it looks for: that says nothing of what was looked at.

use sandbox::wire::{Fault, Mishap, Service};
use serde_json::json;

use super::release::deploys;
use crate::story::Story;

/// The next version is merged, and on its way to production.
async fn on_its_way() -> Story {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story
}

/// GitHub answers the next so many requests that fit with this status.
fn refuse(story: &Story, times: usize, (method, path): (&str, &str), status: u16, words: &str) {
    for _ in 0..times {
        let mishap = Mishap::Answer(status, vec![], json!({ "message": words }));
        let (method, path) = (method.to_owned(), path.to_owned());
        story.world.wire().fail_next(Fault { service: Service::GitHub, method, path, mishap });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_that_is_refused_is_no_failed_deploy() {
    for (status, words) in [
        (401, "Bad credentials"),
        (403, "Resource not accessible by integration"),
        (404, "Not Found"),
        (422, "Validation Failed"),
        (500, "Server Error"),
    ] {
        let story = on_its_way().await;
        // A look is tried again at once, and with another token, before it counts.
        refuse(&story, 3, ("GET", "/actions/runs/"), status, words);
        story.pass(2).await;
        story.telegram("dave", "/why").await;
        let told = story.told();
        for lie in ["failed in production", "could not deploy", "Stopped", "Retry"] {
            assert!(!told.contains(lie), "{status}: {lie}\n{told}");
        }
        let said = told.matches("Not known").count();
        assert!(said > 0, "{status}: what cannot be seen is said\n{told}");
        story.pass(9).await;
        assert!(story.told().contains("is live"), "{status}: {}", story.told());
        assert_eq!(deploys(&story, "production.yml"), 1, "{status}");
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_seen_is_told_once_and_looked_at_again() {
    let story = on_its_way().await;
    refuse(&story, 20, ("GET", "/actions/runs/"), 403, "Resource not accessible by integration");
    story.pass(5).await;
    story.telegram("dave", "/why").await;
    insta::assert_snapshot!(story.shown("Releases").split_once("✓ Merged: alice").unwrap().1);
    assert!(!story.shown("#incidents").contains("2.2.0"), "{}", story.shown("#incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_request_that_cannot_be_seen_is_not_lost() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    refuse(&story, 12, ("GET", "/pulls/"), 404, "Not Found");
    story.pass(3).await;
    story.telegram("dave", "/why").await;
    let told = story.told();
    assert!(!told.contains(" stopped: ") && told.contains("Not known"), "{told}");
    story.world.wire().forget_faults();
    story.pass(9).await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    assert!(story.told().contains("is live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_finds_the_run_that_is_there() {
    let story = on_its_way().await;
    // The run goes on, and nobody is let in to see it: an impatient person asks once more.
    refuse(&story, 6, ("GET", "/actions/runs/"), 404, "Not Found");
    story.pass(1).await;
    story.telegram("alice", "/release retry").await;
    story.pass(12).await;
    assert!(story.told().contains("is live"), "{}", story.told());
    assert_eq!(deploys(&story, "production.yml"), 1, "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_after_a_doubtful_answer_looks_first() {
    let story = on_its_way_with_a_lost_answer().await;
    story.telegram("alice", "/release retry").await;
    story.pass(12).await;
    assert!(story.told().contains("is live"), "{}", story.told());
    assert_eq!(deploys(&story, "production.yml"), 1, "{}", story.told());
    story.end().await;
}

/// GitHub starts the run, and its answer is lost.
async fn on_its_way_with_a_lost_answer() -> Story {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    let (service, mishap) = (Service::GitHub, Mishap::CutAfter);
    let fault = Fault { service, method: "POST".into(), path: "production.yml/dispatches".into(), mishap };
    story.world.wire().fail_next(fault);
    story.discord_press("alice", "Merge").await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_gone_is_asked_for_again_by_a_person() {
    let story = on_its_way().await;
    refuse(&story, 60, ("GET", "/actions/runs/"), 404, "Not Found");
    story.pass(9).await;
    let run = story.world.github().runs().into_iter().rfind(|run| run.workflow == "production.yml").unwrap().id;
    story.world.github().delete_run(run).await.unwrap();
    story.world.wire().forget_faults();
    story.pass(30).await;
    assert!(!story.told().contains("failed in production"), "{}", story.told());
    story.telegram("alice", "/release retry").await;
    story.pass(12).await;
    assert!(story.told().contains("is live"), "{}", story.told());
    assert_eq!(deploys(&story, "production.yml"), 2);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_finds_the_deployment_that_is_there() {
    let story = Story::begin_with(sandbox::world::WorldSettings::trunk()).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(14).await;
    story.discord_press("dave", "Promote to qa").await;
    let asked = |story: &Story| {
        let deployments = story.world.github().deployments();
        deployments.iter().filter(|one| one["environment"] == "qa" && one["ref"] == "v1.9.0").count()
    };
    assert_eq!(asked(&story), 1, "{}", story.told());
    // It goes on, and nobody is let in to see it: an impatient person asks once more.
    refuse(&story, 12, ("GET", "/deployments/"), 404, "Not Found");
    story.pass(1).await;
    story.telegram("alice", "/release retry").await;
    story.world.wire().forget_faults();
    story.telegram("alice", "/release retry").await;
    story.pass(12).await;
    assert_eq!(asked(&story), 1, "{}", story.told());
    assert!(story.told().contains("QA sign-off"), "{}", story.told());
    story.end().await;
}
