//! Answers that come late, or that Discord lets nobody give any more: they reach the person, and nobody else.

use std::time::Duration;

use chrono::TimeDelta;
use sandbox::{
    discord::Denied,
    wire::{Fault, Mishap, Service},
};
use serde_json::json;

use crate::story::Story;

/// What `/whoami` is answered.
const ANSWER: &str = "This account in bot.toml";
/// What everybody may read of an answer.
const MISSED: &str = "To bob, whom I could not answer in time";

/// Discord is in trouble for so many requests to an address.
fn trouble(story: &Story, method: &str, path: &str, times: usize) {
    for _ in 0..times {
        let mishap = Mishap::Answer(503, vec![], json!({ "message": "overloaded", "code": 0 }));
        let fault = Fault { service: Service::Discord, method: method.into(), path: path.into(), mishap };
        story.world.wire().fail_next(fault);
    }
}

/// How often something is said in the channel, whoever may read it.
fn times(story: &Story, words: &str) -> usize {
    story.shown("#releases").matches(words).count()
}

/// Bob asks something, and Discord takes the answer only when its time is over.
async fn answered_too_late(story: &Story, question: &str) {
    trouble(story, "PATCH", "/messages/@original", 10);
    story.world.discord().command("bob", "releases", question, &[]).unwrap();
    // Nothing comes to rest as long as Discord waits for the answer.
    for _ in 0..40 {
        story.world.clock().advance(TimeDelta::minutes(1));
        while !story.world.clock_is_known() {
            tokio::task::yield_now().await;
        }
        story.bot.settled().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_too_late_comes_in_private() {
    let story = Story::begin().await;
    answered_too_late(&story, "whoami").await;
    let private = story.world.discord().transcript("bob");
    assert!(private.contains(ANSWER) && private.contains("I could not answer you in time"), "{}", story.told());
    assert_eq!(times(&story, ANSWER) + times(&story, MISSED), 0, "{}", story.shown("#releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_that_comes_too_late_is_a_file_in_private() {
    let story = Story::begin().await;
    for nth in 0..7 {
        let reason = format!("number {nth}: {}", "the quarter ends and nobody knows how ".repeat(60));
        story.telegram("carol", &format!("/freeze start api until 8h \"{reason}\"")).await;
    }
    answered_too_late(&story, "freeze status").await;
    let private = story.world.discord().transcript("bob");
    assert!(private.contains("all of it is in the file") && private.contains("answer.txt"), "{private}");
    assert!(!story.shown("#releases").contains("answer.txt"), "{}", story.shown("#releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_private_is_said_in_public_of_nobody() {
    let story = Story::begin().await;
    story.world.discord().deny("bob", Some(Denied::Send)).unwrap();
    answered_too_late(&story, "whoami").await;
    let told = story.shown("#releases");
    assert!(!told.contains(ANSWER), "{told}");
    assert_eq!(times(&story, MISSED), 1, "{told}");
    assert!(told.contains("please ask again"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledging_is_tried_as_long_as_discord_waits() {
    let story = Story::begin().await;
    // As many as there are in 1.8 seconds.
    trouble(&story, "POST", "/callback", 12);
    story.discord("bob", "whoami", &[]).await;
    let told = story.shown("#releases");
    assert!(told.contains(ANSWER) && !told.contains("did not respond"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_acknowledged_is_answered_in_private() {
    let story = Story::begin().await;
    trouble(&story, "POST", "/callback", 100);
    story.discord("bob", "whoami", &[]).await;
    story.pass(1).await;
    let (told, private) = (story.shown("#releases"), story.world.discord().transcript("bob"));
    assert!(told.contains("did not respond") && !told.contains(ANSWER), "{told}");
    assert_eq!(private.matches(ANSWER).count(), 1, "{private}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_somebody_elses_answer() {
    let story = Story::begin().await;
    trouble(&story, "PATCH", "/messages/@original", 1);
    let discord = story.world.discord();
    let answered = || times(&story, ANSWER);
    discord.command("alice", "releases", "whoami", &[]).unwrap();
    discord.command("bob", "releases", "whoami", &[]).unwrap();
    for _ in 0..20_000 {
        if answered() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(answered(), 1, "one of the two waits: {}", story.shown("#releases"));
    // By then the bot knows that Discord is in trouble, and has said to itself when it tries again.
    story.bot.settled().await;
    story.world.clock().advance(TimeDelta::seconds(30));
    story.settle().await;
    assert_eq!(answered(), 2, "{}", story.shown("#releases"));
    story.end().await;
}
