//! What `/release prepare` costs: requests to GitHub, and the time they take one after another.

use std::time::{Duration, Instant};

use sandbox::wire::{Recorded, Service};

use crate::story::Story;

/// How long every answer of GitHub's takes here.
const ROUND_TRIP: Duration = Duration::from_millis(100);

#[tokio::test(flavor = "multi_thread")]
async fn preparing_a_release_costs_few_round_trips() {
    let story = Story::begin().await;
    story.world.wire().delay(Service::GitHub, ROUND_TRIP);
    let before = story.world.wire().recorded().len();
    let began = Instant::now();
    story.world.discord().command("alice", "releases", "release prepare", &[]).unwrap();
    let mut changes = story.world.discord().changes();
    while !story.world.discord().transcript("releases").contains("api v2.2.0 is prepared") {
        let changed = tokio::time::timeout(Duration::from_secs(20), changes.changed()).await;
        assert!(changed.is_ok(), "no announcement:\n{}", story.told());
    }
    let took = began.elapsed();
    let recorded = story.world.wire().recorded();
    let asked: Vec<&Recorded> = recorded[before..].iter().filter(|sent| sent.service == Service::GitHub).collect();
    for sent in &asked {
        println!("prepare:   {} {}", sent.method, sent.path);
    }
    println!(
        "prepare: {} requests to GitHub, {:.1} s at {} ms round-trip time",
        asked.len(),
        took.as_secs_f64(),
        ROUND_TRIP.as_millis()
    );
    assert!(asked.len() <= 40, "{} requests", asked.len());
    assert!(took < Duration::from_millis(2500), "{took:?}");
    story.end().await;
}
