//! One artifact goes from dev to production.

use sandbox::world::WorldSettings;

use super::on_dev;
use crate::story::{Story, with_hooks};

#[tokio::test(flavor = "multi_thread")]
async fn one_artifact_is_promoted_from_dev_to_production() {
    let story = on_dev().await;
    story.telegram("dave", "/release promote").await;
    story.pass(9).await;
    story.telegram_gives("bob", "qa").await;
    story.pass(9).await;
    story.telegram("carol", "/why").await;
    story.pass(60).await;
    story.discord("carol", "release promote", &[("environment", "prod")]).await;
    story.pass(9).await;
    story.discord_gives("grace", "verify").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_shown_to_whoever_promotes_to_production() {
    let story = Story::begin_in(WorldSettings::trunk(), with_hooks).await;
    let production = serde_json::json!({
        "project": "api", "environment": "prod", "version": "1.8.0", "status": "succeeded", "id": "run-4711",
        "at": story.world.clock().now().to_rfc3339(), "config-digest": format!("sha256:{}", "a7".repeat(32)),
    });
    assert_eq!(story.reported("/hooks/deploy", production.to_string()).await.0, 200);
    story.world.github().set_config("uat", &format!("sha256:{}", "c0".repeat(32)));
    story.discord("alice", "release prepare", &[]).await;
    story.pass(14).await;
    story.telegram("dave", "/release promote").await;
    story.pass(9).await;
    story.telegram_gives("bob", "qa").await;
    story.pass(69).await;
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}
