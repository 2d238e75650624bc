//! Nothing goes on with what does not run: after a roll-back, whoever asked for it, and after a later version has come.

use sandbox::world::WorldSettings;
use serde_json::json;

use super::{git_flow, module, train};
use crate::story::{Story, with_hooks};

/// v2.2.0 is live in production, and its last checks wait.
pub(super) async fn live() -> Story {
    let story = Story::begin_configured(with_hooks).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    story
}

/// Words that say that the version runs, or that all is over.
const LIES: [&str; 4] = ["is live", "n sync", "It took", "**Released**"];

/// What is told from now on says nothing of what does not run.
pub(super) fn no_lies_since(story: &Story, before: &str) {
    let told = story.told();
    for lie in LIES {
        let counted = (told.matches(lie).count(), before.matches(lie).count());
        assert_eq!(counted.0, counted.1, "{lie}:\n{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_roll_back_nobody_approves_what_does_not_run() {
    let story = live().await;
    story.discord("erin", "approve", &[("gate", "post-deploy")]).await;
    story.discord_press("erin", "Not yet").await;
    story.discord_press("erin", "All of them").await;
    let before = story.told();
    story.discord_rolls_back("dave", &[("environment", "production"), ("reason", "checkout is slow")]).await;
    story.pass(9).await;
    story.discord("erin", "approve", &[("gate", "post-deploy")]).await;
    story.telegram("bob", "/approve post-deploy").await;
    story.telegram("bob", "/reject post-deploy it is slow").await;
    story.telegram("alice", "/release skip version=2.2.0 it is fine").await;
    story.telegram("alice", "/release retry version=2.2.0").await;
    story.pass(9).await;
    no_lies_since(&story, &before);
    assert!(story.told().contains("production runs 2.1.1"), "{}", story.told());
    // Once production takes deploys again, it may be tried again: whoever has decided decides anew.
    story.telegram("alice", "/release resume production it was the load balancer").await;
    story.discord("alice", "release retry", &[("version", "2.2.0")]).await;
    story.pass(9).await;
    story.discord_gives("erin", "post-deploy").await;
    story.pass(3).await;
    insta::assert_snapshot!(story.shown("Releases").split_once("v2.2.0 is live").unwrap().1);
    assert!(story.told().contains("It took"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roll_back_that_cd_reports_counts_as_well() {
    let story = live().await;
    story.discord("erin", "approve", &[("gate", "post-deploy")]).await;
    story.discord_press("erin", "Not yet").await;
    story.discord_press("erin", "All of them").await;
    let before = story.told();
    let body = json!({
        "project": "api", "environment": "production", "version": "2.2.0", "status": "rolled-back",
        "at": story.world.clock().now().to_rfc3339(),
    });
    assert_eq!(story.reported("/hooks/deploy", body.to_string()).await.0, 200);
    story.pass(1).await;
    story.discord("erin", "approve", &[("gate", "post-deploy")]).await;
    story.pass(2).await;
    no_lies_since(&story, &before);
    story.telegram("bob", "/why").await;
    assert!(story.told().contains("2.2.0 does not run in production any more"), "{}", story.told());
    story.telegram("bob", "/deploys").await;
    assert!(story.told().contains("not known since v2.2.0 was taken back"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_train_that_was_taken_back_is_not_verified() {
    let story = Story::begin_with(WorldSettings::weekly_train()).await;
    train::until_monday(&story).await;
    story.until("2026-03-09 10:00").await;
    story.pass(9).await;
    story.discord("erin", "approve", &[("gate", "smoke")]).await;
    story.discord_press("erin", "Not yet").await;
    story.discord_press("erin", "All of them").await;
    let before = story.told();
    story.telegram_rolls_back("erin", "production reason=checkout is slow").await;
    story.pass(9).await;
    story.discord("erin", "approve", &[("gate", "smoke")]).await;
    story.telegram("carol", "/approve verify").await;
    story.until("2026-03-09 11:30").await;
    no_lies_since(&story, &before);
    assert!(!story.told().contains("Tag v1.4.0 marks"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_in_prod_is_not_merged_into_main() {
    let story = module::tagged().await;
    story.pass(9).await;
    story.telegram_gives("bob", "certification").await;
    story.pass(9).await;
    story.discord("grace", "approve", &[("gate", "verify")]).await;
    story.discord_press("grace", "Not yet").await;
    story.discord_press("grace", "All of them").await;
    let before = story.told();
    story.telegram_rolls_back("erin", "prod reason=search is empty").await;
    story.pass(9).await;
    story.discord("grace", "approve", &[("gate", "verify")]).await;
    story.pass(4).await;
    no_lies_since(&story, &before);
    assert!(!story.told().contains("into main\n"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_artifact_that_was_taken_back_goes_no_further() {
    let story = Story::begin_with(WorldSettings::trunk()).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(14).await;
    story.telegram("dave", "/release promote").await;
    story.pass(9).await;
    story.telegram("bob", "/approve qa").await;
    story.telegram_press("bob", "Not yet").await;
    story.telegram_press("bob", "All of them").await;
    story.telegram_rolls_back("erin", "qa reason=labels are upside down").await;
    story.pass(9).await;
    story.telegram("bob", "/approve qa").await;
    story.pass(3).await;
    let deployments = story.world.github().deployments();
    let asked = deployments.iter().any(|one| one["environment"] == "uat" && one["ref"] == "v1.9.0");
    assert!(!asked, "uat was not asked: {}", story.told());
    assert!(story.told().contains("1.9.0 does not run in QA any more"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_a_hotfix_replaced_does_not_come_back_over_the_fix() {
    let story = live().await;
    story.discord("erin", "reject", &[("gate", "post-deploy"), ("reason", "the basket is empty")]).await;
    story.telegram("erin", "/hotfix the basket is empty").await;
    story.push("dave-gh", "hotfix/v2.2.1", "src/basket.txt", "full\n", "fix(basket): fill it").await;
    story.pass(2).await;
    story.telegram("dave", "/approve version=2.2.1").await;
    story.telegram("erin", "/approve version=2.2.1").await;
    story.pass(3).await;
    story.discord("alice", "release merge", &[("version", "2.2.1")]).await;
    story.pass(9).await;
    assert!(story.told().contains("v2.2.1 is live"), "{}", story.told());
    let pressed = story.world.discord().press("dave", "releases", "Roll back");
    story.settle().await;
    story.pass(9).await;
    let runs: Vec<String> = story.world.github().dispatches().into_iter().map(|(_, git_ref, _)| git_ref).collect();
    assert_eq!(runs.last().map(String::as_str), Some("v2.2.1"), "{pressed:?}: {}", story.told());
    // The fix settles it: its card says by what, and offers nothing any more.
    story.discord("erin", "withdraw", &[("gate", "post-deploy"), ("version", "2.2.0")]).await;
    story.discord("erin", "approve", &[("gate", "post-deploy"), ("version", "2.2.0")]).await;
    assert!(story.told().contains("production runs 2.2.1"), "{}", story.told());
    let card = story.shown("#releases");
    let card = card.split("api v2.2.0 · replaced by ").nth(1).and_then(|card| card.split("thread").next()).unwrap();
    assert!(card.starts_with("v2.2.1"), "{card}");
    assert!(!card.contains("Roll back") && !card.contains("[Skip…]"), "{card}");
    assert!(card.contains("✓✓✓✓✓○"), "nobody did the checks: {card}");
    let told = story.told();
    assert!(!told.contains("v2.2.0 is live\n  **Version:** **2.2.1"), "{told}");
    story.telegram("bob", "/release list").await;
    assert!(!story.told().rsplit("/release list").next().unwrap().contains("v2.2.0: waits"), "{}", story.told());
    // The version that was rejected is not what one goes back to.
    story.telegram("dave", "/release rollback production dry-run reason=the basket is full").await;
    let told = story.told();
    assert!(told.contains("back to v2.1.1") && !told.contains("back to v2.2.0"), "{told}");
    story.end().await;
}

/// Production gets the canary of v2.2.0, a signal speaks against it, and the bot takes it back by itself.
async fn taken_back_by_itself() -> Story {
    let story = git_flow::merged("canary").await;
    story.pass(32).await;
    story.alert("HighErrorRate", "production", "firing").await;
    story.pass(9).await;
    assert!(story.told().contains("Production runs v2.1.1 again"), "{}", story.told());
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bot_took_back_by_itself_is_not_approved() {
    let story = taken_back_by_itself().await;
    let before = story.told();
    for words in ["/approve verify", "/approve", "/release retry", "/reject verify it is slow", "/approve acceptance"] {
        story.telegram("erin", words).await;
    }
    story.telegram("alice", "/release retry").await;
    story.pass(9).await;
    no_lies_since(&story, &before);
    let told = story.told();
    assert!(told.contains("Verification in production of api v2.2.0 is not decided on now"), "{told}");
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deploy_that_failed_and_was_taken_back_is_not_approved() {
    let story = Story::begin_with(WorldSettings::weekly_train()).await;
    train::until_monday(&story).await;
    story.world.github().next_deploy("production", sandbox::github::Outcome::Failure);
    story.until("2026-03-09 10:00").await;
    story.pass(19).await;
    let before = story.told();
    assert!(before.contains("1.3.0 again"), "{before}");
    story.discord("erin", "approve", &[("gate", "smoke")]).await;
    story.telegram("carol", "/approve verify").await;
    story.telegram("alice", "/release retry").await;
    story.pass(9).await;
    no_lies_since(&story, &before);
    assert!(story.told().contains("verification of api v1.4.0 is not decided on now"), "{}", story.told());
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_of_before_the_roll_back_decides_nothing() {
    let story = Story::begin_in(WorldSettings::weekly_train(), with_hooks).await;
    train::until_monday(&story).await;
    story.until("2026-03-09 10:00").await;
    story.pass(9).await;
    story.discord_gives("erin", "smoke").await;
    story.discord_gives("bob", "qa-live").await;
    let before = story.told();
    assert!(before.contains("Product manager's verification of api"), "{before}");
    let body = json!({
        "project": "api", "environment": "production", "version": "1.4.0", "status": "rolled-back",
        "at": story.world.clock().now().to_rfc3339(),
    });
    assert_eq!(story.reported("/hooks/deploy", body.to_string()).await.0, 200);
    story.pass(1).await;
    // The message that asked for it is still there, with its buttons.
    story.telegram_press("carol", "Approve").await;
    story.pass(4).await;
    no_lies_since(&story, &before);
    let told = story.told();
    let since = told.strip_prefix(&before).unwrap_or(&told);
    assert!(since.contains("is not decided on now") && since.contains("1.4.0 does not run in production"), "{since}");
    assert!(!story.told().contains("Tag v1.4.0 marks"), "{}", story.told());
    story.end().await;
}
