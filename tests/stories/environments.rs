//! What runs where: roll-backs that people ask for, environments that take nothing until somebody says so, the board.

use crate::story::{Story, with_hooks};

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
    story.discord_rolls_back("dave", &[("environment", "production"), ("reason", "checkout is slow")]).await;
    story.telegram("alice", "/release rollback production dry-run reason=checkout is slow").await;
    story.telegram("alice", "/release rollback production checkout is slow").await;
    story.discord("alice", "release rollback", &[("environment", "production"), ("reason", "it is slow")]).await;
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
    insta::assert_snapshot!(story.in_short());
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
    story.telegram_rolls_back("dave", "production bad=#13 reason=checkout is slow").await;
    story.pass(9).await;
    story.telegram("dave", "/deploys").await;
    story.discord("dave", "deploys", &[("pr", "13")]).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_commit_does_not_come_back_without_its_revert() {
    let story = released().await;
    story
        .discord_rolls_back("dave", &[("environment", "production"), ("bad", "#13"), ("reason", "checkout is slow")])
        .await;
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
    story
        .discord_rolls_back("dave", &[("environment", "production"), ("bad", "#13"), ("reason", "checkout is slow")])
        .await;
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

fn report(environment: &str, version: &str, status: &str, minute: u32, config: &str) -> String {
    serde_json::json!({
        "project": "api", "environment": environment, "version": version, "status": status,
        "id": format!("{environment}-{version}"), "at": format!("2026-03-02T08:{minute:02}:00Z"),
        "commit": "5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e", "digest": format!("sha256:{}", "d".repeat(64)),
        "config-digest": format!("sha256:{}", config.repeat(64)), "url": "https://ci.example/runs/4711",
    })
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_deploy_is_on_the_board_and_their_roll_backs_hold_too() {
    let story = Story::begin_configured(with_hooks).await;
    for body in [
        report("staging", "2.1.1", "succeeded", 5, "a"),
        report("production", "2.1.1", "succeeded", 10, "b"),
        report("staging", "2.1.2", "started", 15, "a"),
    ] {
        assert_eq!(story.reported("/hooks/deploy", body).await.0, 200);
    }
    story.discord("bob", "deploys", &[]).await;
    for body in [
        report("staging", "2.1.2", "failed", 20, "a"),
        report("production", "2.1.2", "succeeded", 25, "b"),
        report("production", "2.1.2", "rolled-back", 30, "b"),
    ] {
        assert_eq!(story.reported("/hooks/deploy", body).await.0, 200);
    }
    story.telegram("bob", "/deploys").await;
    story.telegram("alice", "/release resume production it was the load balancer").await;
    story.discord("bob", "deploys", &[]).await;
    let told = story.told();
    let answers: Vec<&str> =
        told.split("api: what runs where").skip(1).map(|rest| rest.split("alice:").next().unwrap()).collect();
    insta::assert_snapshot!(answers.join("\n——\n"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_told_before_production() {
    let story = Story::begin_in(sandbox::world::WorldSettings::git_flow(), with_hooks).await;
    for body in [report("staging", "2.1.1", "succeeded", 5, "a"), report("production", "2.1.1", "succeeded", 10, "b")] {
        assert_eq!(story.reported("/hooks/deploy", body).await.0, 200);
    }
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.pass(1).await;
    insta::assert_snapshot!(story.short("#releases"));
    story.end().await;
}
