//! Bad days: GitHub or a chat is away, in every way in which that can be. The team is told once, and once that it is over; nothing
//! that is to be said or done is lost.

use std::time::Duration;

use chrono::TimeDelta;
use futures::future::join_all;
use sandbox::wire::{Fault, Mishap, Service};
use serde_json::json;

use crate::story::Story;

/// How long something may take, in real time, that happens at once.
pub(super) const SOON: Duration = Duration::from_secs(30);

/// What befalls every request, by name.
fn bad_days() -> Vec<(&'static str, Mishap)> {
    let answer = |status: u16, message: &str| Mishap::Answer(status, vec![], json!({ "message": message }));
    vec![
        ("502", answer(502, "Bad Gateway")),
        ("a page instead of an answer", Mishap::Page(200)),
        ("a page of a proxy's", Mishap::Page(503)),
        ("half answers", Mishap::Half),
        ("nobody is reached", Mishap::CutBefore),
        ("401", answer(401, "Bad credentials")),
    ]
}

impl Story {
    /// Lets minutes pass until a place shows something.
    pub(super) async fn told_within(&self, minutes: i64, place: &str, words: &str) {
        for _ in 0..minutes {
            if self.shown(place).contains(words) {
                return;
            }
            self.pass(1).await;
            // What happens on a connection that lies idle is noticed in real time.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(
            self.shown(place).contains(words),
            "{place} does not say “{words}”: {}\n{}",
            self.told(),
            self.bot.log()
        );
    }

    /// What `/readyz` says.
    async fn readiness(&self) -> (u16, String) {
        let answer = reqwest::get(self.door("/readyz")).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Waits, in real time, until `/readyz` says that all is well.
    pub(super) async fn is_ready_again(&self) {
        let ready = async {
            while self.readiness().await.0 != 200 {
                // What was not said is tried again by the clock, and a connection is made anew in real time.
                self.world.clock().advance(TimeDelta::minutes(1));
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        };
        if tokio::time::timeout(SOON, ready).await.is_err() {
            panic!("{:?}: {}", self.readiness().await, self.bot.log());
        }
    }

    /// An evening passes.
    async fn evening(&self) {
        for _ in 0..6 {
            self.world.clock().advance(TimeDelta::minutes(40));
            self.settle().await;
        }
    }

    pub(super) fn times(&self, place: &str, words: &str) -> usize {
        self.shown(place).matches(words).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn github_is_away_and_both_chats_are_told_once() {
    join_all(bad_days().into_iter().map(github_is_away)).await;
}

async fn github_is_away((about, mishap): (&str, Mishap)) {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(3).await;
    story.world.wire().break_down(Service::GitHub, mishap);
    story.told_within(8, "Incidents", "GitHub gives me no good answer").await;
    let (status, why) = story.readiness().await;
    assert!(status == 503 && why.contains("GitHub: no good answer since"), "{about}: {status} {why}");
    story.evening().await;
    story.world.wire().mend(Service::GitHub);
    story.told_within(20, "Incidents", "GitHub answers again").await;
    story.is_ready_again().await;
    story.pass(20).await;
    for place in ["#incidents", "Incidents"] {
        let told = [story.times(place, "GitHub gives me no good answer"), story.times(place, "GitHub answers again")];
        assert_eq!(told, [1, 1], "{about}, in {place}: {}", story.shown(place));
    }
    assert!(story.told().contains("your turn"), "{about}: the release goes on by itself: {}", story.told());
    println!("away: GitHub, {about}: told once, back once, the release goes on");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_github_that_keeps_silent_is_told_and_keeps_nobody_waiting() {
    let story = Story::begin().await;
    story.world.wire().break_down(Service::GitHub, Mishap::Silence);
    story.world.discord().command("alice", "releases", "release next", &[]).unwrap();
    let told = async {
        while !story.shown("Incidents").contains("GitHub gives me no good answer") {
            story.world.clock().advance(TimeDelta::minutes(1));
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::time::timeout(4 * SOON, told).await.unwrap_or_else(|_| panic!("{}", story.bot.log()));
    let asked = std::time::Instant::now();
    story.world.telegram().say("bob", "Releases", Some("Releases"), "/whoami").unwrap();
    while !story.shown("Releases").contains("You are bob") {
        assert!(asked.elapsed() < SOON, "bob waits for GitHub");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("away: GitHub, silence: told once; bob is answered within {:?}", asked.elapsed());
    story.world.wire().mend(Service::GitHub);
    story.is_ready_again().await;
    story.told_within(20, "Incidents", "GitHub answers again").await;
    assert_eq!(story.times("#incidents", "GitHub gives me no good answer"), 1, "{}", story.shown("#incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_that_is_hidden_for_a_while_is_told_once() {
    let answer = |status: u16, message: &str| Mishap::Answer(status, vec![], json!({ "message": message }));
    for (mishap, gone) in [
        (answer(403, "Resource protected by organization SAML enforcement"), "GitHub does not let me see acme/api"),
        (answer(404, "Not Found"), "GitHub does not find acme/api"),
    ] {
        let story = Story::begin().await;
        story.discord("alice", "release prepare", &[]).await;
        story.pass(9).await;
        story.world.wire().break_down(Service::GitHub, mishap);
        story.told_within(8, "Incidents", gone).await;
        assert!(story.readiness().await.1.contains("acme/api"), "{:?}", story.readiness().await);
        story.evening().await;
        story.world.wire().mend(Service::GitHub);
        story.told_within(20, "Incidents", "GitHub shows acme/api again").await;
        story.pass(20).await;
        assert!(!story.readiness().await.1.contains("acme/api"), "{:?}", story.readiness().await);
        for place in ["#incidents", "Incidents"] {
            let told = [story.times(place, gone), story.times(place, "GitHub shows acme/api again")];
            assert_eq!(told, [1, 1], "in {place}: {}", story.shown(place));
        }
        story.telegram_approves("bob").await;
        story.discord_press("alice", "Merge").await;
        story.pass(9).await;
        assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn telegram_is_away_and_discord_is_told_once() {
    join_all(bad_days().into_iter().map(telegram_is_away)).await;
}

async fn telegram_is_away((about, mishap): (&str, Mishap)) {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.world.wire().break_down(Service::Telegram, mishap);
    // The poll that lies there comes back with this.
    story.world.telegram().say("bob", "Releases", Some("Releases"), "/whoami").unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let ready = story.world.clock().now();
    let minutes = async {
        while !story.shown("#incidents").contains("Telegram gives me no good answer") {
            story.world.clock().advance(TimeDelta::minutes(1));
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(SOON, minutes).await.unwrap_or_else(|_| panic!("{about}: {}", story.bot.log()));
    assert!(story.world.clock().now() - ready < TimeDelta::minutes(30), "{about}");
    assert_eq!(story.readiness().await.0, 503, "{about}");
    for _ in 0..16 {
        story.world.clock().advance(TimeDelta::minutes(15));
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    story.world.wire().mend(Service::Telegram);
    story.is_ready_again().await;
    story.told_within(20, "#incidents", "Telegram answers again").await;
    story.pass(20).await;
    let told = [
        story.times("#incidents", "Telegram gives me no good answer"),
        story.times("#incidents", "Telegram answers again"),
    ];
    assert_eq!(told, [1, 1], "{about}: {}", story.shown("#incidents"));
    assert_eq!(story.times("Incidents", "Telegram"), 0, "{about}: {}", story.shown("Incidents"));
    // Nothing that was to be said there is lost.
    assert!(story.shown("Releases").contains("your turn"), "{about}: {}", story.shown("Releases"));
    assert!(story.shown("Releases").contains("You are bob"), "{about}: {}", story.shown("Releases"));
    println!("away: Telegram, {about}: told once, back once, nothing lost");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_is_away_and_telegram_is_told_once() {
    join_all(bad_days().into_iter().map(discord_is_away)).await;
}

async fn discord_is_away((about, mishap): (&str, Mishap)) {
    let story = Story::begin().await;
    story.telegram("alice", "/release prepare").await;
    story.world.wire().break_down(Service::Discord, mishap.clone());
    match mishap {
        Mishap::Answer(401, ..) => story.world.discord().close_gateway(4004),
        _ => story.world.discord().cut_gateway(),
    }
    let minutes = async {
        while !story.shown("Incidents").contains("Discord gives me no good answer") {
            story.world.clock().advance(TimeDelta::minutes(1));
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(SOON, minutes).await.unwrap_or_else(|_| panic!("{about}: {}", story.bot.log()));
    assert_eq!(story.readiness().await.0, 503, "{about}");
    for _ in 0..16 {
        story.world.clock().advance(TimeDelta::minutes(15));
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    story.world.wire().mend(Service::Discord);
    story.world.discord().wait_until_connected().await.unwrap();
    story.is_ready_again().await;
    story.told_within(20, "Incidents", "Discord answers again").await;
    story.pass(20).await;
    let told = [
        story.times("Incidents", "Discord gives me no good answer"),
        story.times("Incidents", "Discord answers again"),
    ];
    assert_eq!(told, [1, 1], "{about}: {}", story.shown("Incidents"));
    assert_eq!(story.times("#incidents", "Discord"), 0, "{about}: {}", story.shown("#incidents"));
    assert!(story.shown("#releases").contains("your turn"), "{about}: {}", story.shown("#releases"));
    story.discord("bob", "whoami", &[]).await;
    assert!(story.shown("#releases").contains("You are bob"), "{about}: {}", story.shown("#releases"));
    println!("away: Discord, {about}: told once, back once, nothing lost");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_answered_though_the_token_is_refused_for_an_evening() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    let refused = Mishap::Answer(401, vec![], json!({ "message": "401: Unauthorized", "code": 0 }));
    // It is acknowledged, and from then on the token is refused.
    let (method, path) = ("PATCH".to_owned(), "/webhooks/".to_owned());
    let mishap = refused.clone();
    story.world.wire().fail_next(Fault { service: Service::Discord, method, path, mishap });
    let decision = [("gate", "qa"), ("reason", "the totals are wrong")];
    let heard = story.world.discord().command("bob", "releases", "reject", &decision).unwrap();
    while story.world.discord().record(heard).unwrap().acknowledged_after.is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    story.world.wire().break_down(Service::Discord, refused);
    story.world.discord().close_gateway(4004);
    for _ in 0..16 {
        story.world.clock().advance(TimeDelta::minutes(15));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    story.world.wire().mend(Service::Discord);
    story.is_ready_again().await;
    story.pass(20).await;
    let told = story.shown("#releases");
    assert!(told.contains("bob said no"), "no post is lost: {told}");
    let private = story.world.discord().transcript("bob");
    assert!(private.contains("I could not answer you in time"), "no answer is lost: {private}");
    assert_eq!(story.times("#releases", "could not answer"), 0, "it is for bob alone: {told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_never_greets_is_left() {
    join_all([false, true].map(a_gateway_never_greets)).await;
}

async fn a_gateway_never_greets(at_the_start: bool) {
    let mut story = Story::begin().await;
    story.world.discord().never_greet(true);
    if at_the_start {
        story.bot.stop().await;
        story.bot.start();
    } else {
        story.world.discord().invalidate_sessions(false);
    }
    tokio::time::sleep(Duration::from_secs(10)).await;
    let (first, (status, why)) = (story.world.discord().sessions(), story.readiness().await);
    assert!(status == 503 && why.contains("Discord"), "{at_the_start}: {status} {why}");
    tokio::time::sleep(Duration::from_secs(24)).await;
    let second = story.world.discord().sessions();
    assert!(first != second, "it holds the connection {first:?} that never greets: {}", story.bot.log());
    story.world.discord().never_greet(false);
    story.world.discord().wait_until_connected().await.unwrap();
    story.is_ready_again().await;
    story.discord("bob", "whoami", &[]).await;
    assert!(story.told().contains("You are bob"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_at_the_start_is_said_at_once() {
    let mut story = Story::begin().await;
    story.bot.stop().await;
    let all = [
        (Service::Discord, "Discord does not accept the bot's token"),
        (Service::Telegram, "Telegram does not know this token"),
        (Service::GitHub, "GitHub does not accept the token"),
    ];
    let refused = Mishap::Answer(
        401,
        vec![],
        json!({ "ok": false, "error_code": 401, "description": "Unauthorized", "message": "Bad credentials" }),
    );
    for several in [&all[0..1], &all[1..2], &all[2..3], &all[..]] {
        several.iter().for_each(|(service, _)| story.world.wire().break_down(*service, refused.clone()));
        let before = story.bot.log().len();
        story.bot.start();
        let ended = async {
            while story.bot.is_running() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let ended = tokio::time::timeout(SOON, ended).await.is_ok();
        let said = story.bot.log()[before..].to_owned();
        assert!(ended && several.iter().all(|(_, sentence)| said.contains(sentence)), "{several:?}: {said}");
        several.iter().for_each(|(service, _)| story.world.wire().mend(*service));
    }
    story.start_bot().await;
    story.end().await;
}
