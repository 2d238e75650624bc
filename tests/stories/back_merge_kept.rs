//! A back-merge into a branch with rules goes the way that is open, or a person is asked.

use sandbox::{
    github::{MergeMethod, Outcome, Permission, PullView, Verdict},
    wire::{Fault, Mishap, Service},
};
use serde_json::{Value, json};

use crate::story::Story;

/// A release is live, and its back-merge is open; `develop` has these rules.
async fn live_with(rules: Value) -> (Story, u64) {
    live_in(Story::begin().await, rules).await
}

async fn live_in(story: Story, rules: Value) -> (Story, u64) {
    story.world.github().set_permission("alice-gh", Permission::Admin);
    let rules = if rules.is_array() { rules } else { json!([rules]) };
    let set = json!({
        "name": "keeps", "target": "branch", "enforcement": "active", "rules": rules,
        "conditions": {"ref_name": {"include": ["refs/heads/develop"], "exclude": []}},
    });
    story.world.github().add_ruleset("alice-gh", set).await.unwrap();
    story.settle().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    for _ in 0..15 {
        if find(&story).is_some() {
            break;
        }
        story.pass(1).await;
    }
    assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
    let back = pull(&story);
    assert!(back.open, "{back:?}");
    (story, back.number)
}

fn find(story: &Story) -> Option<PullView> {
    let pulls = story.world.github().pull_requests();
    pulls.into_iter().rfind(|pull| pull.base == "develop" && pull.author == "shipmate-bot")
}

/// The pull request into develop.
fn pull(story: &Story) -> PullView {
    find(story).unwrap()
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
    story.pass(9).await;
    assert!(!story.told().contains("Trying again by itself"), "{}", story.told());
    assert!(pull(&story).reviewers.contains(&"alice-gh".to_owned()), "{:?}", pull(&story));
    let told = story.shown("Releases");
    assert!(told.contains("develop wants 1 approving review"), "{told}");
    story.world.github().review("alice-gh", number, Verdict::Approve, "fine").await.unwrap();
    story.settle().await;
    story.pass(2).await;
    assert_eq!(pull(&story).merged_by.as_deref(), Some("shipmate-bot"));
    let told = story.shown("#releases");
    assert!(told.contains("back in "), "{told}");
    insta::assert_snapshot!(told.split("api v2.2.0 is live").nth(1).unwrap());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_only_squashing_is_allowed_a_person_is_asked_and_said_to_have_merged() {
    let (story, number) = live_with(pull_request(json!({"allowed_merge_methods": ["squash"]}))).await;
    story.pass(9).await;
    assert!(!story.told().contains("Trying again by itself"), "{}", story.told());
    let told = story.shown("#releases");
    assert!(told.contains("The rules leave this one to people"), "{told}");
    story.world.github().merge_pull_request("dave-gh", number, MergeMethod::Squash).await.unwrap();
    story.settle().await;
    story.pass(2).await;
    let told = story.shown("#releases");
    assert!(told.contains("✓ Merged: dave"), "{told}");
    story.end().await;
}

/// A merge queue with `ci` on its groups.
fn queue(method: &str) -> Value {
    let queue = json!({"type": "merge_queue", "parameters": {
        "check_response_timeout_minutes": 60, "grouping_strategy": "ALLGREEN", "max_entries_to_build": 5,
        "max_entries_to_merge": 5, "merge_method": method, "min_entries_to_merge": 1,
        "min_entries_to_merge_wait_minutes": 5,
    }});
    let checks = json!([{"context": "ci"}]);
    let required = json!({"required_status_checks": checks, "strict_required_status_checks_policy": false});
    json!([queue, {"type": "required_status_checks", "parameters": required}])
}

/// Time passes until the bot has put the back-merge into the queue.
async fn until_queued(story: &Story) {
    for _ in 0..10 {
        if !story.world.github().merge_queue().is_empty() {
            return;
        }
        story.pass(1).await;
    }
    panic!("it does not get into the queue: {}", story.told());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_queue_merges_the_bot_puts_it_in_and_the_queue_is_said_to_have_merged() {
    let (story, number) = live_with(queue("MERGE")).await;
    assert!(story.shown("#releases").contains("the bot puts it in there"), "{}", story.told());
    until_queued(&story).await;
    assert_eq!(story.world.github().merge_queue()[0].by, "shipmate-bot");
    story.telegram("bob", "/why").await;
    let waits = format!("Back-merge #{number} is in the merge queue of develop");
    assert!(story.shown("Releases").contains(&waits), "{}", story.told());
    story.pass(6).await;
    let told = story.shown("#releases");
    assert!(told.contains("back in "), "{told}");
    let commit = pull(&story).merge_commit.unwrap();
    assert_eq!(story.world.github().commit(&commit).await.unwrap().unwrap().parents.len(), 2, "by a merge commit");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_queue_throws_out_is_told_and_goes_in_again_when_a_person_says_so() {
    let (story, number) = live_with(queue("MERGE")).await;
    until_queued(&story).await;
    story.world.github().next_outcome("ci.yml", Outcome::Failure);
    story.pass(6).await;
    let told = story.shown("#releases");
    let out = format!("back-merge #{number} left the merge queue of develop without being merged");
    assert!(told.contains(&out) && told.contains("a required check failed there"), "{told}");
    story.pass(9).await;
    assert!(story.world.github().merge_queue().is_empty(), "nobody has said so yet");
    story.discord("alice", "release retry", &[]).await;
    until_queued(&story).await;
    story.pass(1).await;
    story.world.github().dequeue("dave-gh", number).await.unwrap();
    story.settle().await;
    assert!(story.shown("#releases").contains("dave took it out"), "{}", story.told());
    story.discord("alice", "release retry", &[]).await;
    story.pass(6).await;
    assert!(story.shown("#releases").contains("back in "), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_makes_other_commits_is_no_open_way() {
    let (story, number) = live_with(queue("SQUASH")).await;
    story.pass(9).await;
    let told = story.shown("#releases");
    assert!(told.contains("develop has a merge queue that merges by squash"), "{told}");
    assert!(story.world.github().merge_queue().is_empty() && pull(&story).open, "{told}");
    story.world.github().enqueue("alice-gh", number).await.unwrap();
    story.settle().await;
    story.pass(6).await;
    assert!(story.shown("#releases").contains("back in "), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_auto_merge_is_allowed_it_is_switched_on_and_said_for_what_it_waits() {
    let story = Story::begin().await;
    story.world.github().allow_auto_merge(true);
    let (story, number) = live_in(story, pull_request(json!({"required_approving_review_count": 1}))).await;
    story.pass(6).await;
    story.telegram("bob", "/why").await;
    let told = story.shown("Releases");
    let waits = format!("Back-merge #{number} has auto-merge: GitHub merges it once it is approved");
    assert!(told.contains(&waits) && told.contains("develop wants 1 approving review"), "{told}");
    // Nobody has to be there for it, not even the bot.
    story.bot_misses(async |github| github.review("alice-gh", number, Verdict::Approve, "fine").await.unwrap()).await;
    assert_eq!(pull(&story).merged_by.as_deref(), Some("shipmate-bot"));
    story.pass(2).await;
    assert!(story.shown("#releases").contains("back in "), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_checks_only_is_merged_by_github_too() {
    let story = Story::begin().await;
    story.world.github().allow_auto_merge(true);
    let (story, number) = live_in(story, queue("MERGE")[1].clone()).await;
    story.telegram("bob", "/why").await;
    let waits = format!("Back-merge #{number} has auto-merge: GitHub merges it once ci passed");
    assert!(story.shown("Releases").contains(&waits), "{}", story.told());
    story.pass(6).await;
    assert!(story.shown("#releases").contains("back in "), "{}", story.told());
    let commit = pull(&story).merge_commit.unwrap();
    assert_eq!(story.world.github().commit(&commit).await.unwrap().unwrap().parents.len(), 2, "by a merge commit");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_freeze_nothing_of_the_bots_is_merged_by_itself() {
    let story = Story::begin().await;
    story.world.github().allow_auto_merge(true);
    let (story, number) = live_in(story, pull_request(json!({"required_approving_review_count": 1}))).await;
    story.pass(6).await;
    assert!(story.told().contains("has auto-merge"), "{}", story.told());
    story.telegram("alice", "/freeze start api \"the audit\"").await;
    story.world.github().review("alice-gh", number, Verdict::Approve, "fine").await.unwrap();
    story.settle().await;
    story.pass(3).await;
    assert!(pull(&story).open, "{}", story.told());
    story.telegram("alice", "/freeze lift").await;
    story.pass(2).await;
    assert_eq!(pull(&story).merged_by.as_deref(), Some("shipmate-bot"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn out_of_a_queue_it_is_taken_in_a_freeze_and_put_in_again_after() {
    let (story, _) = live_with(queue("MERGE")).await;
    until_queued(&story).await;
    story.telegram("alice", "/freeze start api \"the audit\"").await;
    assert!(story.world.github().merge_queue().is_empty(), "{}", story.told());
    story.pass(9).await;
    assert!(pull(&story).open, "{}", story.told());
    story.telegram("alice", "/freeze lift").await;
    story.pass(9).await;
    let told = story.shown("#releases");
    assert!(told.contains("back in "), "{told}");
    assert!(!told.contains("without being merged"), "{told}");
    story.end().await;
}

/// How many requests have named this in GraphQL so far.
fn asked_for(story: &Story, mutation: &str) -> usize {
    let of = |body: &Value| body["query"].as_str().is_some_and(|query| query.contains(mutation));
    story.world.wire().recorded().iter().filter(|call| of(&call.body)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_github_does_not_take_back_in_a_freeze_is_asked_for_at_its_pace() {
    for (kind, words, most) in [("UNPROCESSABLE", "not now", 13), ("FORBIDDEN", "Resource not accessible", 1)] {
        let story = Story::begin().await;
        story.world.github().allow_auto_merge(true);
        let (story, _) = live_in(story, pull_request(json!({"required_approving_review_count": 1}))).await;
        story.pass(6).await;
        for _ in 0..300 {
            let said = json!({"data": null, "errors": [{"type": kind, "message": words}]});
            let (path, mishap) = ("disablePullRequestAutoMerge".to_owned(), Mishap::Answer(200, vec![], said));
            story.world.wire().fail_next(Fault { service: Service::GitHub, method: "POST".into(), path, mishap });
        }
        story.telegram("alice", "/freeze start api \"the audit\"").await;
        let told = story.told();
        story.pass(10).await;
        let asked = asked_for(&story, "disablePullRequestAutoMerge");
        assert!((1..=most).contains(&asked), "{kind}: {asked} times: {}", story.told());
        assert_eq!(story.told(), told, "nothing is told anew");
        story.world.wire().forget_faults();
        story.telegram("alice", "/freeze lift").await;
        story.pass(2).await;
        assert!(pull(&story).open, "{}", story.told());
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn that_nobody_can_be_asked_for_a_review_is_said() {
    let without = |toml: &str| toml.replace("github = \"alice-gh\"\n", "");
    let story = Story::begin_configured(without).await;
    let (story, _) = live_in(story, pull_request(json!({"required_approving_review_count": 1}))).await;
    story.pass(6).await;
    assert_eq!(pull(&story).reviewers, Vec::<String>::new());
    assert!(story.shown("#releases").contains("so nobody was asked"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_goes_lets_the_bot_merge_by_itself() {
    let (story, _) = live_with(json!({"type": "required_linear_history"})).await;
    story.pass(9).await;
    assert!(!story.told().contains("Trying again by itself"), "{}", story.told());
    let sets = story.world.github().rulesets();
    story.world.github().remove_ruleset("alice-gh", sets[0]["id"].as_u64().unwrap()).await.unwrap();
    story.settle().await;
    story.pass(2).await;
    assert_eq!(pull(&story).merged_by.as_deref(), Some("shipmate-bot"));
    story.end().await;
}
