//! Five hundred open pull requests through freeze and thaw, under GitHub's rate limits.

use std::collections::BTreeMap;

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

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_pull_requests_freeze_and_thaw() {
    let limits = Limits { statuses_are_content: true, ..Limits::default() };
    let github = Settings { limits, ..Settings::default() };
    let story = Story::begin_with(WorldSettings { github, ..WorldSettings::default() }).await;
    let pulls = story.world.github().have_open_pull_requests("dave-gh", "develop", 500).await.unwrap();
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    story.pass(30).await;
    assert_eq!(lights(&story, &pulls), BTreeMap::from([("failure".to_owned(), 500)]));
    // It is lifted and set again while the green ones are being written.
    story.telegram("carol", "/freeze lift").await;
    story.pass(90).await;
    assert_eq!(lights(&story, &pulls), BTreeMap::from([("success".to_owned(), 500)]));
    let written = |story: &Story| {
        let sent = story.world.wire().recorded();
        sent.iter().filter(|request| request.method == "POST" && request.path.contains("/statuses/")).count()
    };
    story.pass(60).await;
    let before = written(&story);
    story.telegram("carol", "/freeze start api \"the audit again\"").await;
    story.pass(2).await;
    story.telegram("carol", "/freeze lift").await;
    story.pass(10).await;
    assert_eq!(lights(&story, &pulls), BTreeMap::from([("success".to_owned(), 500)]), "nothing red is left");
    let between = written(&story) - before;
    assert!(
        (80..=140).contains(&between),
        "{between} statuses for a freeze of two minutes: those that turned red turn green"
    );
    story.end().await;
}
