//! Decisions that need two, are not for everybody, and are taken back.

use sandbox::world::WorldSettings;

use super::{frozen, signed_off};
use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn qa_takes_the_sign_off_back_and_the_train_stays() {
    let story = frozen().await;
    signed_off(&story).await;
    story.until("2026-03-08 20:00").await;
    story.telegram("dave", "/withdraw qa").await;
    story.telegram("bob", "/withdraw qa").await;
    story.until("2026-03-09 10:00").await;
    story.telegram("frank", "/approve qa").await;
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_of_the_team_approve_and_whoever_asked_does_not() {
    let playbooks = tempfile::tempdir().unwrap();
    let own = include_str!("../../../playbooks/weekly-train.toml").replace(
        "title = \"feature review\", roles = [\"product-manager\"]",
        "title = \"feature review\", roles = [\"product-manager\", \"release-manager\"], quorum = 2, requester-may = false",
    );
    std::fs::write(playbooks.path().join("weekly-train.toml"), own).unwrap();
    let folder = playbooks.path().to_str().unwrap().to_owned();
    let alter = |toml: &str| format!("playbooks = {folder:?}\n{toml}");
    let story = Story::begin_in(WorldSettings::weekly_train(), alter).await;
    story.telegram("alice", "/release prepare").await;
    story.telegram("alice", "/approve features").await;
    story.telegram("carol", "/approve features").await;
    story.discord("carol", "approve", &[("gate", "features")]).await;
    story.discord("grace", "approve", &[("gate", "features")]).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
