//! The rules of the repository: what they keep a release from is said when it begins, and when they change.

use sandbox::{
    github::{MergeMethod, Permission},
    wire::{Fault, Mishap, Service},
};
use serde_json::{Value, json};

use crate::story::Story;

/// An administrator makes a ruleset for refs of one kind; gives its id.
async fn rules(story: &Story, name: &str, refs: &[&str], rules: Value) -> u64 {
    let target = if refs[0].starts_with("refs/tags/") { "tag" } else { "branch" };
    story.world.github().set_permission("alice-gh", Permission::Admin);
    let set = json!({
        "name": name, "target": target, "enforcement": "active", "rules": rules,
        "conditions": {"ref_name": {"include": refs, "exclude": []}},
    });
    let id = story.world.github().add_ruleset("alice-gh", set).await.unwrap();
    story.settle().await;
    id
}

fn queue(method: &str) -> Value {
    json!({"type": "merge_queue", "parameters": {
        "check_response_timeout_minutes": 60, "grouping_strategy": "ALLGREEN", "max_entries_to_build": 5,
        "max_entries_to_merge": 5, "merge_method": method, "min_entries_to_merge": 1,
        "min_entries_to_merge_wait_minutes": 5,
    }})
}

fn reviews(count: u64) -> Value {
    json!({"type": "pull_request", "parameters": {
        "dismiss_stale_reviews_on_push": false, "require_code_owner_review": false, "require_last_push_approval": false,
        "required_approving_review_count": count, "required_review_thread_resolution": false,
    }})
}

/// What is told of rules when a release is prepared in a world like this, up to what is told next.
async fn told_at_prepare(arrange: impl AsyncFnOnce(&Story)) -> String {
    let story = Story::begin().await;
    arrange(&story).await;
    story.discord("alice", "release prepare", &[]).await;
    let told = story.shown("#releases");
    story.end().await;
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn what_will_not_work_is_said_when_the_release_begins_and_when_that_is_over() {
    let story = Story::begin().await;
    let linear = rules(&story, "no-merges", &["refs/heads/main"], json!([{"type": "required_linear_history"}])).await;
    story.discord("alice", "release prepare", &[("dry-run", "true")]).await;
    story.discord("alice", "release prepare", &[]).await;
    let told = story.shown("#releases");
    assert!(told.contains("rules on GitHub are in its way"), "{told}");
    assert!(told.contains("main takes no merge commits (ruleset no-merges)"), "{told}");
    story.pass(9).await;
    assert_eq!(story.shown("#releases").matches("rules on GitHub are in its way").count(), 1, "once");
    story.world.github().remove_ruleset("alice-gh", linear).await.unwrap();
    story.settle().await;
    insta::assert_snapshot!(story.short("#releases"));
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_the_bot_may_not_make_are_said_at_once() {
    let tags = told_at_prepare(async |story: &Story| {
        let named = json!({"operator": "regex", "pattern": "^rel-", "negate": false});
        rules(story, "tags", &["refs/tags/*"], json!([{"type": "tag_name_pattern", "parameters": named}])).await;
    });
    let tags = tags.await;
    assert!(tags.contains("v2.2.0 may not be called so, its name must match ^rel- (ruleset tags)"), "{tags}");
    let branches = told_at_prepare(async |story: &Story| {
        rules(story, "cuts", &["refs/heads/release/**/*"], json!([{"type": "creation"}])).await;
    });
    let branches = branches.await;
    assert!(branches.contains("The bot may not make release/v2.2.0 (ruleset cuts)"), "{branches}");
    let back = told_at_prepare(async |story: &Story| {
        rules(story, "back", &["refs/heads/backport/**/*"], json!([{"type": "required_linear_history"}])).await;
    });
    let back = back.await;
    assert!(back.contains("takes no merge commits (ruleset back)"), "{back}");
}

#[tokio::test(flavor = "multi_thread")]
async fn how_production_and_development_are_merged_into_is_said_before_anybody_tests() {
    let squash = told_at_prepare(async |story: &Story| {
        rules(story, "line", &["refs/heads/main"], json!([queue("SQUASH")])).await;
    });
    let squash = squash.await;
    assert!(squash.contains("main has a merge queue that merges by squash (ruleset line)"), "{squash}");
    let only = told_at_prepare(async |story: &Story| {
        story.world.github().allow_merges_by(MergeMethod::Merge, false);
    });
    let only = only.await;
    assert!(only.contains("main takes no merge commits (the repository's settings)"), "{only}");
    assert!(only.contains("develop takes no merge commits (the repository's settings)"), "{only}");
    let reviewed = told_at_prepare(async |story: &Story| {
        rules(story, "eyes", &["refs/heads/develop"], json!([reviews(2)])).await;
    });
    let reviewed = reviewed.await;
    assert!(reviewed.contains("develop wants 2 approving reviews on GitHub (ruleset eyes)"), "{reviewed}");
    assert!(!reviewed.contains("rules on GitHub are in its way"), "it is no obstacle: {reviewed}");
    let signed = told_at_prepare(async |story: &Story| {
        rules(story, "signed", &["refs/heads/main"], json!([{"type": "required_signatures"}])).await;
    });
    let signed = signed.await;
    assert!(signed.contains("main takes signed commits only (ruleset signed)"), "{signed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_comes_later_is_said_when_it_comes() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    assert!(!story.told().contains("rules on GitHub"), "{}", story.told());
    rules(&story, "line", &["refs/heads/main"], json!([queue("SQUASH")])).await;
    assert!(story.shown("Releases").contains("main has a merge queue that merges by squash"), "{}", story.told());
    // No webhook tells of a setting.
    story.world.github().allow_merges_by(MergeMethod::Merge, false);
    story.pass(6).await;
    assert!(story.shown("Releases").contains("(the repository's settings)"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bot_passes_is_no_obstacle_and_what_it_may_not_read_is_not_known() {
    let passes = told_at_prepare(async |story: &Story| {
        let id = rules(story, "line", &["refs/heads/main"], json!([{"type": "required_linear_history"}])).await;
        let passers =
            json!({"bypass_actors": [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}]});
        story.world.github().change_ruleset("alice-gh", id, passers).await.unwrap();
    });
    assert!(!passes.await.contains("rules on GitHub"));
    let hidden = told_at_prepare(async |story: &Story| {
        let github = story.world.github();
        github.set_permission("alice-gh", Permission::Admin);
        let nobody = json!({"required_status_checks": null, "enforce_admins": true, "required_pull_request_reviews": null,
            "restrictions": null, "required_linear_history": true});
        github.protect_branch("alice-gh", "main", nobody).await.unwrap();
        github.withhold("administration", true);
        story.settle().await;
    });
    let hidden = hidden.await;
    assert!(hidden.contains("not all rules on GitHub are known"), "{hidden}");
    assert!(hidden.contains("GitHub does not show the bot's token the protection of main"), "{hidden}");
    assert!(!hidden.contains("in its way"), "{hidden}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_way_stays_there_while_github_has_trouble() {
    for (refs, kind) in [("refs/heads/main", "required_linear_history"), ("refs/tags/v*", "creation")] {
        let story = Story::begin().await;
        let id = rules(&story, "line", &[refs], json!([{"type": kind}])).await;
        story.discord("alice", "release prepare", &[]).await;
        let before = story.shown("#releases");
        assert!(before.contains("rules on GitHub are in its way"), "{before}");
        for _ in 0..8 {
            let mishap = Mishap::Answer(502, vec![], json!({}));
            let (method, path) = ("GET".to_owned(), format!("/rulesets/{id}"));
            story.world.wire().fail_next(Fault { service: Service::GitHub, method, path, mishap });
        }
        story.pass(6).await;
        let told = story.shown("#releases");
        assert!(!told.contains("not all rules on GitHub are known"), "{told}");
        assert!(!told.contains("nothing on GitHub is in its way"), "{told}");
        story.discord("alice", "why", &[]).await;
        assert!(story.told().contains("ruleset line"), "{}", story.told());
        story.end().await;
    }
}
