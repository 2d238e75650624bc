//! A button lives as long as it works: what only one person sees on Discord loses those that are of no more use.

use crate::story::Story;

/// The buttons below the newest message with these words in Discord's #releases.
fn buttons(story: &Story, words: &str) -> Vec<String> {
    let messages = story.world.discord().messages("releases");
    let found = messages.into_iter().rev().find(|one| format!("{one:?}").contains(words));
    found.map(|one| one.buttons.iter().flatten().map(|button| button.label.clone()).collect()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn private_answers_lose_the_buttons_that_are_of_no_more_use() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.discord_press("bob", "Approve").await;
    story.discord_press("alice", "More…").await;
    let (asks, more) = ("and Security too?", "What else for api v2.2.0?");
    assert!(buttons(&story, asks).contains(&"Yes, approve".to_owned()), "{}", story.told());
    assert!(buttons(&story, more).contains(&"Cancel…".to_owned()), "{}", story.told());
    // Bob decides on his telephone: the question on his screen has nothing to press any more.
    story.telegram_approves("bob").await;
    assert_eq!(buttons(&story, asks), Vec::<String>::new(), "{}", story.told());
    assert!(buttons(&story, more).contains(&"Cancel…".to_owned()), "it still works: {}", story.told());
    story.discord_press("alice", "Cancel…").await;
    let cancel = "Cancel api v2.2.0?";
    assert_eq!(buttons(&story, cancel), ["Cancel it…", "Leave them…"], "{}", story.told());
    story.telegram("alice", "/release cancel enough").await;
    assert_eq!(buttons(&story, cancel), Vec::<String>::new(), "{}", story.told());
    assert_eq!(buttons(&story, more), ["What is in", "Why?", "What runs where"], "{}", story.told());
    story.end().await;
}
