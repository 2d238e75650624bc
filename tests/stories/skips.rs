//! What nobody can go past, whatever the reason.

use sandbox::{github::Outcome, world::WorldSettings};

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_rolled_back_is_not_live_whatever_anybody_says() {
    let story = Story::begin_in(WorldSettings::git_flow(), str::to_owned).await;
    story.discord("alice", "release prepare", &[]).await;
    for _ in 0..3 {
        story.world.github().next_deploy("staging", Outcome::Failure);
    }
    story.pass(45).await;
    assert!(!story.shown("#releases").contains("[Skip…]"), "{}", story.told());
    story.telegram("alice", "/release skip it works on my machine").await;
    let told = story.shown("Releases");
    assert!(told.contains("was rolled back, so it does not run in staging"), "{told}");
    assert!(told.contains("/release resume staging and retry it"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_rolled_back_is_not_live_either() {
    let story = Story::begin().await;
    story.world.github().next_outcome("production.yml", Outcome::Failure);
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    story.telegram_rolls_back("alice", "production checkout is slow").await;
    story.pass(9).await;
    let release = ("version", "2.2.0");
    story.discord("alice", "release skip", &[("reason", "it is there"), release]).await;
    let told = story.shown("#releases");
    assert!(told.contains("was rolled back, so it does not run in production"), "{told}");
    story.discord("alice", "release resume", &[("environment", "production"), ("reason", "it is mended")]).await;
    story.world.discord().press("alice", "incidents", "Retry").unwrap();
    story.settle().await;
    story.pass(9).await;
    assert!(story.told().contains("api v2.2.0 is live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_artifact_is_not_gone_past() {
    let story = Story::begin_with(WorldSettings::trunk()).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(14).await;
    let other = format!("sha256:{}", "ab".repeat(32));
    story.world.github().next_digest("qa", &other);
    story.discord_press("dave", "Promote to qa").await;
    story.pass(9).await;
    story.telegram("alice", "/release skip nobody will notice").await;
    let told = story.shown("Releases");
    assert!(told.contains("only the artifact that was deployed first may go on"), "{told}");
    assert!(!story.told().contains("[Skip…]"), "{}", story.told());
    story.end().await;
}

/// Alice and dave may skip.
async fn two_may_skip() -> Story {
    let story = Story::begin_configured(|bot_toml| {
        bot_toml.replace("override = [\"release-manager\"]", "override = [\"release-manager\", \"developer\"]")
    })
    .await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_that_was_skipped_is_not_shown_as_approved() {
    let story = two_may_skip().await;
    story.telegram("alice", "/release skip nobody of QA is there").await;
    story.telegram_press("alice", "Agree").await;
    assert!(!story.told().contains("skipped by alice"), "one person is not enough: {}", story.told());
    story.telegram_press("bob", "Agree").await;
    story.telegram_press("dave", "Agree").await;
    story.pass(1).await;
    for told in [story.shown("#releases"), story.shown("Releases")] {
        assert!(told.contains("Skipped: QA sign-off (alice and dave)"), "{told}");
        assert!(told.contains("To review: QA sign-off, skipped by alice and dave"), "{told}");
    }
    let pull = story.world.github().world().await.unwrap();
    let pull = serde_json::to_string(&pull).unwrap();
    assert!(!pull.contains("[x] QA validation"), "{pull}");
    // It is listed and reminded of until somebody has looked at it.
    story.telegram("bob", "/release list").await;
    story.a_day().await;
    story.telegram("alice", "/release review QA looked at it on Tuesday, and found nothing").await;
    story.telegram("bob", "/release list").await;
    insta::assert_snapshot!(story.short("Releases"));
    let told = story.shown("Releases");
    story.a_day().await;
    assert_eq!(
        story.shown("Releases").matches("still to be reviewed").count(),
        told.matches("still to be reviewed").count()
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_since_somebody_asked_to_go_past_a_gate_is_agreed_to_anew() {
    let story = two_may_skip().await;
    story.telegram("alice", "/release skip nobody of QA is there").await;
    story.push("lin", "release/v2.2.0", "src/fix.rs", "fix", "fix: round the totals").await;
    story.pass(9).await;
    // What alice asked for is over: nobody can agree to it.
    assert!(story.world.telegram().press("dave", "Releases", "Agree").is_err(), "{}", story.told());
    let told = story.shown("Releases");
    assert!(told.contains("new commits came") && told.contains("round the totals"), "{told}");
    story.telegram("dave", "/release skip it is urgent").await;
    assert!(!story.told().contains("skipped by"), "{}", story.told());
    // Another reason is no consent: it is answered with what dave asks for, and its button.
    let before = story.shown("Releases");
    story.telegram("alice", "/release skip the customer waits").await;
    let told = story.shown("Releases");
    let answer = told.strip_prefix(&before).unwrap_or(&told);
    assert!(answer.contains("dave asks to go past") && answer.contains("it is urgent"), "{told}");
    assert!(answer.contains("[Agree to go past it]"), "{told}");
    assert!(!story.told().contains("skipped by"), "{}", story.told());
    story.telegram_press("alice", "Agree").await;
    assert!(story.told().contains("skipped by dave and alice"), "{}", story.told());
    story.end().await;
}
