//! What people ask costs GitHub little, and leaves most of what it allows to releases; a slow GitHub keeps nobody else waiting.

use chrono::TimeDelta;
use sandbox::{
    wire::{Fault, Mishap, Service},
    world::WorldSettings,
};

use crate::story::Story;

/// How many requests GitHub allows an hour in these stories.
const LIMIT: u64 = 300;

impl Story {
    /// How many requests GitHub got that count.
    fn asked_github(&self) -> usize {
        let counts = |path: &str| path != "/rate_limit" && !path.contains(".git/");
        let recorded = self.world.wire().recorded();
        recorded.iter().filter(|one| one.service == Service::GitHub && counts(&one.path)).count()
    }

    /// How many requests it costs that all of these are asked at once, in both chats.
    async fn cost(&self, people: &[&str], asked: &str, options: &[(&str, &str)]) -> usize {
        self.pass(1).await;
        let before = self.asked_github();
        let typed: String = options.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        for person in people {
            self.world.discord().command(person, "releases", asked, options).unwrap();
            self.world.telegram().say(person, "Releases", Some("Releases"), &format!("/{asked}{typed}")).unwrap();
        }
        self.settle().await;
        self.asked_github() - before
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_people_who_ask_at_once_cost_one_look() {
    let story = Story::begin().await;
    let all = ["alice", "bob", "carol", "dave", "erin"];
    for (asked, options, people) in [
        ("release next", &[][..], &all[..]),
        ("release prepare", &[("dry-run", "true")][..], &["alice"][..]),
        ("deploys", &[][..], &all[..]),
        ("deploys", &[("pr", "1")][..], &all[..]),
    ] {
        let one = {
            story.pass(1).await;
            let before = story.asked_github();
            story.discord("alice", asked, options).await;
            story.asked_github() - before
        };
        let ten = story.cost(people, asked, options).await;
        println!("quota: /{asked} {options:?} costs {one} for one, {ten} for {}", people.len() * 2);
        assert!(ten <= one, "/{asked} costs {one} for one and {ten} for {}", people.len() * 2);
    }
    // What has changed meanwhile is read, though the last answer is a moment old.
    story.discord("alice", "release next", &[]).await;
    story.push("dave-gh", "develop", "src/totals.txt", "round\n", "feat: round the totals").await;
    story.discord("alice", "release next", &[]).await;
    assert!(story.told().contains("round the totals"), "{}", story.told());
    story.end().await;
}

/// A world in which GitHub allows few requests.
async fn begin() -> Story {
    let mut settings = WorldSettings::default();
    settings.github.limits.requests_an_hour = LIMIT;
    Story::begin_with(settings).await
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_leave_at_least_half_to_releases() {
    let story = begin().await;
    let before = story.asked_github();
    let mut times = 0;
    while !story.told().contains("is kept for releases") {
        story.world.clock().advance(TimeDelta::seconds(15));
        story.settle().await;
        story.discord(["alice", "bob", "carol"][times % 3], "release next", &[]).await;
        times += 1;
        assert!(times < 120, "nobody stops them: {}", story.told());
    }
    let cost = story.asked_github() - before;
    println!("quota: {times} questions cost {cost} of {LIMIT} requests");
    // The bot looks after the repository besides.
    assert!(cost as u64 <= LIMIT / 2 + LIMIT / 20, "{cost} of {LIMIT}");
    story.telegram("bob", "/why").await;
    let why = story.shown("Releases");
    let last = why.rsplit("/why").next().unwrap_or_default();
    assert!(last.contains("is kept for releases"), "/why says until when: {last}");
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    assert!(story.told().contains("your turn"), "the release goes on: {}", story.told());
    story.pass(60).await;
    let before = story.told().matches("kept for releases").count();
    story.discord("carol", "release next", &[]).await;
    assert_eq!(story.told().matches("kept for releases").count(), before, "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_nothing_is_left_it_is_said_until_when() {
    let story = Story::begin().await;
    story.world.github().leave_requests(0);
    story.discord("alice", "release next", &[]).await;
    story.telegram("bob", "/why").await;
    for place in ["#releases", "Releases"] {
        let told = story.shown(place);
        assert!(told.contains("takes no requests from me until") && told.contains("its limit is used up"), "{told}");
    }
    story.pass(61).await;
    story.discord("alice", "release next", &[]).await;
    assert_eq!(story.shown("#releases").matches("its limit is used up").count(), 1, "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_github_keeps_nobody_else_waiting() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    let (wire, path) = (story.world.wire(), "/compare/".to_owned());
    wire.fail_next(Fault { service: Service::GitHub, method: "GET".into(), path, mishap: Mishap::Slow });
    let (discord, telegram) = (story.world.discord(), story.world.telegram());
    for person in ["alice", "carol"] {
        discord.command(person, "releases", "release notes", &[]).unwrap();
    }
    wire.holds().await;
    telegram.say("bob", "Releases", Some("Releases"), "/reject gate=qa reason=\"the totals are wrong\"").unwrap();
    discord.command("dave", "releases", "why", &[]).unwrap();
    let told = async {
        while !(story.told().contains("bob said no") && story.told().contains("dave: /why")) {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), told).await.expect("bob and dave are answered meanwhile");
    wire.let_go();
    story.settle().await;
    assert_eq!(story.told().matches("Notes of api v2.2.0").count(), 2, "{}", story.told());
    story.end().await;
}
