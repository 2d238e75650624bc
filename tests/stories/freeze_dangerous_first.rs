//! What would be merged soonest is closed first, at the pace that GitHub asks for; how long that takes is said.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use reqwest::Method;
use sandbox::{
    github::{Limits, MergeMethod, Settings},
    wire::Service,
    world::WorldSettings,
};
use serde_json::json;

use crate::story::{FORGEABLE, Story};

/// A world in which statuses count as content, as they may on GitHub, with some pull requests that are open for long.
async fn crowd(count: usize) -> (Story, Vec<u64>) {
    let limits = Limits { statuses_are_content: true, ..Limits::default() };
    let github = Settings { limits, ..Settings::default() };
    let story = Story::begin_with(WorldSettings { github, ..WorldSettings::default() }).await;
    let pulls = story.world.github().have_open_pull_requests("dave-gh", "develop", count).await.unwrap();
    (story, pulls)
}

/// Lets minutes pass in steps as long as it takes until as much may be written as at once.
async fn pass(story: &Story, minutes: i64) {
    for _ in 0..minutes * 3 {
        story.world.clock().advance(TimeDelta::seconds(20));
        story.settle().await;
    }
}

/// The requests that the bot has sent to GitHub, by what they were for.
fn requests(story: &Story) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    for sent in story.world.wire().recorded().iter().filter(|sent| sent.service == Service::GitHub) {
        let path = sent.path.split('?').next().unwrap_or_default();
        let kinds =
            ["/statuses/", "/status", "/pulls", "/rules/", "/rulesets", "/protection", "/branches/", "/graphql"];
        let kind = kinds.iter().find(|kind| path.contains(*kind)).unwrap_or(&"other");
        *count.entry(format!("{} {kind}", sent.method)).or_default() += 1;
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_merged_soonest_is_closed_first() {
    let (story, pulls) = crowd(40).await;
    let github = story.world.github();
    story.pass(1).await;
    let fresh = story.opens("dave-gh", "feature/fresh", "develop").await;
    github.create_branch("dave-gh", "feature/draft", "develop").await.unwrap();
    github.push_commit("dave-gh", "feature/draft", "draft.txt", "x", "feat: draft").await.unwrap();
    let draft = json!({"title": "not yet", "head": "feature/draft", "base": "develop", "draft": true});
    let draft = github.ask_as("dave-gh", Method::POST, "/pulls", draft).await.unwrap()["number"].as_u64().unwrap();
    story.requires(&["develop"], json!({"context": "ci"}), json!([]), vec![]).await;
    // The one that has been there for longest is to be merged by itself, once its tests are green.
    let automatic = pulls[39];
    github.push_to_pull_request("dave-gh", automatic, "more.txt", "y", "more").await.unwrap();
    github.allow_auto_merge(true);
    github.enable_auto_merge("dave-gh", automatic, MergeMethod::Squash).await.unwrap();
    story.pass(2).await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    let red = |number: u64| story.light(number).starts_with("failure");
    assert_eq!(pulls.iter().filter(|pull| red(**pull)).count(), 20, "20 at once, of those that can be merged now");
    assert!(red(automatic), "{}", story.light(automatic));
    assert!(!red(fresh) && !red(draft), "what has no green tests yet can wait, and so can a draft");
    story.pass(2).await;
    assert!(red(fresh) && red(draft) && pulls.iter().all(|pull| red(*pull)));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_merges_by_itself_is_kept_out() {
    let story = Story::begin().await;
    story.requires_the_check(&["develop"], vec![]).await;
    story.requires(&["develop", "main"], json!({"context": "ci"}), json!([]), vec![]).await;
    let pull = story.opens("dave-gh", "feature/x", "develop").await;
    story.world.github().allow_auto_merge(true);
    story.world.github().enable_auto_merge("dave-gh", pull, MergeMethod::Squash).await.unwrap();
    story.telegram("carol", "/freeze start api until 12:00 \"the audit\"").await;
    story.pass(10).await;
    let merged = || story.world.github().pull_requests().iter().any(|known| known.number == pull && known.merged);
    assert!(!merged(), "its tests are green, and it is not merged");
    story.telegram("carol", "/freeze lift").await;
    assert!(merged(), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_github_takes_in_an_hour() {
    let (story, pulls) = crowd(560).await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    story.requires_the_check(&["develop", "main"], vec![]).await;
    pass(&story, 12).await;
    let said = story.announced("Releases");
    assert!(said.starts_with("develop CLOSING 500 of 560; "), "{said}");
    assert!(said.contains("Until all are red, a merge can still slip through. That is so until "), "{said}");
    assert!(
        said.contains("GitHub takes 500 an hour; by a GitHub App with Administration: write it is at once."),
        "{said}"
    );
    story.telegram("dave", "/freeze status").await;
    assert!(
        story
            .shown("Releases")
            .contains("CLOSING 500 of 560: until all are red, a merge can still slip through; until ")
    );
    story.pass(44).await;
    pass(&story, 6).await;
    assert_eq!(story.announced("Releases"), format!("develop and main {FORGEABLE}"));
    assert!(pulls.iter().all(|pull| story.light(*pull).starts_with("failure")));
    assert_eq!(story.world.github().refused_as_too_many(), 0, "GitHub has never had to say that it is too much");
    insta::assert_snapshot!(said);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_freeze_costs() {
    let (story, _) = crowd(300).await;
    let before = requests(&story);
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    pass(&story, 6).await;
    let spent = |story: &Story| {
        let after = requests(story);
        let more = after.iter().map(|(kind, count)| (kind.clone(), count - before.get(kind).unwrap_or(&0)));
        more.filter(|(_, count)| *count > 0).collect::<BTreeMap<_, _>>()
    };
    let closing = spent(&story);
    println!("to close 300 pull requests, and two looks meanwhile: {closing:?}");
    assert_eq!(closing["POST /statuses/"], 300);
    // Every open head is read with its statuses at each look, a hundred by one request.
    let reads: usize = closing.iter().filter(|(kind, _)| *kind != "POST /statuses/").map(|(_, count)| count).sum();
    assert!(reads <= 50, "{closing:?}");
    story.telegram("carol", "/freeze lift").await;
    pass(&story, 6).await;
    assert_eq!(spent(&story)["POST /statuses/"], 500, "as many as GitHub takes in an hour");
    story.pass(52).await;
    println!("and to open them again: {:?}", spent(&story));
    assert_eq!(spent(&story)["POST /statuses/"], 600);
    story.end().await;
}
