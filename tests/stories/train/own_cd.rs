//! A CD that watches the branch by itself and reports how it went.

use sandbox::world::WorldSettings;
use serde_json::json;

use super::{until_monday, verified};
use crate::story::{Story, with_hooks};

#[tokio::test(flavor = "multi_thread")]
async fn cd_reports_a_failure_and_then_that_it_is_there() {
    let reporting = |toml: &str| with_hooks(&toml.replace("workflow = \"deploy-production.yml\"", "reports = true"));
    let story = Story::begin_in(WorldSettings::weekly_train(), reporting).await;
    until_monday(&story).await;
    story.until("2026-03-09 10:00").await;
    story.pass(1).await;
    says(&story, "1.4.0", "started").await;
    story.pass(4).await;
    says(&story, "1.4.0", "failed").await;
    story.telegram("erin", "/why").await;
    story.pass(3).await;
    says(&story, "1.3.0", "succeeded").await;
    let resume = [("environment", "production"), ("reason", "the node was full")];
    story.discord("alice", "release resume", &resume).await;
    story.discord("alice", "release retry", &[]).await;
    story.pass(2).await;
    says(&story, "1.4.0", "started").await;
    story.pass(2).await;
    says(&story, "1.4.0", "succeeded").await;
    verified(&story).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_production_rolled_back_and_cd_reports_it() {
    let reporting = |toml: &str| with_hooks(&toml.replace("workflow = \"deploy-production.yml\"", "reports = true"));
    let story = Story::begin_in(WorldSettings::weekly_train(), reporting).await;
    until_monday(&story).await;
    story.until("2026-03-09 10:00").await;
    story.pass(1).await;
    says(&story, "1.4.0", "started").await;
    story.pass(4).await;
    says(&story, "1.4.0", "succeeded").await;
    story.pass(1).await;
    story.telegram_rolls_back("erin", "production reason=checkout is slow").await;
    story.pass(4).await;
    says(&story, "1.3.0", "started").await;
    story.telegram("erin", "/why").await;
    says(&story, "1.3.0", "succeeded").await;
    story.pass(1).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

/// CD reports how the deploy of a version to production stands now.
async fn says(story: &Story, version: &str, status: &str) {
    let at = story.world.clock().now();
    let body = json!({
        "project": "api", "environment": "production", "version": version, "status": status, "at": at.to_rfc3339(),
        "id": format!("rollout-{}", at.timestamp()), "url": "https://cd.example/api",
    });
    assert_eq!(story.reported("/hooks/deploy", body.to_string()).await.0, 200);
}
