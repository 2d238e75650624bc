//! What keeps a branch closed and is taken away is an alarm at the next look, whether GitHub tells of it or not; what is put
//! right again is told once.

use sandbox::github::Permission;
use serde_json::json;

use crate::story::{FORGEABLE, Story};

const ALARM: &str = "The freeze is not kept as it was told";
const REPAIRED: &str = "The freeze is kept: acme/api";

/// A project whose freezes a ruleset keeps.
fn with_ruleset(toml: &str) -> String {
    toml.replace(
        "[projects.api.environments.staging]",
        "[projects.api.freeze]\nruleset = true\nbypass_team = 5001\n[projects.api.environments.staging]",
    )
}

/// A frozen team, of which the bot hears nothing by webhooks.
async fn unheard(alter: impl FnOnce(&str) -> String) -> Story {
    let story = Story::begin_configured(alter).await;
    let github = story.world.github();
    github.set_permission("alice-gh", Permission::Admin);
    github.set_permission("erin-gh", Permission::Write);
    story.telegram("carol", "/freeze start \"the audit\" branches=develop").await;
    github.lose_webhooks(true);
    story
}

fn told(story: &Story) -> (usize, usize) {
    (story.alarms(ALARM), story.alarms(REPAIRED))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_required_check_that_is_taken_away_unheard() {
    let story = Story::begin().await;
    let set = story.requires_the_check(&["develop"], vec![]).await;
    story.telegram("carol", "/freeze start \"the audit\" branches=develop").await;
    story.world.github().lose_webhooks(true);
    story.world.github().remove_ruleset("alice-gh", set).await.unwrap();
    story.settle().await;
    assert_eq!(told(&story), (0, 0), "nobody has looked yet");
    story.pass(4).await;
    assert_eq!(told(&story), (1, 0), "{}", story.shown("Incidents"));
    assert_eq!(story.announced("Releases"), "develop ADVISORY (the check is not required on develop)");
    story.requires_the_check(&["develop"], vec![]).await;
    story.pass(10).await;
    assert_eq!(told(&story), (1, 1), "{}", story.shown("Incidents"));
    assert_eq!(story.announced("Releases"), format!("develop {FORGEABLE}"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ruleset_that_is_taken_away_unheard_is_told_and_put_back() {
    let story = unheard(with_ruleset).await;
    let github = story.world.github();
    let id = || github.rulesets()[0]["id"].as_u64().unwrap();
    github.remove_ruleset("alice-gh", id()).await.unwrap();
    story.pass(4).await;
    assert_eq!(github.rulesets().len(), 1, "it is put back");
    assert_eq!(told(&story), (1, 1), "{}", story.shown("Incidents"));
    assert_eq!(story.announced("Releases"), "develop ENFORCED, but team release-managers may pass");
    // Somebody lets themselves through.
    let erin = github.users().into_iter().find(|user| user.login == "erin-gh").unwrap().id;
    let team = json!({"actor_id": 5001, "actor_type": "Team"});
    let lets = json!({"bypass_actors": [team, {"actor_id": erin, "actor_type": "User"}]});
    github.change_ruleset("alice-gh", id(), lets).await.unwrap();
    story.pass(4).await;
    assert_eq!(github.rulesets()[0]["bypass_actors"].as_array().unwrap().len(), 1, "{:?}", github.rulesets());
    assert_eq!(
        story.alarms("ENFORCED, but erin-gh and team release-managers may pass"),
        2,
        "once as news, once as it was"
    );
    assert_eq!(told(&story), (2, 2), "{}", story.shown("Incidents"));
    story.pass(10).await;
    assert_eq!(told(&story), (2, 2), "told once");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ruleset_that_is_taken_away_while_the_bot_is_away() {
    let mut story = unheard(with_ruleset).await;
    story.bot.killer()();
    let github = story.world.github();
    github.remove_ruleset("alice-gh", github.rulesets()[0]["id"].as_u64().unwrap()).await.unwrap();
    story.start_bot().await;
    assert_eq!(story.world.github().rulesets().len(), 1, "it is put back");
    assert_eq!(told(&story), (1, 1), "{}", story.shown("Incidents"));
    // A freeze that begins by then is no such matter.
    story.telegram("carol", "/freeze start \"more\" branches=main").await;
    assert_eq!(told(&story), (1, 1), "{}", story.shown("Incidents"));
    assert_eq!(story.announced("Releases"), "main ENFORCED, but team release-managers may pass");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_pull_requests_of_one_commit_have_the_stricter_status() {
    let story = Story::begin().await;
    story.requires_the_check(&["main", "develop"], vec![]).await;
    let one = story.opens("dave-gh", "feature/x", "develop").await;
    let github = story.world.github();
    let two = github.open_pull_request("dave-gh", "feature/x", "main", "the same for main").await.unwrap();
    story.settle().await;
    story.telegram("carol", "/freeze start \"the audit\" branches=main").await;
    assert_eq!(story.head(one), story.head(two));
    assert!(story.light(one).starts_with("failure: freeze #1"), "{}", story.light(one));
    // Leave for one of them opens the other no more than before.
    story.telegram("carol", "/freeze start \"more\" branches=develop").await;
    story.telegram("alice", &format!("/freeze exempt #{one} customers wait for it")).await;
    story.telegram("carol", "/freeze grant E1").await;
    assert!(story.light(one).starts_with("failure: freeze #1"), "{}", story.light(one));
    assert!(!story.merges("dave-gh", two).await);
    story.telegram("carol", "/freeze lift #1").await;
    assert_eq!(story.light(one), "success: exempted by carol");
    story.end().await;
}
