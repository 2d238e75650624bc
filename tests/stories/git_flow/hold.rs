//! A playbook that holds production instead of taking back what failed.

use sandbox::{github::Outcome, world::WorldSettings};

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_deploy_holds_production_until_somebody_resumes_it() {
    let folder = tempfile::tempdir().unwrap();
    let holds =
        include_str!("../../../playbooks/git-flow.toml").replace("on-failure = \"roll-back\"", "on-failure = \"hold\"");
    std::fs::write(folder.path().join("git-flow.toml"), holds.replace("retries = 2", "retries = 1")).unwrap();
    let place = format!("playbooks = {:?}\n", folder.path());
    let story = Story::begin_in(WorldSettings::git_flow(), |toml| format!("{place}{toml}")).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(13).await;
    story.telegram_gives("bob", "acceptance").await;
    story.pass(4).await;
    for _ in 0..2 {
        story.world.github().next_deploy("production", Outcome::Failure);
    }
    story.discord_press("alice", "Merge").await;
    story.pass(20).await;
    story.telegram("dave", "/why").await;
    story.discord("alice", "release resume", &[("environment", "production"), ("reason", "the disk was full")]).await;
    story.discord("alice", "release retry", &[]).await;
    story.pass(9).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
