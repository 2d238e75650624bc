//! A kill between the sending of a card and the note of it: on Discord the repeat is recognised, on Telegram it cannot be.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use sandbox::wire::{Moment, Recorded, Service, Verdict};

use crate::story::Story;

/// How far the first card is: held back, to be sent, sent.
const BACK: u8 = 0;
const GO: u8 = 1;
const SENT: u8 = 2;

/// How a card tells how many stages there are.
const STAGES: &str = "\u{a0}of\u{a0}7";

/// Whether a request sends the card: nothing else tells the stages of the release.
fn is_card(request: &Recorded, service: Service) -> bool {
    let path = request.path.to_lowercase();
    let sends = path.ends_with("/sendmessage") || request.method == "POST" && path.ends_with("/messages");
    let body = request.body.to_string();
    request.service == service && sends && body.contains(STAGES)
}

/// v2.2.0 waits for QA; its first card was sent, and the process killed before it could note that. It is up again.
async fn killed_around_the_first_card(service: Service) -> Story {
    let mut story = Story::begin().await;
    let (state, kill) = (Arc::new(AtomicU8::new(BACK)), story.bot.killer());
    let seen = Arc::clone(&state);
    story.world.wire().set_trap(move |_, request, moment| {
        match (is_card(request, service), seen.load(Ordering::SeqCst), moment) {
            (true, BACK, Moment::Before) => Verdict::Cut,
            (true, GO, Moment::After) => {
                seen.store(SENT, Ordering::SeqCst);
                kill();
                Verdict::Cut
            }
            _ => Verdict::Pass,
        }
    });
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    state.store(GO, Ordering::SeqCst);
    for _ in 0..20 {
        if state.load(Ordering::SeqCst) == GO {
            story.pass(1).await;
        }
    }
    assert_eq!(state.load(Ordering::SeqCst), SENT, "the card was never sent: {}", story.told());
    story.start_bot().await;
    story.pass(1).await;
    story
}

/// The messages that look like the release's card, oldest first.
fn cards(story: &Story) -> Vec<i64> {
    let messages = story.world.telegram().messages("Releases").into_iter();
    let cards = messages.filter(|one| {
        one.text.lines().next().is_some_and(|line| line.starts_with("**") && line.contains(" api v2.2.0 · "))
    });
    cards.map(|one| one.id.parse().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_on_the_first_card_is_answered_and_one_card_remains() {
    let story = killed_around_the_first_card(Service::Telegram).await;
    let doubled = cards(&story);
    assert_eq!(doubled.len(), 2, "Telegram recognises no repeat: {}", story.told());
    let head = story.world.github().commit("release/v2.2.0").await.unwrap().unwrap().sha;
    let tick = format!("tick|version=#1|gate=qa/{}|item=1", &head[..7]);
    story.world.telegram().press_exactly("bob", "Releases", doubled[0], &tick).unwrap();
    story.settle().await;
    story.pass(1).await;
    assert_eq!(cards(&story), doubled[1..], "{}", story.told());
    let told = story.shown("Releases");
    assert!(told.contains("Ticked"), "the press is answered: {told}");
    assert!(told.contains("☑ Functionality · bob"), "and shows on the card that remains: {told}");
    // The one that remains is kept up to date, and what is told stands below it.
    story.telegram_approves("bob").await;
    assert_eq!(cards(&story), doubled[1..], "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_the_first_card_takes_it_away() {
    let story = killed_around_the_first_card(Service::Telegram).await;
    let doubled = cards(&story);
    story.world.telegram().reply("carol", "Releases", doubled[1], "which one is right?").unwrap();
    story.settle().await;
    assert_eq!(cards(&story), doubled, "the one that is kept up to date stays: {}", story.told());
    story.world.telegram().reply("carol", "Releases", doubled[0], "and this one?").unwrap();
    story.settle().await;
    story.pass(1).await;
    assert_eq!(cards(&story), doubled[1..], "{}", story.told());
    // What shows the same in answer to somebody is no card, however often it is answered.
    story.telegram("carol", "/release status").await;
    let stages = |story: &Story| story.shown("Releases").matches(STAGES).count();
    assert_eq!(stages(&story), 2, "the card, and the answer: {}", story.told());
    story.telegram_reply("carol", "api v2.2.0 · waits for QA", "thank you").await;
    story.pass(1).await;
    assert_eq!(stages(&story), 2, "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_recognises_the_first_card() {
    let story = killed_around_the_first_card(Service::Discord).await;
    let shown = story.shown("#releases");
    assert_eq!(shown.matches("│ # ✋ api v2.2.0 · waits for QA\n").count(), 1, "{shown}");
    story.end().await;
}
