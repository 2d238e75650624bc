//! A roll-back that a person asks for: what is replaced by what is said first, with the reason, and somebody says yes.

use crate::story::{Story, with_hooks};

use super::release::deploys;

/// v2.2.0 is in production; its release is over.
async fn released() -> Story {
    let story = Story::begin_configured(with_hooks).await;
    story.release_whole().await;
    story.pass(1).await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_replaced_by_what_is_said_before_anything_happens() {
    let story = released().await;
    let before = deploys(&story, "production.yml");
    story.telegram("dave", "/release rollback production").await;
    assert!(story.shown("Releases").contains("What is wrong with what production runs?"), "{}", story.told());
    story
        .telegram_reply("dave", "What is wrong with what production", "checkout is slow, and nobody can pay by card")
        .await;
    let told = story.shown("Releases");
    assert!(told.contains("production: 2.2.0 → 2.1.1"), "{told}");
    assert!(told.contains("checkout is slow, and nobody can pay by card"), "{told}");
    story.pass(2).await;
    assert_eq!(deploys(&story, "production.yml"), before, "nothing was confirmed: {}", story.told());
    assert!(!story.told().contains("rolls api production back"), "{}", story.told());
    // Somebody who may not have production brought back cannot say yes either.
    story.telegram_press("bob", "Roll back to v2.1.1").await;
    assert_eq!(deploys(&story, "production.yml"), before, "{}", story.told());
    story.telegram_press("dave", "Roll back to v2.1.1").await;
    story.pass(9).await;
    assert_eq!(deploys(&story, "production.yml"), before + 1, "{}", story.told());
    let told = story.shown("Releases");
    assert!(story.told().contains("roduction runs 2.1.1 again"), "{told}");
    assert_eq!(
        told.matches("Instead of v2.2.0: “checkout is slow, and nobody can pay by card”").count(),
        1,
        "on the card: {told}"
    );
    assert!(story.shown("#incidents").contains("> checkout is slow, and nobody can pay by card"), "{}", story.told());
    // It is done: the same question does not do it once more.
    story.telegram_press("dave", "Roll back to v2.1.1").await;
    story.pass(9).await;
    assert_eq!(deploys(&story, "production.yml"), before + 1, "{}", story.told());
    insta::assert_snapshot!(story.shown("Releases").rsplit_once("is live**").unwrap().1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_changed_meanwhile_is_asked_anew() {
    let story = released().await;
    let before = deploys(&story, "production.yml");
    story
        .discord("alice", "release rollback", &[("environment", "production"), ("reason", "the basket is empty")])
        .await;
    assert!(story.shown("#releases").contains("production: 2.2.0 → 2.1.1"), "{}", story.told());
    // Somebody deploys another version without the bot.
    let report = r#"{"project":"api","environment":"production","version":"2.2.1","status":"succeeded"}"#;
    story.reported("/hooks/deploy", report.to_owned()).await;
    story.discord_press("alice", "Roll back to v2.1.1").await;
    assert_eq!(deploys(&story, "production.yml"), before, "{}", story.told());
    let told = story.shown("#releases");
    assert!(told.contains("production: 2.2.1 → 2.2.0"), "{told}");
    assert!(told.contains("It was 2.2.0 → 2.1.1 when you were asked."), "{told}");
    story.discord_press("alice", "Roll back to v2.2.0").await;
    story.pass(9).await;
    assert!(story.told().contains("Production runs 2.2.0 again"), "{}", story.told());
    insta::assert_snapshot!(story.shown("#releases").rsplit_once("is live").unwrap().1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_outlives_a_restart() {
    let mut story = released().await;
    story.telegram("dave", "/release rollback production the basket is empty").await;
    story.bot.killer()();
    story.start_bot().await;
    story.telegram_press("dave", "Roll back to v2.1.1").await;
    story.pass(9).await;
    assert!(story.told().contains("Production runs 2.1.1 again"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_its_way_is_taken_back_only_after_a_yes() {
    let story = Story::begin_in(sandbox::world::WorldSettings::git_flow(), str::to_owned).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(13).await;
    story.telegram_gives("bob", "acceptance").await;
    story.pass(4).await;
    story.discord_press("alice", "Merge").await;
    story.pass(20).await;
    let before = deploys(&story, "deploy-production.yml");
    story.telegram("erin", "/release rollback production the basket is empty").await;
    let told = story.shown("Releases");
    assert!(told.contains("production: 2.2.0, which is on its way → 2.1.1"), "{told}");
    story.pass(1).await;
    assert!(!story.told().contains("takes it back"), "{}", story.told());
    story.telegram_press("erin", "Roll back to v2.1.1").await;
    story.pass(9).await;
    assert!(story.told().contains("Production runs v2.1.1 again"), "{before}: {}", story.told());
    story.end().await;
}
