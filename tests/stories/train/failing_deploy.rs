//! The week whose deploy fails.

use sandbox::github::Outcome;

use super::{frozen, ready_to_leave, signed_off, verified};

#[tokio::test(flavor = "multi_thread")]
async fn the_deploy_fails_and_is_rolled_back() {
    let story = frozen().await;
    signed_off(&story).await;
    ready_to_leave(&story).await;
    story.world.github().next_outcome("deploy-production.yml", Outcome::Failure);
    story.until("2026-03-09 10:00").await;
    story.pass(18).await;
    story.discord("dave", "why", &[]).await;
    story.discord("alice", "release retry", &[]).await;
    story.telegram("alice", "/release resume production the database is up again").await;
    story.discord("alice", "release retry", &[]).await;
    story.pass(9).await;
    verified(&story).await;
    story.until("2026-03-09 11:00").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
