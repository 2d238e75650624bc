//! Moments on Telegram: shown in each reader's own zone where the server knows them, in words elsewhere.

use sandbox::wire::Recorded;

use crate::story::Story;

/// What the bot said on Telegram: whether it was taken, and whether it names moments.
fn said(story: &Story) -> Vec<(bool, bool)> {
    let says =
        |request: &&Recorded| request.path.ends_with("/SendMessage") || request.path.ends_with("/EditMessageText");
    let recorded = story.world.wire().recorded();
    let said = recorded.iter().filter(says);
    said.map(|request| (request.status == 200, request.body.to_string().contains("<tg-time "))).collect()
}

async fn until_qa(story: &Story) {
    story.telegram("alice", "/release prepare").await;
    story.pass(9).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_knows_moments_is_told_them() {
    let story = Story::begin().await;
    until_qa(&story).await;
    let said = said(&story);
    assert!(said.iter().all(|(taken, _)| *taken) && said.contains(&(true, true)), "{said:?}");
    // The card's press brings such a moment back.
    story.telegram_press("bob", "UI").await;
    assert!(
        story.shown("Releases").contains("☑ **UI**") || story.shown("Releases").contains("☑ UI"),
        "{}",
        story.told()
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_server_is_told_in_words_after_its_first_refusal() {
    let story = Story::begin().await;
    story.world.telegram().is_older(true);
    until_qa(&story).await;
    let said = said(&story);
    assert_eq!(said.iter().filter(|(taken, _)| !taken).count(), 1, "{said:?}");
    assert!(!said.contains(&(true, true)), "{said:?}");
    assert!(story.shown("Releases").contains("waits for QA"), "{}", story.shown("Releases"));
    story.end().await;
}
