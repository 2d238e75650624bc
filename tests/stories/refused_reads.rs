//! A step that acts reads first. What it may not read for a while stops nobody: nothing has been changed yet, and it is tried
//! again like a look. What GitHub does not let it change is a person's.

use sandbox::{
    github::MergeMethod,
    wire::{Fault, Mishap, Service},
    world::WorldSettings,
};
use serde_json::json;

use super::{release::deploys, train};
use crate::story::Story;

/// What GitHub answers to whoever it does not let look.
const REFUSALS: [(u16, &str); 3] =
    [(401, "Bad credentials"), (403, "Resource not accessible by integration"), (502, "Bad Gateway")];

/// The next so many calls of this kind are refused.
fn refuse(story: &Story, times: usize, (method, path): (&str, &str), (status, words): (u16, &str)) {
    for _ in 0..times {
        let mishap = Mishap::Answer(status, vec![], json!({ "message": words }));
        let (method, path) = (method.to_owned(), path.to_owned());
        story.world.wire().fail_next(Fault { service: Service::GitHub, method, path, mishap });
    }
}

/// A release that is signed off and waits for its merge.
async fn to_be_merged() -> Story {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_file_that_may_not_be_read_for_a_while_stops_nobody() {
    for refusal in REFUSALS {
        let story = to_be_merged().await;
        refuse(&story, 60, ("GET", "/contents/"), refusal);
        story.world.github().merge_pull_request("alice-gh", 13, MergeMethod::Merge).await.unwrap();
        story.settle().await;
        story.pass(5).await;
        story.telegram("dave", "/why").await;
        let told = story.told();
        assert!(!told.contains(" stopped: ") && !told.contains("Stopped"), "{refusal:?}: {told}");
        assert_eq!(deploys(&story, "production.yml"), 0, "nothing is concluded");
        let asked = story.world.wire().recorded().iter().filter(|call| call.path.contains("/contents/")).count();
        assert!(asked < 40, "{asked}: it is asked again at GitHub's pace");
        story.world.wire().forget_faults();
        story.pass(16).await;
        assert!(story.told().contains("is live"), "{refusal:?}: {}", story.told());
        if refusal.0 == 403 {
            insta::assert_snapshot!(story.short("Releases"));
        }
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deploy_that_is_to_be_asked_for_is_asked_for_once_github_lets_look() {
    for refusal in REFUSALS {
        let story = Story::begin().await;
        // Everything that the staging deploy reads, and the look at the branch before it.
        refuse(&story, 30, ("GET", "/actions/"), refusal);
        story.discord("alice", "release prepare", &[]).await;
        story.pass(4).await;
        assert!(!story.told().contains(" stopped: "), "{refusal:?}: {}", story.told());
        story.world.wire().forget_faults();
        story.pass(14).await;
        assert_eq!(deploys(&story, "staging.yml"), 1, "{refusal:?}: {}", story.told());
        assert!(story.told().contains("QA sign-off of api"), "{refusal:?}: {}", story.told());
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_train_leaves_once_its_pull_request_may_be_read() {
    let story = Story::begin_with(WorldSettings::weekly_train()).await;
    train::until_monday(&story).await;
    refuse(&story, 60, ("GET", "/pulls/"), REFUSALS[0]);
    story.until("2026-03-09 10:00").await;
    story.pass(7).await;
    let told = story.told();
    assert!(!told.contains("does not leave") && !told.contains(" stopped: "), "{told}");
    story.world.wire().forget_faults();
    story.pass(9).await;
    let told = story.told();
    assert!(told.contains("api v1.4.0 left 8 min late") && told.contains("; GitHub did not let me then."), "{told}");
    assert!(!told.contains("I was not running"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_changed_is_a_persons() {
    let story = Story::begin().await;
    refuse(&story, 1, ("POST", "/git/refs"), REFUSALS[1]);
    story.discord("alice", "release prepare", &[]).await;
    story.pass(2).await;
    let told = story.told();
    assert!(told.contains(" stopped: ") && told.contains("/release retry tries it again"), "{told}");
    story.telegram("alice", "/release retry").await;
    story.pass(12).await;
    assert!(story.told().contains("QA sign-off of api"), "{}", story.told());
    story.end().await;
}
