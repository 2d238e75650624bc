//! ENFORCED is said of a branch that is closed to everybody; whom it lets through all the same is said too.

use sandbox::github::{MergeMethod, Permission};
use serde_json::{Value, json};

use crate::story::{APP, CONTEXT, FORGEABLE, Story};

/// The check, taken from one App only.
fn from_app(app: u64) -> Value {
    json!({"context": CONTEXT, "integration_id": app})
}

/// The classic protection of a branch that requires the check of an App; -1 is any.
fn protection(app: i64, administrators_too: bool) -> Value {
    let checks = json!({"strict": false, "contexts": [], "checks": [{"context": CONTEXT, "app_id": app}]});
    json!({"required_status_checks": checks, "enforce_admins": administrators_too})
}

async fn turns_green(story: &Story, login: &str, pull: u64) {
    story.world.github().set_status(login, &story.head(pull), CONTEXT, "success", "let me in").await.unwrap();
    story.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_bot_may_turn_green_is_enforced() {
    let story = Story::begin_as_app().await;
    let github = story.world.github();
    story.requires(&["develop"], from_app(APP), json!([]), vec![]).await;
    github.protect_branch("alice-gh", "main", protection(APP as i64, true)).await.unwrap();
    let pull = story.opens("dave-gh", "feature/x", "develop").await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    assert_eq!(story.announced("Releases"), "develop and main ENFORCED");
    assert!(
        story
            .shown("Releases")
            .contains("Nothing is merged, and the bot brings nothing to production, while it lasts;")
    );
    assert!(!story.merges("alice-gh", pull).await && !story.merges("dave-gh", pull).await);

    // Somebody else's green counts for nothing; it is written over, and told once.
    turns_green(&story, "erin-gh", pull).await;
    assert!(story.light(pull).starts_with("failure: freeze #1"), "{}", story.light(pull));
    turns_green(&story, "erin-gh", pull).await;
    assert!(!story.merges("erin-gh", pull).await);
    story.pass(4).await;
    let told = format!("erin-gh turned it green on #{pull} while a freeze closes that; the bot turns it red again.");
    assert_eq!(story.alarms(&told), 1, "{}", story.shown("Incidents"));
    assert_eq!(story.announced("Releases"), "develop and main ENFORCED");
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_branch_takes_from_another_app_is_not_enforced() {
    for classic in [false, true] {
        let story = Story::begin_as_app().await;
        let github = story.world.github();
        story.requires(&["main"], from_app(APP), json!([]), vec![]).await;
        let set = match classic {
            true => {
                github.protect_branch("alice-gh", "develop", protection(99, true)).await.unwrap();
                None
            }
            false => Some(story.requires(&["develop"], from_app(99), json!([]), vec![]).await),
        };
        let pull = story.opens("dave-gh", "feature/x", "develop").await;
        assert!(!story.merges("dave-gh", pull).await, "what the other App has not allowed is not merged");
        story.telegram("carol", "/freeze start api \"the audit\"").await;
        let failed = "develop FAILED (develop accepts the check only from app 99: let it come from the bot instead)";
        assert_eq!(story.announced("Releases"), format!("{failed}, main ENFORCED"), "{classic}");
        assert!(story.shown("Releases").contains("Nothing should be merged, and the bot brings nothing to production"));

        // It is put right while the freeze lasts.
        match set {
            Some(set) => github.remove_ruleset("alice-gh", set).await.unwrap(),
            None => github.unprotect_branch("alice-gh", "develop").await.unwrap(),
        }
        story.requires(&["develop"], from_app(APP), json!([]), vec![]).await;
        story.pass(1).await;
        assert_eq!(story.announced("Releases"), "develop and main ENFORCED", "{}", story.told());
        assert!(!story.merges("alice-gh", pull).await);
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_nobody_from_whom_a_check_can_be_required() {
    let story = Story::begin().await;
    let github = story.world.github();
    story.requires(&["main"], from_app(APP), json!([]), vec![]).await;
    github.protect_branch("alice-gh", "develop", protection(-1, true)).await.unwrap();
    let pull = story.opens("dave-gh", "feature/x", "develop").await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    let failed = format!("main FAILED (main accepts the check only from app {APP}: let it come from the bot instead)");
    assert_eq!(story.announced("Releases"), format!("develop {FORGEABLE}; {failed}"));
    assert!(!story.merges("dave-gh", pull).await);
    // It is as it is said: whoever may write can, in the moment before the bot turns it red again.
    story
        .bot_misses(async |github| {
            github.set_status("dave-gh", &story.head(pull), CONTEXT, "success", "let me in").await.unwrap();
            github.merge_pull_request("dave-gh", pull, MergeMethod::Squash).await.unwrap();
        })
        .await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_pass_is_named() {
    let story = Story::begin_as_app().await;
    let github = story.world.github();
    let passers = json!([
        {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "pull_request"},
        {"actor_id": 5001, "actor_type": "Team", "bypass_mode": "always"},
        {"actor_id": APP, "actor_type": "Integration", "bypass_mode": "always"},
    ]);
    let set = story.requires(&["main"], from_app(APP), passers, vec![]).await;
    github.protect_branch("alice-gh", "develop", protection(APP as i64, false)).await.unwrap();
    let pull = story.opens("dave-gh", "feature/x", "develop").await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    let develop = "develop ENFORCED, but administrators may pass";
    let main = "main ENFORCED, but administrators and team release-managers may pass";
    assert_eq!(story.announced("Releases"), format!("{develop}; {main}"));
    assert!(!story.merges("dave-gh", pull).await);

    // Somebody is let through while the freeze lasts, and then nobody any more.
    github.set_permission("erin-gh", Permission::Write);
    let erin = github.users().into_iter().find(|user| user.login == "erin-gh").unwrap().id;
    let lets = json!([{"actor_id": erin, "actor_type": "User"}]);
    github.change_ruleset("alice-gh", set, json!({"bypass_actors": lets})).await.unwrap();
    story.settle().await;
    github.change_ruleset("alice-gh", set, json!({"bypass_actors": []})).await.unwrap();
    github.protect_branch("alice-gh", "develop", protection(APP as i64, true)).await.unwrap();
    story.settle().await;
    story.pass(1).await;
    assert_eq!(story.announced("Releases"), "develop and main ENFORCED");
    assert!(!story.merges("alice-gh", pull).await);
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_pass_is_said_only_as_far_as_github_shows_it() {
    let story = Story::begin_as_app().await;
    let github = story.world.github();
    let set = story.requires(&["main"], from_app(APP), json!([]), vec![]).await;
    github.protect_branch("alice-gh", "develop", protection(APP as i64, false)).await.unwrap();
    github.withhold("administration", true);
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    // Of classic protection everybody is shown whether administrators are let off, of a ruleset nobody.
    let hidden = "main ENFORCED, but GitHub does not show the bot who may pass";
    assert_eq!(story.announced("Releases"), format!("develop ENFORCED, but administrators may pass; {hidden}"));
    github.protect_branch("alice-gh", "develop", protection(APP as i64, true)).await.unwrap();
    story.settle().await;
    assert_eq!(story.announced("Releases"), format!("develop ENFORCED; {hidden}"));
    // What comes to light is no alarm by itself; what is worse than was told is.
    github.withhold("administration", false);
    story.pass(4).await;
    assert_eq!(story.announced("Releases"), "develop and main ENFORCED");
    assert_eq!(story.alarms("The freeze is not kept"), 0, "{}", story.shown("Incidents"));
    let team = json!([{"actor_id": 5001, "actor_type": "Team"}]);
    github.change_ruleset("alice-gh", set, json!({"bypass_actors": team})).await.unwrap();
    story.settle().await;
    assert_eq!(story.alarms("ENFORCED, but team release-managers may pass; it was told as ENFORCED"), 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_somebody_wrote_unheard_is_found() {
    let story = Story::begin().await;
    story.requires_the_check(&["main", "develop"], vec![]).await;
    let (one, two) =
        (story.opens("dave-gh", "feature/x", "develop").await, story.opens("dave-gh", "feature/y", "develop").await);
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    story.world.github().lose_webhooks(true);
    turns_green(&story, "erin-gh", one).await;
    turns_green(&story, "erin-gh", two).await;
    assert_eq!(story.light(two), "success: let me in");
    story.pass(4).await;
    assert!([one, two].iter().all(|pull| story.light(*pull).starts_with("failure: freeze #1")));
    story.pass(8).await;
    for pull in [one, two] {
        assert_eq!(story.alarms(&format!("erin-gh turned it green on #{pull}")), 1, "{}", story.shown("Incidents"));
    }
    story.end().await;
}
