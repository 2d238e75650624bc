//! Five hundred open pull requests through freeze and thaw, under GitHub's rate limits.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use sandbox::{
    github::{Limits, Settings},
    world::WorldSettings,
};

use crate::story::Story;

fn lights(story: &Story, pulls: &[u64]) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    let heads: BTreeMap<u64, String> =
        story.world.github().pull_requests().into_iter().map(|pull| (pull.number, pull.head_sha)).collect();
    for number in pulls {
        let light = story.light_on(&heads[number]);
        *count.entry(light.split(':').next().unwrap_or_default().to_owned()).or_default() += 1;
    }
    count
}

/// Lets time pass in steps of ten seconds.
async fn slowly(story: &Story, minutes: i64) {
    for _ in 0..minutes * 6 {
        story.world.clock().advance(TimeDelta::seconds(10));
        story.settle().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_pull_requests_freeze_and_thaw() {
    let limits = Limits { statuses_are_content: true, ..Limits::default() };
    let github = Settings { limits, ..Settings::default() };
    let story = Story::begin_with(WorldSettings { github, ..WorldSettings::default() }).await;
    let pulls = story.world.github().have_open_pull_requests("dave-gh", "develop", 500).await.unwrap();
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    slowly(&story, 10).await;
    assert_eq!(lights(&story, &pulls), BTreeMap::from([("failure".to_owned(), 500)]));
    // It is lifted and set again while the green ones are being written.
    story.telegram("carol", "/freeze lift").await;
    slowly(&story, 60).await;
    assert_eq!(lights(&story, &pulls), BTreeMap::from([("success".to_owned(), 500)]));
    let written = |story: &Story| {
        let sent = story.world.wire().recorded();
        sent.iter().filter(|request| request.method == "POST" && request.path.contains("/statuses/")).count()
    };
    let before = written(&story);
    story.telegram("carol", "/freeze start api \"the audit again\"").await;
    slowly(&story, 2).await;
    story.telegram("carol", "/freeze lift").await;
    slowly(&story, 70).await;
    assert_eq!(lights(&story, &pulls), BTreeMap::from([("success".to_owned(), 500)]), "nothing red is left");
    println!("{} statuses for a short freeze, {before} before", written(&story) - before);
    story.end().await;
}
