//! Staging and production differ, and people see it before production.

use sandbox::world::{DeployReports, WorldSettings};

use crate::story::{HOOKS_TOKEN, Story};

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_shown_before_production() {
    let environments = vec!["staging".to_owned()];
    let reports = Some(DeployReports { token: HOOKS_TOKEN.to_owned(), environments });
    let story = Story::begin_with(WorldSettings { reports, ..WorldSettings::git_flow() }).await;
    let production = serde_json::json!({
        "project": "api", "environment": "production", "version": "2.1.1", "status": "succeeded", "id": "run-4711",
        "at": story.world.clock().now().to_rfc3339(), "config-digest": format!("sha256:{}", "a7".repeat(32)),
    });
    assert_eq!(story.reported("/hooks/deploy", production.to_string()).await.0, 200);
    let github = story.world.github();
    github.set_config("staging", &format!("sha256:{}", "c0".repeat(32)));
    story.discord("alice", "release prepare", &[]).await;
    story.pass(13).await;
    story.telegram_gives("bob", "acceptance").await;
    story.pass(4).await;
    story.telegram("alice", "/deploys").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
