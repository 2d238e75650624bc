//! GitHub shows nothing for a while, in every phase in which a release waits: nothing is concluded of that, and the release
//! goes on by itself once GitHub can be seen again.

use sandbox::{
    wire::{Fault, Mishap, Service},
    world::WorldSettings,
};
use serde_json::json;

use super::train::until_monday;
use crate::story::Story;

/// What GitHub answers to whoever it does not let look.
const REFUSALS: [(u16, &str); 4] = [
    (401, "Bad credentials"),
    (403, "Resource not accessible by integration"),
    (404, "Not Found"),
    (502, "Bad Gateway"),
];

/// What nobody may say because of a look that was refused.
const LIES: [&str; 10] = [
    "failed in",
    "could not deploy",
    "is gone",
    "was closed without",
    "not on GitHub",
    "was moved",
    "was pushed to",
    "not in any more",
    "rolled back",
    "Stopped",
];

/// The calls by which a release looks; each is refused for a minute, alone and then all of them together.
const LOOKS: [&str; 8] =
    ["/git/ref/", "/git/matching-refs/", "/pulls/", "/actions/runs/", "/deployments", "/check-runs", "/compare/", "/"];

/// Nothing can be seen for a while, and nothing is said that was not read.
async fn blinded(story: &Story, (status, words): (u16, &str), when: &str) {
    for path in LOOKS {
        for _ in 0..60 {
            let mishap = Mishap::Answer(status, vec![], json!({ "message": words }));
            let (method, path) = ("GET".to_owned(), path.to_owned());
            story.world.wire().fail_next(Fault { service: Service::GitHub, method, path, mishap });
        }
        story.pass(1).await;
        story.world.wire().forget_faults();
        let told = story.told();
        for lie in LIES {
            assert!(!told.contains(lie), "{status} on {path}, {when}: {lie}\n{told}");
        }
    }
    story.pass(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_waits_for_qa_a_merge_production_and_the_way_back() {
    for refusal in REFUSALS {
        let story = Story::begin().await;
        story.world.github().hold("production.yml");
        story.discord("alice", "release prepare", &[]).await;
        blinded(&story, refusal, "while staging deploys").await;
        story.pass(9).await;
        blinded(&story, refusal, "while QA tests").await;
        story.telegram_approves("bob").await;
        blinded(&story, refusal, "before the merge").await;
        story.discord_press("alice", "Merge").await;
        story.pass(1).await;
        blinded(&story, refusal, "while production deploys").await;
        let run = story.world.github().runs().into_iter().rfind(|run| run.workflow == "production.yml").unwrap().id;
        story.world.github().finish(run, sandbox::github::Outcome::Success).await;
        story.pass(15).await;
        assert!(story.told().contains("is live"), "{}", story.told());
        blinded(&story, refusal, "after it is live").await;
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_artifact_that_is_on_its_way_by_deployments() {
    for refusal in REFUSALS {
        let story = Story::begin_with(WorldSettings::trunk()).await;
        story.discord("alice", "release prepare", &[]).await;
        blinded(&story, refusal, "while it is built").await;
        story.pass(14).await;
        blinded(&story, refusal, "before qa").await;
        story.discord_press("dave", "Promote to qa").await;
        blinded(&story, refusal, "while qa deploys").await;
        story.pass(9).await;
        assert!(story.told().contains("[QA: 1.9.0]"), "{refusal:?}: {}", story.told());
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stories_that_are_deployed_tried_and_complete() {
    for refusal in REFUSALS {
        let story = Story::begin_with(WorldSettings::module()).await;
        story.discord("alice", "release prepare", &[]).await;
        story.telegram("alice", "/release add S-10001").await;
        blinded(&story, refusal, "while a story is deployed").await;
        story.pass(9).await;
        blinded(&story, refusal, "while a story is tried").await;
        story.telegram("bob", "/approve S-10001").await;
        blinded(&story, refusal, "while those who choose decide").await;
        story.discord_press("carol", "Stories complete").await;
        story.pass(9).await;
        blinded(&story, refusal, "while QA decides on the project branch").await;
        story.telegram_gives("bob", "qa").await;
        story.pass(9).await;
        assert!(story.told().contains("Test in STG of api"), "{refusal:?}: {}", story.told());
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_train_before_it_leaves_and_a_canary_that_is_watched() {
    for refusal in REFUSALS {
        let story = Story::begin_with(WorldSettings::weekly_train()).await;
        until_monday(&story).await;
        blinded(&story, refusal, "before it leaves").await;
        story.until("2026-03-09 10:05").await;
        blinded(&story, refusal, "on its way").await;
        story.pass(9).await;
        assert!(story.told().contains("Smoke tests of api"), "{refusal:?}: {}", story.told());
        story.end().await;
        let story = super::git_flow::merged("canary").await;
        story.pass(6).await;
        blinded(&story, refusal, "while the canary is watched").await;
        story.end().await;
    }
}
