//! A release from its first command to its last announcement.

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn a_release_started_on_discord_and_approved_on_telegram() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[("dry-run", "true")]).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.pass(1).await;
    story.discord_press("alice", "Merge").await;
    story.pass(15).await;
    story.discord_approves("erin").await;
    insta::assert_snapshot!(story.in_short());
    insta::assert_snapshot!("the_repository_after_a_release", story.repository().await);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn qa_rejects_and_a_fix_follows() {
    let story = Story::begin().await;
    story.telegram("alice", "/release prepare bump=patch").await;
    story.pass(9).await;
    story.discord_form("bob", "Reject", "The invoice shows the wrong total").await;
    story.telegram("alice", "/release merge").await;
    story
        .push(
            "dave-gh",
            "release/v2.1.2",
            "src/billing.txt",
            "card\ninvoice, right total\n",
            "fix(billing): right total",
        )
        .await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.telegram("alice", "/release merge").await;
    story.pass(9).await;
    insta::assert_snapshot!(story.in_short());
    let tag = story.world.github().file("v2.1.2", "src/billing.txt").await.unwrap();
    assert_eq!(tag.as_deref(), Some("card\ninvoice, right total\n"), "the tag caught up with the fix");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_merges_on_github() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.world.github().merge_pull_request("erin-gh", 13, sandbox::github::MergeMethod::Merge).await.unwrap();
    story.settle().await;
    let told = story.told();
    assert!(told.contains("✓ Merged: erin"), "{told}");
    assert_eq!(deploys(&story, "production.yml"), 1);
    story.end().await;
}

pub(super) fn deploys(story: &Story, workflow: &str) -> usize {
    story.world.github().dispatches().iter().filter(|(file, ..)| file == workflow).count()
}
