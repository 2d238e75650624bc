//! Somebody rejects: QA what is on the project branch, and the product manager what has its tag already.

use super::{picked, tagged};

#[tokio::test(flavor = "multi_thread")]
async fn what_qa_rejects_is_mended_on_the_project_branch_and_only_what_qa_has_seen_goes_on() {
    let story = picked().await;
    story.telegram("bob", "/reject qa gift cards pay nothing").await;
    let cards = "pay with them\npay the rest by card\n";
    story.push("erin-gh", "phase1-proj", "src/gift-cards.txt", cards, "fix(payment): S-10002 pay the rest").await;
    story.pass(9).await;

    // Dave's push comes between two of QA's clicks, and GitHub's word of it gets lost.
    story.telegram("bob", "/approve qa").await;
    story.telegram_press("bob", "Not yet").await;
    story.telegram_press("bob", "All of them").await;
    let github = story.world.github();
    github.lose_webhooks(true);
    let late = ("phase1-proj", "src/wishes.txt", "keep a list of wishes\n", "feat(wishes): S-10012 keep a list");
    github.push_commit("dave-gh", late.0, late.1, late.2, late.3).await.unwrap();
    story.telegram("bob", "/approve qa").await;
    github.lose_webhooks(false);
    story.pass(9).await;
    let released = async |path| github.file("phase1-release", path).await.unwrap();
    assert_eq!(released("src/gift-cards.txt").await.as_deref(), Some(cards), "what QA approved");
    assert_eq!(released("src/wishes.txt").await, None, "nobody has tested it");

    // The release is given up, and its branch is in the way of the next one.
    story.discord("alice", "release cancel", &[("reason", "the phase is put off")]).await;
    story.telegram("alice", "/release prepare").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rejected_after_the_tag_is_given_up() {
    let story = tagged().await;
    story.pass(9).await;
    story.telegram("carol", "/reject certification the gift cards are not what we sell").await;
    story.discord("bob", "why", &[]).await;
    story.telegram("alice", "/release cancel the gift cards go into the next one").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
