//! Staging and production differ, and people see it before production.

use sandbox::world::{DeployReports, WorldSettings};

use crate::story::{HOOKS_TOKEN, Story};

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_shown_before_production() {
    let environments = ["staging", "production"].map(str::to_owned).to_vec();
    let reports = Some(DeployReports { token: HOOKS_TOKEN.to_owned(), environments });
    let story = Story::begin_with(WorldSettings { reports, ..WorldSettings::git_flow() }).await;
    let github = story.world.github();
    let inputs = [("version", "2.1.1"), ("tag", "v2.1.1")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    github.dispatch("erin-gh", "production.yml", "v2.1.1", inputs.into()).await.unwrap();
    story.pass(9).await;
    github.set_config("staging", &format!("sha256:{}", "c0".repeat(32)));
    story.discord("alice", "release prepare", &[]).await;
    story.pass(13).await;
    story.telegram_gives("bob", "acceptance").await;
    story.pass(4).await;
    story.telegram("alice", "/deploys").await;
    insta::assert_snapshot!(story.told());
    story.end().await;
}
