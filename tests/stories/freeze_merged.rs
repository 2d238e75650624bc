//! A merge into a closed branch is an alarm: what, by whom, by which right, and what runs because of it. One that somebody
//! gave leave for is none.

use sandbox::{
    github::{MergeMethod, Permission},
    world::WorldSettings,
};
use serde_json::json;

use crate::story::{APP, CONTEXT, Story};

const ALARM: &str = "Merged while closed";

/// The check, taken from the bot's App only.
fn ours() -> serde_json::Value {
    json!({"context": CONTEXT, "integration_id": APP})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_passes_the_rules() {
    let story = Story::begin_as_app().await;
    let administrators = json!([{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "pull_request"}]);
    story.requires(&["main", "develop"], ours(), administrators, vec![]).await;
    let early = story.opens("dave-gh", "feature/early", "develop").await;
    assert!(story.merges("dave-gh", early).await);
    let pull = story.opens("dave-gh", "feature/x", "develop").await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    assert!(!story.merges("dave-gh", pull).await);
    assert!(story.merges("alice-gh", pull).await);
    assert_eq!(story.alarms(ALARM), 1, "{}", story.shown("Incidents"));
    story.pass(8).await;
    assert_eq!(story.alarms(ALARM), 1, "told once, and what was merged before the freeze not at all");
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_turns_the_check_green_and_what_deploys_is_named() {
    let mut story = Story::begin_with(WorldSettings::weekly_train()).await;
    story.requires_the_check(&["dev", "prod"], vec![]).await;
    let pull = story.opens("frank-gh", "feature/x", "dev").await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    story.pass(1).await;
    // Nobody hears of it, and the bot is not even there.
    story.bot.killer()();
    let github = story.world.github();
    github.lose_webhooks(true);
    github.set_status("frank-gh", &story.head(pull), CONTEXT, "success", "let me in").await.unwrap();
    github.merge_pull_request("frank-gh", pull, MergeMethod::Squash).await.unwrap();
    github.lose_webhooks(false);
    story.start_bot().await;
    let told = story.shown("Incidents");
    assert!(told.contains(&format!("Merged while closed: #{pull} into dev (acme/api)")), "{told}");
    assert!(
        told.contains("merged by frank-gh") && told.contains("dev was frozen by carol, no known end: the audit"),
        "{told}"
    );
    assert!(told.contains("Every rule of the branch was met: the check was green, or none is required."), "{told}");
    assert!(told.contains("The branch was ENFORCED, but anybody who may write can turn it green."), "{told}");
    assert!(told.contains("Because of it runs Deploy to dev"), "{told}");
    story.bot.killer()();
    story.start_bot().await;
    story.pass(4).await;
    assert_eq!(story.alarms(ALARM), 1, "told once");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_github_does_not_tell_is_said() {
    let story = Story::begin().await;
    let pull = story.opens("dave-gh", "feature/x", "develop").await;
    let other = story.opens("dave-gh", "feature/y", "develop").await;
    let side = story.opens("dave-gh", "feature/z", "feature/y").await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    assert!(story.merges("dave-gh", side).await, "nobody freezes a feature branch");
    assert_eq!(story.alarms(ALARM), 0);
    assert!(story.merges("dave-gh", pull).await);
    let told = story.shown("Incidents");
    assert!(told.contains("GitHub tells of no rule that was in the way."), "{told}");
    assert!(told.contains("The branch was ADVISORY (the check is not required on develop)."), "{told}");
    assert!(told.contains("No workflow runs on it so far."), "{told}");
    for hidden in ["administration", "actions"] {
        story.world.github().withhold(hidden, true);
    }
    assert!(story.merges("dave-gh", other).await);
    let told = story.shown("Incidents");
    assert!(told.contains("By which right is not known: GitHub forbids this to the bot's token"), "{told}");
    assert!(told.contains("What runs because of it is not known: GitHub forbids this"), "{told}");
    assert_eq!(story.alarms(ALARM), 2);
    // What is merged once it is over is none, whenever it is heard of.
    let late = story.opens("dave-gh", "feature/late", "develop").await;
    story.telegram("carol", "/freeze lift").await;
    assert!(story.merges("dave-gh", late).await);
    assert_eq!(story.alarms(ALARM), 2);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_that_is_seen_only_when_the_freeze_has_ended_is_told() {
    let story = Story::begin().await;
    let (one, two) =
        (story.opens("dave-gh", "feature/x", "develop").await, story.opens("dave-gh", "feature/y", "develop").await);
    story.telegram("carol", "/freeze start api until 3m \"the audit\"").await;
    story.pass(2).await;
    story.world.github().lose_webhooks(true);
    assert!(story.merges("dave-gh", one).await);
    assert_eq!(story.alarms(ALARM), 0, "nobody has looked yet");
    story.pass(1).await;
    assert!(story.merges("dave-gh", two).await, "it is over");
    story.pass(70).await;
    assert_eq!(story.alarms(&format!("#{one} into develop")), 1, "{}", story.shown("Incidents"));
    assert_eq!(story.alarms(ALARM), 1, "{}", story.shown("Incidents"));
    story.end().await;
}

/// A project whose freezes a ruleset keeps, and whose release managers pass it.
fn with_ruleset(toml: &str) -> String {
    toml.replace(
        "[projects.api.environments.staging]",
        "[projects.api.freeze]\nruleset = true\nbypass_team = 5001\n[projects.api.environments.staging]",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bypass_team_that_is_configured_passes_rightly() {
    let story = Story::begin_configured(with_ruleset).await;
    let github = story.world.github();
    let (one, two) =
        (story.opens("dave-gh", "feature/x", "develop").await, story.opens("dave-gh", "feature/y", "develop").await);
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    assert!(story.merges("alice-gh", one).await, "she is in the team");
    story.pass(4).await;
    assert_eq!(story.alarms(ALARM), 0, "{}", story.shown("Incidents"));
    // Somebody else is put on the list for a moment.
    github.set_permission("erin-gh", Permission::Write);
    github.set_permission("alice-gh", Permission::Admin);
    let erin = github.users().into_iter().find(|user| user.login == "erin-gh").unwrap().id;
    let id = github.rulesets()[0]["id"].as_u64().unwrap();
    let lets = json!({"bypass_actors": [{"actor_id": erin, "actor_type": "User"}]});
    story.world.clock().advance(chrono::TimeDelta::seconds(1));
    github.change_ruleset("alice-gh", id, lets).await.unwrap();
    github.merge_pull_request("erin-gh", two, MergeMethod::Squash).await.unwrap();
    story.settle().await;
    assert_eq!(story.alarms("erin-gh may pass the rules, and passed update of the ruleset shipmate-freeze."), 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_gave_leave_for_is_no_alarm() {
    let mut story = Story::begin_as_app().await;
    story.requires(&["main", "develop"], ours(), json!([]), vec![]).await;
    let pull = story.opens("dave-gh", "feature/x", "develop").await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    // An exemption.
    story.telegram("alice", &format!("/freeze exempt #{pull} customers wait for it")).await;
    story.telegram("carol", "/freeze grant E1").await;
    assert!(story.merges("dave-gh", pull).await, "{}", story.told());
    // A hotfix, of which a person merges the bot's own pull request.
    story.discord("erin", "hotfix", &[("description", "Orders over 1000 are lost")]).await;
    story.push("dave-gh", "hotfix/v2.1.2", "src/orders.txt", "keep large\n", "fix: keep large orders").await;
    story.pass(5).await;
    let pulls = story.world.github().pull_requests();
    let own = pulls.iter().find(|pull| pull.head == "hotfix/v2.1.2").unwrap().number;
    assert!(!story.merges("erin-gh", own).await, "before its review");
    story.discord_press("erin", "Approve").await;
    assert!(story.merges("erin-gh", own).await, "{}", story.told());
    story.pass(30).await;
    assert_eq!(story.alarms(ALARM), 0, "{}", story.shown("Incidents"));
    // A new process looks back, and knows it too.
    story.bot.killer()();
    story.start_bot().await;
    story.pass(4).await;
    assert_eq!(story.alarms(ALARM), 0, "{}", story.shown("Incidents"));
    story.end().await;
}
