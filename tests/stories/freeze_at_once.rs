//! A freeze by one ruleset that requires the bot's leave: every head is shut at once, whatever green it has.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use sandbox::{
    github::{Limits, MergeMethod, Permission},
    wire::Service,
    world::WorldSettings,
};
use serde_json::{Value, json};

use crate::story::{APP, Story, as_app, with_app};

const PASS: &str = "shipmate/pass";
const RULESET: &str = "shipmate-pass";

/// A world in which the bot is a GitHub App, and statuses count as content.
fn world() -> WorldSettings {
    let mut settings = with_app();
    settings.github.limits = Limits { statuses_are_content: true, ..Limits::default() };
    settings
}

async fn crowd(count: usize) -> (Story, Vec<u64>) {
    let story = Story::begin_in(world(), as_app).await;
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

/// The ruleset that closes, if it is there.
fn closing(story: &Story) -> Option<Value> {
    story.world.github().rulesets().into_iter().find(|set| set["name"] == RULESET)
}

/// How the leave stands on a commit.
fn leave_on(story: &Story, sha: &str) -> String {
    let statuses = story.world.github().statuses(sha);
    let leave = statuses.into_iter().find(|status| status.context == PASS);
    leave.map_or_else(|| "none".to_owned(), |status| format!("{}: {}", status.state, status.description))
}

fn leave(story: &Story, pull: u64) -> String {
    leave_on(story, &story.head(pull))
}

fn merged(story: &Story, pull: u64) -> bool {
    story.world.github().pull_requests().iter().any(|known| known.number == pull && known.merged)
}

fn queue() -> Value {
    json!({"type": "merge_queue", "parameters": {
        "check_response_timeout_minutes": 60, "grouping_strategy": "ALLGREEN", "max_entries_to_build": 5,
        "max_entries_to_merge": 5, "merge_method": "MERGE", "min_entries_to_merge": 1,
        "min_entries_to_merge_wait_minutes": 0,
    }})
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_shuts_every_head_and_one_opens_them() {
    let (story, pulls) = crowd(300).await;
    let github = story.world.github();
    assert_eq!(closing(&story), None, "it exists only while something is frozen");
    story.requires(&["develop", "main"], json!({"context": "ci"}), json!([]), vec![]).await;
    // Some are merged by themselves as soon as their tests are green.
    let automatic = &pulls[..20];
    github.allow_auto_merge(true);
    for pull in automatic {
        github.push_to_pull_request("dave-gh", *pull, "more.txt", "y", "more").await.unwrap();
        github.enable_auto_merge("dave-gh", *pull, MergeMethod::Squash).await.unwrap();
    }
    story.settle().await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    let set = closing(&story).unwrap();
    assert_eq!(set["conditions"]["ref_name"]["include"], json!(["refs/heads/develop", "refs/heads/main"]));
    let required = &set["rules"][0]["parameters"]["required_status_checks"];
    assert_eq!(required, &json!([{"context": PASS, "integration_id": APP}]));
    assert_eq!(story.announced("Releases"), "develop and main ENFORCED", "before 300 statuses are written");
    let red = || pulls.iter().filter(|pull| story.light(**pull).starts_with("failure")).count();
    assert!(red() < 60, "the explanation comes at GitHub's pace: {}", red());
    assert!(pulls.iter().all(|pull| leave(&story, *pull) == "none"));
    for login in ["alice-gh", "dave-gh"] {
        assert!(!story.merges(login, pulls[200]).await && !story.merges(login, pulls[299]).await);
    }
    pass(&story, 6).await;
    assert!(!pulls.iter().any(|pull| merged(&story, *pull)), "their tests are green, and none is merged");
    assert_eq!(red(), 300);

    // It is lifted: what waits for nothing else is merged, however many statuses are red still.
    story.telegram("carol", "/freeze lift").await;
    assert_eq!(closing(&story), None);
    story.settle().await;
    assert!(red() > 100, "{}", red());
    assert!(automatic.iter().all(|pull| merged(&story, *pull)), "{}", story.told());
    assert!(story.merges("dave-gh", pulls[299]).await);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exempted_passes_and_nothing_else() {
    let story = Story::begin_in(world(), as_app).await;
    let github = story.world.github();
    let (one, two) =
        (story.opens("dave-gh", "feature/x", "develop").await, story.opens("erin-gh", "feature/y", "develop").await);
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    story.telegram("dave", &format!("/freeze exempt #{one} customers wait for it")).await;
    assert!(!story.merges("dave-gh", one).await);
    story.telegram("carol", "/freeze grant E1").await;
    assert_eq!(leave(&story, one), "success: exempted by carol");
    assert_eq!(leave(&story, two), "none");
    assert!(!story.merges("erin-gh", two).await);
    // What somebody else writes opens nothing.
    github.set_permission("erin-gh", Permission::Write);
    github.set_status("erin-gh", &story.head(two), PASS, "success", "let me in").await.unwrap();
    story.settle().await;
    assert!(!story.merges("erin-gh", two).await);
    // What was exempted is pushed to.
    github.push_commit("dave-gh", "feature/x", "more.txt", "x", "feat: more").await.unwrap();
    story.settle().await;
    assert_eq!(leave(&story, one), "none");
    assert!(!story.merges("dave-gh", one).await);
    story.telegram("dave", &format!("/freeze exempt #{one} until 2h \"customers wait for it\"")).await;
    story.telegram("carol", "/freeze grant E2").await;
    story.telegram("carol", "/freeze lift").await;
    story.world.clock().advance(TimeDelta::hours(2));
    story.settle().await;

    // Leave of one freeze is none in the next.
    assert_eq!(leave(&story, one), "success: exempted by carol");
    story.telegram("carol", "/freeze start api \"the audit again\"").await;
    assert!(leave(&story, one).starts_with("failure: freeze #2"), "{}", leave(&story, one));
    assert_eq!(story.announced("Releases"), "develop and main ENFORCED");
    assert!(!story.merges("dave-gh", one).await);
    story.telegram("carol", "/freeze lift").await;
    assert_eq!(leave(&story, one), "success: no freeze is active", "nothing red is left");
    assert!(story.merges("dave-gh", one).await);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_lets_go_of_what_has_no_leave() {
    let story = Story::begin_in(world(), as_app).await;
    let github = story.world.github();
    story.requires(&["develop"], json!({"context": "ci"}), json!([]), vec![queue()]).await;
    let (one, two) =
        (story.opens("dave-gh", "feature/x", "develop").await, story.opens("erin-gh", "feature/y", "develop").await);
    story.pass(4).await;
    github.enqueue("dave-gh", one).await.unwrap();
    github.enqueue("erin-gh", two).await.unwrap();
    story.settle().await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    story.pass(10).await;
    assert!(!merged(&story, one) && !merged(&story, two), "their tests are green");
    assert!(github.merge_queue().is_empty(), "the queue lets them go");
    assert!(github.enqueue("dave-gh", one).await.is_err(), "what has no leave does not get in");
    story.telegram("dave", &format!("/freeze exempt #{one} customers wait for it")).await;
    story.telegram("carol", "/freeze grant E1").await;
    github.enqueue("dave-gh", one).await.unwrap();
    story.settle().await;
    assert_eq!(leave_on(&story, &github.merge_queue()[0].sha.clone().unwrap()), "success: exempted by carol");
    story.pass(10).await;
    assert!(merged(&story, one), "a group that holds nothing else passes");
    assert!(!merged(&story, two));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_github_takes_no_ruleset_the_statuses_close_and_it_says_why() {
    let story = Story::begin_in(world(), as_app).await;
    let github = story.world.github();
    story.requires(&["main"], json!({"context": "shipmate/freeze", "integration_id": APP}), json!([]), vec![]).await;
    let pull = story.opens("dave-gh", "feature/x", "develop").await;
    github.withhold("administration=write", true);
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    assert_eq!(closing(&story), None);
    let said = story.announced("Releases");
    assert!(
        said.starts_with("develop ADVISORY (the check is not required on develop, and no ruleset of the bot's"),
        "{said}"
    );
    assert!(said.contains("Resource not accessible by integration"), "{said}");
    assert!(said.contains("main ENFORCED, but GitHub does not show the bot who may pass"), "{said}");
    assert!(story.light(pull).starts_with("failure: freeze #1"));
    // The right is granted while the freeze lasts.
    github.withhold("administration=write", false);
    story.pass(4).await;
    assert_eq!(story.announced("Releases"), "develop and main ENFORCED");
    assert!(!story.merges("alice-gh", pull).await);
    story.telegram("carol", "/freeze lift").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_without_rulesets_is_said() {
    let story = Story::begin_in(world(), as_app).await;
    story.world.github().is_on_free_plan(true);
    let pull = story.opens("dave-gh", "feature/x", "develop").await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    let why = "GitHub refuses: Upgrade to GitHub Pro or make this repository public to enable this feature.";
    assert!(story.announced("Releases").contains(why), "{}", story.announced("Releases"));
    assert!(story.light(pull).starts_with("failure: freeze #1"), "the status says it all the same");
    story.pass(10).await;
    assert_eq!(story.alarms("The freeze is not kept"), 0, "{}", story.shown("Incidents"));
    // The plan is changed.
    story.world.github().is_on_free_plan(false);
    story.pass(4).await;
    assert_eq!(story.announced("Releases"), "develop and main ENFORCED");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_long_statuses_take_and_why_they_do() {
    let (story, _) = crowd(560).await;
    story.world.github().withhold("administration=write", true);
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    story
        .requires(&["develop", "main"], json!({"context": "shipmate/freeze", "integration_id": APP}), json!([]), vec![])
        .await;
    pass(&story, 12).await;
    let said = story.announced("Releases");
    assert!(said.starts_with("develop CLOSING 500 of 560"), "{said}");
    let why = "GitHub takes 500 an hour; by a ruleset it would be at once, but GitHub forbids this to the bot's token \
               (Resource not accessible by integration)";
    assert!(said.contains(why), "{said}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_it_by_statuses_only_says_so() {
    let story = Story::begin_in(world(), |toml| {
        let only = "[projects.api.freeze]\nat_once = false\n[projects.api.environments.staging]";
        as_app(toml).replace("[projects.api.environments.staging]", only)
    })
    .await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    assert_eq!(closing(&story), None);
    assert!(story.announced("Releases").contains("ADVISORY (the check is not required on develop)"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_does_to_the_ruleset_is_told_and_put_right() {
    let story = Story::begin_in(world(), as_app).await;
    let github = story.world.github();
    github.set_permission("alice-gh", Permission::Admin);
    let pull = story.opens("dave-gh", "feature/x", "develop").await;
    story.telegram("carol", "/freeze start \"the audit\" branches=develop").await;
    github.lose_webhooks(true);
    let id = || closing(&story).unwrap()["id"].as_u64().unwrap();
    let told = || (story.alarms("The freeze is not kept as it was told"), story.alarms("The freeze is kept: acme/api"));
    let check = |check: Value| {
        json!({"rules": [{"type": "required_status_checks", "parameters": {
            "required_status_checks": [check], "strict_required_status_checks_policy": false,
        }}]})
    };
    let others = json!({"bypass_actors": [{"actor_id": 5, "actor_type": "RepositoryRole"}]});
    let mut before = 0;
    for (change, words) in [
        (Some(json!({"enforcement": "disabled"})), "FAILED (the ruleset shipmate-pass does not hold for develop)"),
        (Some(check(json!({"context": PASS}))), "FAILED (the ruleset shipmate-pass does not hold for develop)"),
        (Some(others), "ENFORCED, but administrators may pass"),
        (None, "FAILED (the ruleset shipmate-pass does not hold for develop)"),
    ] {
        match change {
            Some(change) => github.change_ruleset("alice-gh", id(), change).await.unwrap(),
            None => github.remove_ruleset("alice-gh", id()).await.unwrap(),
        }
        story.pass(4).await;
        before += 1;
        assert_eq!(told(), (before, before), "{words}: {}", story.shown("Incidents"));
        assert!(story.shown("Incidents").contains(words), "{words}: {}", story.shown("Incidents"));
        assert_eq!(story.announced("Releases"), "develop ENFORCED");
        assert!(!story.merges("alice-gh", pull).await && !story.merges("dave-gh", pull).await);
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_bot_is_away_nothing_else_blocks() {
    let mut story = Story::begin_in(world(), as_app).await;
    story.telegram("carol", "/freeze start \"the audit\" branches=main").await;
    assert!(closing(&story).is_some());
    story.bot.killer()();
    let github = story.world.github();
    for (head, base, open) in [("feature/x", "develop", true), ("feature/y", "main", false)] {
        github.create_branch("dave-gh", head, base).await.unwrap();
        github.push_commit("dave-gh", head, &format!("{head}.txt"), "x", "feat: it").await.unwrap();
        let pull = github.open_pull_request("dave-gh", head, base, "feat: it").await.unwrap();
        assert_eq!(github.merge_pull_request("dave-gh", pull, MergeMethod::Squash).await.is_ok(), open, "{base}");
    }
    // It is lifted before the bot comes back.
    story.start_bot().await;
    story.telegram("carol", "/freeze lift").await;
    assert_eq!(closing(&story), None);
    story.end().await;
}

/// What a freeze costs, by what the requests were for.
fn requests(story: &Story) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    for sent in story.world.wire().recorded().iter().filter(|sent| sent.service == Service::GitHub) {
        let path = sent.path.split('?').next().unwrap_or_default();
        let kinds =
            ["/statuses/", "/status", "/pulls", "/rules/", "/rulesets", "/protection", "/graphql", "/branches/"];
        let kind = kinds.iter().find(|kind| path.contains(*kind)).unwrap_or(&"other");
        *count.entry(format!("{} {kind}", sent.method)).or_default() += 1;
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_freeze_by_a_ruleset_costs() {
    let (story, _) = crowd(300).await;
    let before = requests(&story);
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    let spent = || {
        let more = requests(&story).into_iter().map(|(kind, count)| {
            let was = before.get(&kind).copied().unwrap_or(0);
            (kind, count - was)
        });
        more.filter(|(_, count)| *count > 0).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(spent()["POST /rulesets"], 1, "{:?}", spent());
    println!("until it is said that 300 pull requests are shut: {:?}", spent());
    pass(&story, 6).await;
    println!("and with the explanation on all: {:?}", spent());
    story.telegram("carol", "/freeze lift").await;
    assert_eq!(spent()["DELETE /rulesets"], 1, "{:?}", spent());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leave_that_somebody_else_wrote_is_told_once() {
    const TOLD: &str = "Somebody else wrote shipmate/pass";
    for heard in [true, false] {
        let story = Story::begin_in(world(), as_app).await;
        let github = story.world.github();
        github.set_permission("erin-gh", Permission::Write);
        let (one, two) = (
            story.opens("dave-gh", "feature/x", "develop").await,
            story.opens("erin-gh", "feature/y", "develop").await,
        );
        story.telegram("carol", "/freeze start api \"the audit\"").await;
        story.telegram("dave", &format!("/freeze exempt #{one} customers wait for it")).await;
        story.telegram("carol", "/freeze grant E1").await;
        pass(&story, 1).await;
        github.lose_webhooks(!heard);
        // Over the bot's leave, and where there is none; twice.
        for (pull, state) in [(one, "failure"), (two, "success"), (two, "success")] {
            github.set_status("erin-gh", &story.head(pull), PASS, state, "let me in").await.unwrap();
            story.settle().await;
            pass(&story, 4).await;
        }
        let told = story.shown("Incidents");
        assert_eq!(told.matches(TOLD).count(), 2, "heard {heard}: {told}");
        assert!(told.contains(&format!("erin-gh wrote it on #{one}")), "{told}");
        assert!(told.contains(&format!("erin-gh turned it green on #{two}")), "{told}");
        assert_eq!(leave(&story, one), "success: exempted by carol");
        assert!(leave(&story, two).starts_with("failure: freeze #1"), "{}", leave(&story, two));
        assert!(!story.merges("erin-gh", two).await);
        assert!(story.announced("Releases").contains("ENFORCED"), "{}", story.announced("Releases"));
        story.end().await;
    }
}
