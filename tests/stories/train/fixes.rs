//! A fix of what QA rejected after the freeze: who brings it in without anybody else.

use sandbox::world::WorldSettings;

use super::{freezes, frozen};
use crate::story::Story;

/// Somebody asks for leave for a new pull request of a developer into dev; its number.
async fn asks(story: &Story, who: &str, branch: &str) -> u64 {
    let pull = story.opens("dave-gh", branch, "dev").await;
    story.telegram(who, &format!("/freeze exempt #{pull} QA found it")).await;
    pull
}

#[tokio::test(flavor = "multi_thread")]
async fn what_qa_rejected_is_mended_without_a_second_person() {
    let story = frozen().await;
    story.until("2026-03-06 10:00").await;
    let granted = |pull: u64| story.shown("Releases").contains(&format!("exempted #{pull} from the freeze"));
    let early = asks(&story, "dave", "fix/early").await;
    assert!(!granted(early), "nothing is rejected yet: {}", story.told());
    story.telegram("bob", "/reject qa Gift cards are taken twice").await;
    let fix = asks(&story, "dave", "fix/gift-cards").await;
    assert!(granted(fix), "{}", story.told());
    assert!(story.shown("Releases").contains("A fix: QA sign-off was rejected."), "{}", story.told());
    assert!(story.light(fix).starts_with("success"), "{}", story.light(fix));
    let by_others = asks(&story, "bob", "fix/of-others").await;
    assert!(!granted(by_others), "bob has no role that lets fixes in: {}", story.told());
    story.telegram("alice", "/freeze start api \"the database moves\"").await;
    let frozen_twice = asks(&story, "dave", "fix/wish-list").await;
    assert!(!granted(frozen_twice), "another freeze holds as well: {}", story.told());
    story.end().await;
}

/// Friday: QA rejects, and dave lets a fix in by himself; its number.
async fn let_in(story: &Story) -> u64 {
    story.until("2026-03-06 10:00").await;
    story.telegram("bob", "/reject qa Gift cards are taken twice").await;
    let fix = asks(story, "dave", "fix/gift-cards").await;
    assert!(story.light(fix).starts_with("success"), "{}", story.told());
    fix
}

/// How often it is told that a fix has lapsed.
fn lapses(story: &Story, pull: u64) -> usize {
    story.shown("Releases").matches(&format!("The exemption of #{pull} has lapsed")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_passes_no_freeze_that_begins_later() {
    let story = frozen().await;
    let fix = let_in(&story).await;
    story.telegram("alice", "/freeze start api \"the database moves\"").await;
    assert!(story.light(fix).starts_with("failure"), "nobody exempted it from that: {}", story.told());
    assert_eq!(lapses(&story, fix), 1, "{}", story.told());
    assert!(story.shown("Releases").contains("\u{201c}the database moves\u{201d} too"), "{}", story.told());
    story.telegram("alice", "/freeze lift #2").await;
    assert!(story.light(fix).starts_with("failure"), "what has lapsed is asked for again: {}", story.told());
    story.telegram("dave", &format!("/freeze exempt #{fix} QA found it")).await;
    assert!(story.light(fix).starts_with("success"), "{}", story.told());
    // The weekend is another freeze, too.
    story.until("2026-03-07 00:05").await;
    assert!(story.light(fix).starts_with("failure"), "{}", story.told());
    assert_eq!(lapses(&story, fix), 2, "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_exempts_passes_a_freeze_that_begins_later() {
    let story = frozen().await;
    story.until("2026-03-06 10:00").await;
    let pull = asks(&story, "dave", "feature/late").await;
    story.telegram("alice", "/freeze grant E1").await;
    assert!(story.light(pull).starts_with("success"), "{}", story.told());
    story.telegram("alice", "/freeze start api \"the database moves\"").await;
    assert!(story.light(pull).starts_with("success"), "{}", story.told());
    assert_eq!(lapses(&story, pull), 0, "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_waits_again_once_nothing_is_rejected() {
    let story = frozen().await;
    let fix = let_in(&story).await;
    story.telegram("bob", "/withdraw qa").await;
    assert!(story.light(fix).starts_with("failure"), "bob took it back: {}", story.told());
    assert_eq!(lapses(&story, fix), 1, "{}", story.told());
    story.telegram("bob", "/reject qa They are taken twice after all").await;
    assert!(story.light(fix).starts_with("failure"), "it is asked for again: {}", story.told());
    story.telegram("dave", &format!("/freeze exempt #{fix} QA found it")).await;
    assert!(story.light(fix).starts_with("success"), "{}", story.told());
    story.telegram_gives("bob", "qa").await;
    assert!(story.light(fix).starts_with("failure"), "bob approved: {}", story.told());
    assert_eq!(lapses(&story, fix), 2, "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_that_people_went_past_lets_no_fix_in() {
    let two_may = |bot_toml: &str| {
        bot_toml.replace("override = [\"release-manager\"]", "override = [\"release-manager\", \"developer\"]")
    };
    let story = Story::begin_in(WorldSettings::weekly_train(), two_may).await;
    freezes(&story).await;
    let fix = let_in(&story).await;
    story.telegram("alice", "/release skip nobody of QA is there").await;
    story.telegram_press("dave", "Agree").await;
    assert!(story.shown("Releases").contains("skipped by alice and dave"), "{}", story.told());
    assert!(story.light(fix).starts_with("failure"), "nobody waits for it: {}", story.told());
    let late = asks(&story, "dave", "fix/late").await;
    assert!(story.light(late).starts_with("failure"), "nobody waits for it: {}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_for_before_the_rejection_is_let_in_after_it() {
    let story = frozen().await;
    story.until("2026-03-06 10:00").await;
    let early = asks(&story, "dave", "fix/early").await;
    story.telegram("dave", &format!("/freeze exempt #{early} QA will find it")).await;
    assert!(story.shown("Releases").contains("has been asked for already: E1"), "{}", story.told());
    story.telegram("bob", "/reject qa Gift cards are taken twice").await;
    story.telegram("bob", &format!("/freeze exempt #{early} I found it")).await;
    assert!(story.light(early).starts_with("failure"), "bob lets nothing in: {}", story.told());
    story.telegram("dave", &format!("/freeze exempt #{early} QA found it")).await;
    assert!(story.shown("Releases").contains(&format!("Granted: E1, #{early}")), "{}", story.told());
    assert!(story.light(early).starts_with("success"), "{}", story.told());
    story.telegram("dave", &format!("/freeze exempt #{early} QA found it")).await;
    assert!(story.shown("Releases").contains("has been granted already: E1"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_that_is_merged_has_served() {
    let story = frozen().await;
    let fix = let_in(&story).await;
    let other = asks(&story, "dave", "fix/wish-list").await;
    assert!(story.merges("dave-gh", fix).await, "{}", story.told());
    story.pass(3).await;
    assert_eq!(lapses(&story, fix), 0, "it was merged: {}", story.told());
    assert_eq!(story.alarms("while"), 0, "it was let in: {}", story.told());
    // QA begins again with what came, and says anew what is wrong.
    assert_eq!(lapses(&story, other), 1, "{}", story.told());
    assert!(story.light(other).starts_with("failure"), "{}", story.told());
    story.end().await;
}
