//! Storms of 429: a service asks, for a long time, to be asked less. It is asked no sooner than it said, and nothing is lost.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use sandbox::wire::{Mishap, Service};
use serde_json::json;

use crate::story::Story;

/// How many seconds each answer asks to wait.
const WAIT: i64 = 60;
/// How many minutes the storm lasts.
const MINUTES: i64 = 30;

impl Story {
    /// A storm passes. How many requests the service got in it.
    async fn storm(&self, service: Service, mishap: Mishap) -> usize {
        self.world.wire().break_down(service, mishap);
        let before = self.world.wire().requests();
        for _ in 0..MINUTES * 4 {
            self.world.clock().advance(TimeDelta::seconds(15));
            self.settle().await;
        }
        self.world.wire().mend(service);
        let asked = self.world.wire().recorded()[before..].iter().filter(|request| request.service == service).count();
        println!("storm: {service:?}: {asked} requests in {MINUTES} minutes, each answered “in {WAIT} s”");
        asked
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn github_is_asked_no_sooner_than_it_said() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    let words = json!({ "message": "You have exceeded a secondary rate limit. Please wait a few minutes." });
    let asked =
        story.storm(Service::GitHub, Mishap::Answer(429, vec![("retry-after".into(), WAIT.to_string())], words)).await;
    assert!(asked <= 40, "{asked} requests");
    story.pass(20).await;
    assert!(story.told().contains("your turn"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn telegram_is_asked_no_sooner_than_it_said() {
    let story = Story::begin().await;
    let limited = json!({
        "ok": false,
        "error_code": 429,
        "description": format!("Too Many Requests: retry after {WAIT}"),
        "parameters": { "retry_after": WAIT },
    });
    story.discord("alice", "release prepare", &[]).await;
    let asked = story.storm(Service::Telegram, Mishap::Answer(429, vec![], limited)).await;
    assert!(asked <= 40, "{asked} requests");
    story.pass(20).await;
    assert!(story.shown("Releases").contains("your turn"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_is_asked_no_sooner_than_it_said() {
    let story = Story::begin().await;
    let limited = json!({ "message": "You are being rate limited.", "retry_after": WAIT, "global": true });
    story.telegram("alice", "/release prepare").await;
    let mishap = Mishap::Answer(429, vec![("retry-after".into(), WAIT.to_string())], limited);
    let asked = story.storm(Service::Discord, mishap).await;
    assert!(asked <= 40, "{asked} requests");
    story.pass(20).await;
    assert!(story.shown("#releases").contains("your turn"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discord_takes_is_said_as_fast_as_it_takes_it() {
    let mut story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(3).await;
    // What there is to say piles up while Discord is away.
    story.world.wire().break_down(Service::Discord, Mishap::CutBefore);
    for minute in 0..40 {
        story.telegram("alice", &format!("/freeze start reason=“Count {minute}” until=2h")).await;
        story.telegram("alice", "/freeze end").await;
    }
    story.bot.stop().await;
    story.world.wire().mend(Service::Discord);
    let before = story.shown("#releases").matches("shipmate:").count();
    let (most, stretch) = (5, Duration::from_secs(1));
    story.world.discord().limit_messages(most, stretch);
    let began = Instant::now();
    story.start_bot().await;
    while story.shown("#releases").matches("Count 39").count() == 0 {
        assert!(began.elapsed() < Duration::from_secs(60), "{}", story.shown("#releases"));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (took, refused) = (began.elapsed(), story.world.discord().refused_messages());
    let posts = story.shown("#releases").matches("shipmate:").count() - before;
    println!("storm: {posts} posts into a channel that takes {most} in {stretch:?}: {took:?}, {refused} refused");
    assert!(posts > 20 && refused == 0, "{posts} posts, {refused} refused");
    story.end().await;
}
