//! What others bring back counts like what the bot brings back, in whatever words they tell it: gates behind it lapse,
//! nobody tries it again unasked, and nothing speaks of what does not run.

use sandbox::world::WorldSettings;
use serde_json::json;

use super::{module, taken_back::*, train};
use crate::story::{Story, with_hooks};

/// A sender says that an environment runs an earlier version again.
async fn brings_back(story: &Story, sender: &str, environment: &str, (tag, version): (&str, &str)) {
    let now = story.world.clock().now();
    let (door, body) = match sender {
        "flux" => (
            "/hooks/flux",
            json!({"involvedObject": {"kind": "HelmRelease", "name": "api", "namespace": environment}, "severity": "info",
                "reason": "RollbackSucceeded", "timestamp": now.to_rfc3339(), "message": "m",
                "metadata": {"revision": version}}),
        ),
        "argocd" => (
            "/hooks/argocd",
            json!({"app": "api", "phase": "Succeeded", "health": "Healthy", "revision": tag, "finished": now.to_rfc3339(),
                "labels": {"shipmate_project": "api", "shipmate_environment": environment}}),
        ),
        "gitlab" => (
            "/hooks/gitlab",
            json!({"object_kind": "deployment", "status": "success", "deployment_id": 99, "environment": environment,
                "status_changed_at": now.format("%F %T +0000").to_string(), "ref": tag,
                "deployable_url": "https://gitlab.example/acme/api/-/jobs/99", "short_sha": "279484c0",
                "project": {"path_with_namespace": "acme/api"}}),
        ),
        _ => (
            "/hooks/deploy",
            json!({"project": "api", "environment": environment, "version": version, "status": "succeeded",
                "at": now.to_rfc3339()}),
        ),
    };
    assert_eq!(story.reported(door, body.to_string()).await.0, 200, "{sender}");
    story.pass(1).await;
}

/// Whoever approves, or tries again, is told what runs there and that nothing is let in.
async fn is_refused(story: &Story, (person, gate): (&str, &str), release: &str, (place, version): (&str, &str)) {
    let before = story.told();
    story.discord(person, "approve", &[("gate", gate)]).await;
    story.discord("alice", "release retry", &[("version", release)]).await;
    story.pass(4).await;
    no_lies_since(story, &before);
    let told = story.told();
    let since = told.strip_prefix(&before).unwrap_or(&told);
    assert!(told.contains(&format!("{place} runs {version}")), "{told}");
    assert!(since.contains("takes no deploys"), "{since}");
    story.telegram(person, "/deploys").await;
    let told = story.told();
    let board = told.rsplit("/deploys").next().unwrap();
    assert!(board.contains(version) && board.contains("takes no deploys: "), "{board}");
}

#[tokio::test(flavor = "multi_thread")]
async fn flux_brings_the_version_before_back() {
    let story = live().await;
    brings_back(&story, "flux", "production", ("v2.1.1", "2.1.1")).await;
    is_refused(&story, ("erin", "post-deploy"), "2.2.0", ("production", "2.1.1")).await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn argo_cd_synchronises_the_version_before() {
    let story = live().await;
    brings_back(&story, "argocd", "production", ("v2.1.1", "2.1.1")).await;
    is_refused(&story, ("erin", "post-deploy"), "2.2.0", ("production", "2.1.1")).await;
    assert!(story.shown("#incidents").contains("2.2.0 was rolled back in production"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gitlab_deploys_the_version_before_of_a_train() {
    let story = Story::begin_in(WorldSettings::weekly_train(), with_hooks).await;
    train::until_monday(&story).await;
    story.until("2026-03-09 10:00").await;
    story.pass(9).await;
    brings_back(&story, "gitlab", "production", ("v1.3.0", "1.3.0")).await;
    is_refused(&story, ("erin", "smoke"), "1.4.0", ("production", "1.3.0")).await;
    story.until("2026-03-09 11:30").await;
    assert!(!story.told().contains("Tag v1.4.0 marks"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_says_that_prod_has_the_version_before_of_a_module() {
    let story = module::tagged().await;
    story.pass(9).await;
    story.telegram_gives("bob", "certification").await;
    story.pass(9).await;
    brings_back(&story, "a script", "prod", ("26.02.01", "26.02.01")).await;
    is_refused(&story, ("grace", "verify"), "26.03.01", ("PROD", "26.02.01")).await;
    assert!(!story.told().contains("into main\n"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_anew_is_no_roll_back() {
    let story = live().await;
    // Never there before, and older: another line's fix.
    brings_back(&story, "argocd", "production", ("v2.1.2", "2.1.2")).await;
    story.telegram("bob", "/deploys").await;
    let told = story.told();
    let board = told.rsplit("/deploys").next().unwrap();
    assert!(board.contains("2.1.2") && !board.contains("takes no deploys: "), "{board}");
    assert!(!story.shown("#incidents").contains("was rolled back"), "{told}");
    story.end().await;
}
