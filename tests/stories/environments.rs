//! What runs where: roll-backs that people ask for, environments that take nothing until somebody says so, the board.

use crate::story::Story;

use super::release::deploys;

/// v2.2.0 is in production; its release is over.
async fn released() -> Story {
    let story = Story::begin().await;
    story.release_whole().await;
    story.pass(1).await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn production_is_rolled_back_and_held_until_somebody_resumes_it() {
    let story = released().await;
    story.discord("dave", "release rollback", &[("environment", "production"), ("reason", "checkout is slow")]).await;
    story.telegram("alice", "/release rollback production dry-run reason=checkout is slow").await;
    story.telegram("alice", "/release rollback production checkout is slow").await;
    story.discord("alice", "release rollback", &[("environment", "production")]).await;
    story.discord("erin", "release resume", &[("environment", "production"), ("reason", "all is well")]).await;
    story.pass(9).await;
    story.discord("alice", "hotfix", &[("description", "Checkout is slow")]).await;
    story.push("dave-gh", "hotfix/v2.2.1", "src/checkout.txt", "fast\n", "fix: a fast checkout").await;
    story.pass(2).await;
    story.telegram_press("erin", "Approve").await;
    story.pass(3).await;
    story.discord_press("alice", "Merge").await;
    story.pass(2).await;
    story.discord("alice", "why", &[]).await;
    assert_eq!(deploys(&story, "production.yml"), 2, "the hotfix waits");
    story.telegram("alice", "/release resume production the fix is there").await;
    story.pass(9).await;
    insta::assert_snapshot!(story.told());
    assert_eq!(deploys(&story, "production.yml"), 3);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_says_what_runs_where_and_where_a_pull_request_is_live() {
    let story = Story::begin().await;
    story.discord("dave", "deploys", &[]).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(4).await;
    story.telegram("dave", "/deploys").await;
    story.pass(5).await;
    story.telegram_approves("bob").await;
    story.discord("dave", "deploys", &[("pr", "13")]).await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    story.telegram("dave", "/deploys pr=13").await;
    story.discord("dave", "deploys", &[]).await;
    story.telegram("dave", "/release rollback production bad=#13 reason=checkout is slow").await;
    story.pass(9).await;
    story.telegram("dave", "/deploys").await;
    story.discord("dave", "deploys", &[("pr", "13")]).await;
    insta::assert_snapshot!(story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_commit_does_not_come_back_without_its_revert() {
    let story = released().await;
    story.discord("dave", "release rollback", &[("environment", "production"), ("bad", "#13")]).await;
    story.pass(9).await;
    story.telegram("alice", "/release resume production we bring a fix").await;
    story.discord("alice", "hotfix", &[("description", "Checkout is slow")]).await;
    story.push("dave-gh", "hotfix/v2.2.1", "src/checkout.txt", "fast\n", "fix: a fast checkout").await;
    story.telegram_press("erin", "Approve").await;
    story.pass(3).await;
    story.discord_press("alice", "Merge").await;
    story.pass(2).await;
    story.telegram("bob", "/why").await;
    assert_eq!(deploys(&story, "production.yml"), 2, "the bad commit waits");
    story
        .discord(
            "alice",
            "release resume",
            &[("environment", "production"), ("reason", "the fix makes it good"), ("forget-bad", "true")],
        )
        .await;
    story.discord("alice", "release retry", &[]).await;
    story.pass(9).await;
    insta::assert_snapshot!(story.told());
    assert_eq!(deploys(&story, "production.yml"), 3);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_commit_with_its_revert_may_be_deployed() {
    let story = released().await;
    story.discord("dave", "release rollback", &[("environment", "production"), ("bad", "#13")]).await;
    story.pass(9).await;
    story.telegram("alice", "/release resume production we take it back").await;
    story.discord("alice", "hotfix", &[("description", "Checkout is slow")]).await;
    let message = "Revert \"Release v2.2.0\"\n\nReverts acme/api#13";
    story.push("dave-gh", "hotfix/v2.2.1", "src/checkout.txt", "as before\n", message).await;
    story.telegram_press("erin", "Approve").await;
    story.pass(3).await;
    story.discord_press("alice", "Merge").await;
    story.pass(2).await;
    assert_eq!(deploys(&story, "production.yml"), 3, "{}", story.told());
    story.end().await;
}
