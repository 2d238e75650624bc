//! A back-merge into a branch with rules goes the way that is open, or a person is asked.

use sandbox::github::{MergeMethod, Permission, PullView, Verdict};
use serde_json::{Value, json};

use crate::story::Story;

/// A release is live, and its back-merge is open; `develop` has this rule.
async fn live_with(rule: Value) -> (Story, u64) {
    let story = Story::begin().await;
    story.world.github().set_permission("alice-gh", Permission::Admin);
    let set = json!({
        "name": "keeps", "target": "branch", "enforcement": "active", "rules": [rule],
        "conditions": {"ref_name": {"include": ["refs/heads/develop"], "exclude": []}},
    });
    story.world.github().add_ruleset("alice-gh", set).await.unwrap();
    story.settle().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(15).await;
    assert!(story.told().contains("v2.2.0 is LIVE IN PRODUCTION"), "{}", story.told());
    let back = pull(&story);
    assert!(back.open, "{back:?}");
    assert!(!story.told().contains("Trying again by itself"), "{}", story.told());
    (story, back.number)
}

/// The pull request into develop.
fn pull(story: &Story) -> PullView {
    let pulls = story.world.github().pull_requests();
    pulls.into_iter().rfind(|pull| pull.base == "develop" && pull.author == "shipmate-bot").unwrap()
}

fn pull_request(more: Value) -> Value {
    let mut parameters = json!({
        "dismiss_stale_reviews_on_push": false, "require_code_owner_review": false, "require_last_push_approval": false,
        "required_approving_review_count": 0, "required_review_thread_resolution": false,
    });
    for (key, value) in more.as_object().unwrap() {
        parameters[key] = value.clone();
    }
    json!({"type": "pull_request", "parameters": parameters})
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_review_is_wanted_it_is_asked_for_and_the_bot_merges_then() {
    let (story, number) = live_with(pull_request(json!({"required_approving_review_count": 1}))).await;
    assert!(pull(&story).reviewers.contains(&"alice-gh".to_owned()), "{:?}", pull(&story));
    let told = story.shown("Releases");
    assert!(told.contains("develop wants 1 approving review"), "{told}");
    story.world.github().review("alice-gh", number, Verdict::Approve, "fine").await.unwrap();
    story.settle().await;
    story.pass(2).await;
    assert_eq!(pull(&story).merged_by.as_deref(), Some("shipmate-bot"));
    let told = story.shown("#releases");
    assert!(told.contains("Shipmate merged the back-merge"), "{told}");
    insta::assert_snapshot!(told.split("Release page v2.2.0 is published").nth(1).unwrap());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_only_squashing_is_allowed_a_person_is_asked_and_said_to_have_merged() {
    let (story, number) = live_with(pull_request(json!({"allowed_merge_methods": ["squash"]}))).await;
    let told = story.shown("#releases");
    assert!(told.contains("The rules leave this one to people"), "{told}");
    story.world.github().merge_pull_request("dave-gh", number, MergeMethod::Squash).await.unwrap();
    story.settle().await;
    story.pass(2).await;
    let told = story.shown("#releases");
    assert!(told.contains("dave merged the back-merge"), "{told}");
    assert!(!told.contains("Shipmate merged the back-merge"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_queue_merges_a_person_puts_it_in_and_the_queue_is_said_to_have_merged() {
    let queue = json!({"type": "merge_queue", "parameters": {
        "check_response_timeout_minutes": 60, "grouping_strategy": "ALLGREEN", "max_entries_to_build": 5,
        "max_entries_to_merge": 5, "merge_method": "MERGE", "min_entries_to_merge": 1,
        "min_entries_to_merge_wait_minutes": 5,
    }});
    let (story, number) = live_with(queue).await;
    let told = story.shown("#releases");
    assert!(told.contains("develop has a merge queue"), "{told}");
    story.world.github().enqueue("alice-gh", number).await.unwrap();
    story.settle().await;
    story.pass(6).await;
    let told = story.shown("#releases");
    assert!(told.contains("the merge queue merged the back-merge"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_goes_lets_the_bot_merge_by_itself() {
    let (story, _) = live_with(json!({"type": "required_linear_history"})).await;
    let sets = story.world.github().rulesets();
    story.world.github().remove_ruleset("alice-gh", sets[0]["id"].as_u64().unwrap()).await.unwrap();
    story.settle().await;
    story.pass(2).await;
    assert_eq!(pull(&story).merged_by.as_deref(), Some("shipmate-bot"));
    story.end().await;
}
