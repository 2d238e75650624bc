//! A freeze under an open merge queue.

use serde_json::json;

use crate::story::Story;

fn queue() -> serde_json::Value {
    json!({"type": "merge_queue", "parameters": {
        "check_response_timeout_minutes": 60, "grouping_strategy": "ALLGREEN", "max_entries_to_build": 5,
        "max_entries_to_merge": 5, "merge_method": "MERGE", "min_entries_to_merge": 1,
        "min_entries_to_merge_wait_minutes": 0,
    }})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_comes_over_an_open_merge_queue() {
    let story = Story::begin().await;
    let ci = json!({"type": "required_status_checks", "parameters": {
        "strict_required_status_checks_policy": false, "required_status_checks": [{"context": "ci"}],
    }});
    story.requires_the_check(&["develop"], vec![queue(), ci]).await;
    let github = story.world.github();
    let one = story.opens("dave-gh", "feature/one", "develop").await;
    let two = story.opens("erin-gh", "feature/two", "develop").await;
    story.pass(4).await;

    // Without a freeze the queue merges what is green.
    let three = story.opens("dave-gh", "feature/three", "develop").await;
    story.pass(4).await;
    github.enqueue("dave-gh", three).await.unwrap();
    story.settle().await;
    let group = github.merge_queue()[0].sha.clone().unwrap();
    assert_eq!(story.light_on(&group), "success: no freeze is active");
    story.pass(4).await;
    assert!(github.pull_requests().iter().any(|pull| pull.number == three && pull.merged));

    // Two are in the queue when the freeze comes.
    github.enqueue("dave-gh", one).await.unwrap();
    github.enqueue("erin-gh", two).await.unwrap();
    story.settle().await;
    let groups: Vec<String> = github.merge_queue().into_iter().filter_map(|queued| queued.sha).collect();
    story.telegram("carol", "/freeze start api until 3h \"quarter end\"").await;
    for group in &groups {
        assert!(story.light_on(group).starts_with("failure: freeze #1 by carol"), "{}", story.light_on(group));
    }
    story.pass(10).await;
    assert!(github.pull_requests().iter().all(|pull| pull.number == three || !pull.merged), "nothing slips through");
    assert!(github.merge_queue().is_empty(), "the queue lets them go");

    // One is exempted; alone in the queue it passes, and behind another it does not.
    story.telegram("dave", &format!("/freeze exempt #{one} customers wait")).await;
    story.discord("alice", "freeze grant", &[("number", "1")]).await;
    assert_eq!(story.light(one), "success: exempted by alice");
    assert!(github.enqueue("erin-gh", two).await.is_err(), "red does not get into the queue");
    github.enqueue("dave-gh", one).await.unwrap();
    story.settle().await;
    let group = github.merge_queue()[0].sha.clone().unwrap();
    assert_eq!(story.light_on(&group), "success: exempted by alice");
    story.pass(10).await;
    assert!(github.pull_requests().iter().any(|pull| pull.number == one && pull.merged));

    story.pass(180).await;
    assert_eq!(story.light(two), "success: no freeze is active");
    github.enqueue("erin-gh", two).await.unwrap();
    story.pass(10).await;
    assert!(github.pull_requests().iter().any(|pull| pull.number == two && pull.merged));
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
