//! A fix of what QA rejected after the freeze: who brings it in without anybody else.

use super::frozen;
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
