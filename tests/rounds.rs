//! What `/release prepare` costs: requests to GitHub, and how many of them wait for one another.

use std::time::{Duration, Instant};

use sandbox::wire::{Recorded, Service, Wire};

use crate::story::Story;

/// How long every answer of GitHub's takes here.
const ROUND_TRIP: Duration = Duration::from_millis(100);

/// As many as there are: whoever needs another round makes everybody wait for it. What is there; what the rules say, what came and
/// what the first step begins with; then the first tree beside the texts of the pull requests, two commits, branch, tag, pull
/// request and its labels, each on the one before. CD is asked beside the pull request.
const MOST_REQUESTS: usize = 32;
const MOST_ROUNDS: usize = 9;

/// Each request to GitHub with the moment of its arrival, seen a few milliseconds late at most, until this is said.
async fn watch(wire: Wire, mut known: usize, mut said: impl FnMut() -> bool) -> Vec<(Instant, Recorded)> {
    let mut seen = vec![];
    let mut beat = tokio::time::interval(Duration::from_millis(3));
    while !said() {
        beat.tick().await;
        let recorded = wire.recorded();
        let new = recorded[known..].iter().filter(|sent| sent.service == Service::GitHub);
        seen.extend(new.map(|sent| (Instant::now(), sent.clone())));
        known = recorded.len();
    }
    seen
}

/// Requests that went out before the first of them was answered are one round. Nobody waited for what was not answered at the end.
fn rounds(seen: &[(Instant, Recorded)], end: Instant) -> usize {
    let mut rounds: Vec<Instant> = vec![];
    for (at, _) in seen.iter().filter(|(at, _)| *at + ROUND_TRIP * 9 / 10 <= end) {
        if rounds.last().is_none_or(|began| *at >= *began + ROUND_TRIP * 9 / 10) {
            rounds.push(*at);
        }
    }
    rounds.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn preparing_a_release_costs_few_round_trips() {
    let story = Story::begin().await;
    let (wire, discord) = (story.world.wire(), story.world.discord());
    wire.delay(Service::GitHub, ROUND_TRIP);
    let known = wire.recorded().len();
    let began = Instant::now();
    discord.command("alice", "releases", "release prepare", &[]).unwrap();
    let prepared = watch(wire.clone(), known, || {
        let told = discord.transcript("releases");
        told.contains("api v2.2.0 · deploying staging") && told.contains("[#13]")
    });
    let seen = tokio::time::timeout(Duration::from_secs(20), prepared).await.expect("no announcement");
    let (took, end) = (began.elapsed(), Instant::now());
    for (at, sent) in &seen {
        println!("prepare:   {:4} ms {} {}", at.duration_since(began).as_millis(), sent.method, sent.path);
    }
    println!(
        "prepare: {} requests to GitHub in {} rounds, {:.2} s at {} ms round-trip time",
        seen.len(),
        rounds(&seen, end),
        took.as_secs_f64(),
        ROUND_TRIP.as_millis()
    );
    assert!(seen.len() <= MOST_REQUESTS, "{} requests", seen.len());
    assert!(rounds(&seen, end) <= MOST_ROUNDS, "{} rounds", rounds(&seen, end));
    // The rounds alone take nine tenths of a second; a machine that is busy with other tests needs more for the rest.
    assert!(took < Duration::from_secs(4), "{took:?}");
    wire.delay(Service::GitHub, Duration::ZERO);
    story.settle().await;
    story.end().await;
}
