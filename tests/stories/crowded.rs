//! A hundred releases are open at once: each is looked after, people are answered, and GitHub is asked within its limits.

use sandbox::wire::Service;
use serde_json::{Value, json};
use shipmate::{
    domain::release::{ReleaseId, ReleaseSpec},
    store::{Store, StoreProblem, Writing},
};

use crate::story::Story;

const RELEASES: u64 = 100;

/// As many releases as that wait for QA, each with a version and a tag of its own.
fn many(writing: &mut Writing) -> Result<(), StoreProblem> {
    let first = writing.release(ReleaseId(1))?.expect("there is one");
    for number in 2..=RELEASES {
        let mut spec: Value = serde_json::to_value(&first.spec).unwrap();
        spec["id"] = json!(number);
        spec["version"] = json!(format!("3.{number}.0"));
        let spec: ReleaseSpec = serde_json::from_value(spec).unwrap();
        writing.create_release(&spec)?;
        for (nth, fact) in first.facts.iter().enumerate() {
            writing.append_fact(ReleaseId(number), nth, fact)?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_open_releases_are_looked_after() {
    let mut story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.bot.stop().await;
    let store = Store::open(&story.bot.store()).unwrap();
    store.write(many).await.unwrap();
    store.close().await.unwrap();
    story.start_bot().await;
    let asked = || story.world.wire().recorded().iter().filter(|one| one.service == Service::GitHub).count();
    let before = asked();
    story.pass(10).await;
    let each = (asked() - before) as u64;
    println!("{each} requests to GitHub in 10 minutes for {RELEASES} open releases");
    // GitHub lets an App ask 5,000 times an hour, for all that it does.
    assert!(each * 6 < 4_000, "{each} requests in 10 minutes");
    story.discord("bob", "release list", &[]).await;
    story.telegram("alice", "/why version=3.70.0").await;
    story.telegram("alice", "/release cancel version=3.70.0 reason=\"it is one too many\"").await;
    let told = story.told();
    assert!(told.contains("QA sign-off") && told.contains("Cancelled: api v"), "{told}");
    story.end().await;
}
