//! A release's own pull request: red until its gates are through, and told at once when it is merged before.

use sandbox::github::MergeMethod;
use serde_json::json;

use crate::story::{APP, CONTEXT, Story, as_app, with_app};

const EARLY: &str = "was merged before its turn";

/// The release's own pull request.
fn own(story: &Story) -> u64 {
    let pulls = story.world.github().pull_requests();
    pulls.iter().rev().find(|pull| pull.title.contains("Release v2.2.0")).unwrap().number
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_green_once_its_gates_are_through() {
    let story = Story::begin_as_app().await;
    story.requires(&["main"], json!({"context": CONTEXT, "integration_id": APP}), json!([]), vec![]).await;
    story.discord("alice", "release prepare", &[]).await;
    let number = own(&story);
    assert_eq!(story.light(number), "failure: api v2.2.0: QA sign-off missing", "as soon as it is there");
    story.pass(9).await;
    assert!(!story.merges("dave-gh", number).await, "green tests are not all");
    story.telegram_approves("bob").await;
    assert_eq!(story.light(number), "success: its gates are through");
    // What is pushed to it is looked at anew.
    story.world.github().push_commit("dave-gh", "release/v2.2.0", "late.txt", "x", "fix: late").await.unwrap();
    story.settle().await;
    assert_eq!(story.light(number), "failure: api v2.2.0: QA sign-off missing");
    story.pass(9).await;
    assert!(!story.merges("dave-gh", number).await);
    story.telegram_approves("bob").await;
    assert_eq!(story.light(number), "success: its gates are through");
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
    assert_eq!(story.told().matches(EARLY).count(), 0);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_freeze_that_lets_it_pass_too() {
    let story = Story::begin_in(with_app(), as_app).await;
    let github = story.world.github();
    story.discord("alice", "release prepare", &[]).await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    let leave = |number: u64| {
        let statuses = github.statuses(&story.head(number));
        statuses.into_iter().find(|status| status.context == "shipmate/pass").map(|status| status.state)
    };
    let number = own(&story);
    assert!(story.light(number).starts_with("failure: freeze #1"), "{}", story.light(number));
    story.telegram("dave", &format!("/freeze exempt #{number} it was promised")).await;
    story.telegram("carol", "/freeze grant E1").await;
    assert_eq!(
        story.light(number),
        "failure: api v2.2.0: QA sign-off missing",
        "leave to pass a freeze passes no gate"
    );
    assert_eq!(leave(number), None);
    story.pass(9).await;
    assert!(!story.merges("dave-gh", number).await);
    story.telegram_approves("bob").await;
    assert_eq!(story.light(number), "success: exempted by carol");
    assert_eq!(leave(number).as_deref(), Some("success"));
    assert!(story.merges("dave-gh", number).await);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_of_the_queue_that_holds_it_is_red_too() {
    let story = Story::begin().await;
    let github = story.world.github();
    let queue = json!({"type": "merge_queue", "parameters": {
        "check_response_timeout_minutes": 60, "grouping_strategy": "ALLGREEN", "max_entries_to_build": 5,
        "max_entries_to_merge": 5, "merge_method": "MERGE", "min_entries_to_merge": 1,
        "min_entries_to_merge_wait_minutes": 0,
    }});
    let set = story.requires(&["main"], json!({"context": "ci"}), json!([]), vec![queue.clone()]).await;
    let other = story.opens("dave-gh", "fix/x", "main").await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    let number = own(&story);
    // Nothing requires the status yet, so it gets in; then it is required.
    github.enqueue("dave-gh", number).await.unwrap();
    github.enqueue("erin-gh", other).await.unwrap();
    let both = json!({"type": "required_status_checks", "parameters": {
        "strict_required_status_checks_policy": false,
        "required_status_checks": [{"context": "ci"}, {"context": CONTEXT}],
    }});
    github.change_ruleset("alice-gh", set, json!({"rules": [queue, both]})).await.unwrap();
    story.settle().await;
    let groups: Vec<String> = github.merge_queue().into_iter().filter_map(|queued| queued.sha).collect();
    assert_eq!(groups.len(), 2, "one each");
    story.pass(10).await;
    // The queue lets a red group go, and what is in no queue holds nobody up.
    let written = github.status_history(CONTEXT);
    let red = |group: &String| {
        let mut of = written.iter().filter(|status| status.sha == *group);
        of.any(|status| status.state == "failure" && status.description == "api v2.2.0: QA sign-off missing")
    };
    assert!(groups.iter().all(red), "{written:#?}");
    assert!(github.pull_requests().iter().all(|pull| pull.number != number || !pull.merged));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_before_its_turn_is_told_at_once() {
    for (method, heard, rewritten) in
        [(MergeMethod::Merge, true, false), (MergeMethod::Squash, true, true), (MergeMethod::Merge, false, false)]
    {
        let story = Story::begin().await;
        story.discord("alice", "release prepare", &[]).await;
        story.pass(9).await;
        let number = own(&story);
        story.world.github().lose_webhooks(!heard);
        story.world.github().merge_pull_request("erin-gh", number, method).await.unwrap();
        story.settle().await;
        if !heard {
            story.pass(6).await;
        }
        let told = story.shown("Releases");
        assert!(told.contains(&format!("api v2.2.0: #{number} {EARLY}")), "{told}");
        assert!(told.contains("erin merged it into main: QA sign-off missing."), "{told}");
        assert_eq!(told.contains("It was squashed or rebased"), rewritten, "{told}");
        story.pass(12).await;
        assert_eq!(story.shown("Releases").matches(EARLY).count(), 1, "told once");
        assert!(!story.told().contains("is live"), "nothing goes on before the gate");
        if !rewritten {
            story.telegram_approves("bob").await;
            story.pass(9).await;
            assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
        }
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bot_opens_is_written_whether_it_hears_of_it_or_not() {
    let story = Story::begin_as_app().await;
    story.requires(&["main"], json!({"context": CONTEXT, "integration_id": APP}), json!([]), vec![]).await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    story.world.github().lose_webhooks(true);
    story.discord("alice", "release prepare", &[]).await;
    let number = own(&story);
    assert!(story.light(number).starts_with("failure: freeze #1"), "{}", story.light(number));
    story.telegram("carol", "/freeze lift").await;
    assert_eq!(story.light(number), "failure: api v2.2.0: QA sign-off missing");
    story.end().await;
}
