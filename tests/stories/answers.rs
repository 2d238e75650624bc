//! What people are answered, and how long answers are brought.

use sandbox::github::MergeMethod;

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_is_a_file() {
    let story = Story::begin().await;
    for nth in 0..7 {
        let reason = format!("number {nth}: {}", "the quarter ends and nobody knows how ".repeat(60));
        story.telegram("carol", &format!("/freeze start api until 8h \"{reason}\"")).await;
    }
    let messages = || story.world.telegram().messages("Releases").len();
    let before = messages();
    story.telegram("carol", "/freeze status").await;
    let told = story.shown("Releases");
    assert!(told.contains("📎 answer.txt") && told.contains("all of it is in the file"), "{told}");
    assert!(messages() - before <= 4, "the question, and at most three messages");
    story.discord("carol", "freeze status", &[]).await;
    let told = story.shown("#releases");
    assert!(told.contains("answer.txt") && told.contains("all of it is in the file"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_nothing_takes_waive_nothing() {
    let story = Story::begin().await;
    story.telegram("alice", "/release prepare \"some words\"").await;
    let told = story.shown("Releases");
    assert!(
        story.world.github().pull_requests().iter().all(|pull| !pull.open || !pull.head.starts_with("release/")),
        "{told}"
    );
    assert!(told.contains("some words"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_merged_and_not_live_is_told_its_version_and_time() {
    let story = Story::begin().await;
    let pull = story.opens("dave-gh", "feature/invoices", "develop").await;
    story.world.github().merge_pull_request("dave-gh", pull, MergeMethod::Merge).await.unwrap();
    story.settle().await;
    let asked = format!("/deploys pr={pull}");
    story.telegram("dave", &asked).await;
    let told = story.shown("Releases");
    assert!(told.contains("It comes with the next release, now **2.2.0**, which begins when somebody says"), "{told}");
    story.discord("alice", "release prepare", &[]).await;
    story.telegram("dave", &asked).await;
    let told = story.shown("Releases");
    assert!(told.contains("It comes with **2.2.0**, which is under way. Its target is Mon 2 Mar 12:00 EST."), "{told}");
    story.end().await;
}
