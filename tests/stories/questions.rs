//! What the bot asks in words on Telegram, in a group where it hears commands and replies only.

use sandbox::{
    telegram::Standing,
    wire::{Moment, Verdict},
};

use crate::story::Story;

const ASKED: &str = "Why do you reject";

/// A release waits for QA, which is bob's.
async fn qa_waits() -> Story {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story
}

impl Story {
    fn asks(&self) -> bool {
        self.shown("Releases").contains(ASKED)
    }

    async fn says_in(&self, topic: Option<&str>, person: &str, words: &str) {
        self.world.telegram().say(person, "Releases", topic, words).unwrap();
        self.settle().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_crowded_group_only_who_is_asked_answers_by_replying() {
    let story = qa_waits().await;
    // What would be refused anyway is asked of nobody.
    story.telegram_press("carol", "Reject").await;
    assert!(!story.asks());
    story.telegram_press("bob", "Reject").await;
    story.telegram("dave", "It looks good to me").await;
    story.telegram("bob", "Where do I say why?").await;
    story.telegram_reply("carol", ASKED, "the total is wrong").await;
    assert!(story.asks(), "the question goes on waiting for bob");
    insta::assert_snapshot!("asked", story.short("Releases"));
    story.telegram_reply("bob", ASKED, "the total is wrong").await;
    assert!(!story.asks());
    insta::assert_snapshot!("answered", story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_nobody_answers_is_gone_after_ten_minutes_and_nothing_is_said() {
    let story = qa_waits().await;
    let before = story.world.telegram().visible("Releases");
    story.telegram_press("bob", "Reject").await;
    story.pass(9).await;
    assert!(story.asks());
    story.pass(1).await;
    assert_eq!(story.world.telegram().visible("Releases"), before);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_forgotten_in_time_although_the_bot_was_away() {
    let mut story = qa_waits().await;
    let before = story.world.telegram().visible("Releases");
    story.telegram_press("bob", "Reject").await;
    story.bot.killer()();
    story.start_bot().await;
    story.settle().await;
    assert!(story.asks(), "a restart forgets nothing");
    story.bot.killer()();
    story.world.clock().advance(chrono::TimeDelta::minutes(12));
    story.start_bot().await;
    story.settle().await;
    assert_eq!(story.world.telegram().visible("Releases"), before);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_between_the_answer_and_the_deletion_leaves_nothing_behind() {
    let mut story = qa_waits().await;
    story.telegram_press("bob", "Reject").await;
    let world = std::sync::Arc::clone(&story.world);
    world.wire().set_trap(|_, request, moment| {
        let deletes = request.path.ends_with("DeleteMessage") && moment == Moment::Before;
        if deletes { Verdict::Hold } else { Verdict::Pass }
    });
    world.telegram().reply_to("bob", "Releases", ASKED, "the total is wrong").unwrap();
    world.wire().holds().await;
    story.bot.killer()();
    world.wire().let_go();
    world.wire().set_trap(|_, _, _| Verdict::Pass);
    story.start_bot().await;
    story.settle().await;
    assert!(!story.asks());
    let told = story.shown("Releases");
    assert!(told.contains("bob said no") && told.contains("👌"), "{told}");
    assert_eq!(told.matches("Rejected: QA").count(), 1, "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_too_late_is_told_what_came_before_it() {
    let story = qa_waits().await;
    story.telegram_press("bob", "Reject").await;
    story.discord("alice", "release cancel", &[("reason", "Not this week")]).await;
    story.telegram_reply("bob", ASKED, "the total is wrong").await;
    assert!(!story.asks());
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_hears_the_next_sentence_of_whoever_was_asked_in_that_topic() {
    let story = qa_waits().await;
    story.world.telegram().set_standing("Releases", Standing::Administrator).unwrap();
    story.telegram_press("bob", "Reject").await;
    story.telegram("dave", "The total is wrong").await;
    story.says_in(None, "bob", "Lunch?").await;
    assert!(story.asks(), "{}", story.shown("Releases"));
    story.telegram("bob", "the total is wrong").await;
    assert!(!story.asks());
    let told = story.shown("Releases");
    assert!(told.contains("bob said no") && !told.contains("Lunch?”"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_without_reactions_hears_the_answer_all_the_same() {
    let story = qa_waits().await;
    story.world.telegram().allow_reactions("Releases", false).unwrap();
    story.telegram_press("bob", "Reject").await;
    story.telegram_reply("bob", ASKED, "the total is wrong").await;
    let told = story.shown("Releases");
    assert!(!story.asks() && !told.contains("👌") && told.contains("bob said no"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_twice_is_asked_once() {
    let story = qa_waits().await;
    story.telegram_press("bob", "Reject").await;
    story.telegram("bob", "/reject").await;
    let told = story.shown("Releases");
    assert_eq!(told.matches(ASKED).count(), 1, "{told}");
    story.telegram_reply("bob", ASKED, "the total is wrong").await;
    assert!(story.shown("Releases").contains("bob said no"));
    story.end().await;
}
