//! Two people, one button.

use super::release::deploys;
use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn two_people_press_the_same_button() {
    let story = Story::begin_configured(|bot_toml| {
        bot_toml.replace(r#"roles = ["qa"]"#, r#"roles = ["qa", "release-manager"]"#)
    })
    .await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.pass(1).await;
    story.world.discord().press("alice", "releases", "Merge").unwrap();
    story.world.telegram().press("bob", "Releases", "Merge").unwrap();
    story.world.discord().press("alice", "releases", "Merge").unwrap();
    story.settle().await;
    let merged = story.world.github().objects_made();
    assert_eq!(story.world.github().pull_requests().iter().filter(|pull| pull.merged).count(), 1, "{merged:?}");
    assert_eq!(deploys(&story, "production.yml"), 1);
    let answers: Vec<String> =
        story.world.discord().interactions().iter().rev().take(2).filter_map(|press| press.shows.clone()).collect();
    assert!(answers.iter().any(|answer| answer.contains("first") || answer.contains("merged")), "{answers:?}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_ticked_twice_stays_ticked() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.world.telegram().press("bob", "Releases", "Security").unwrap();
    story.world.telegram().press("bob", "Releases", "Security").unwrap();
    story.settle().await;
    story.telegram_press("dave", "Performance").await;
    story.telegram_press("bob", "Security").await;
    story.telegram_press("bob", "UI").await;
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}
