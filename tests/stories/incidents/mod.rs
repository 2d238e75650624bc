//! What goes wrong: who may have caused it, who looks at it, who is called when nobody does, and where it is told.

mod own;
mod suspects;

use chrono::TimeDelta;
use sandbox::world::WorldSettings;
use serde_json::json;

use crate::story::{HOOKS_TOKEN, Story, with_hooks};

/// A report of a version in production, at a minute after eight.
fn deploy(version: &str, status: &str, minute: u32) -> String {
    let at = format!("2026-03-02T08:{minute:02}:00Z");
    json!({"project": "api", "environment": "production", "version": version, "status": status, "at": at}).to_string()
}

fn alert(status: &str, severity: &str) -> String {
    json!({"version": "4", "groupKey": "{}:{alertname=\"HighErrorRate\"}", "status": status, "alerts": [{"status": status,
        "labels": {"alertname": "HighErrorRate", "severity": severity, "environment": "production"}, "startsAt": "2026-03-02T09:30:00Z",
        "annotations": {"summary": "5 % of all requests fail"}, "fingerprint": "f"}],
        "commonLabels": {"alertname": "HighErrorRate", "severity": severity, "shipmate_project": "api"}})
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_comes_with_what_changed_since_the_last_good_version() {
    let mut story = Story::begin_configured(with_hooks).await;
    let head = story.world.github().branches().into_iter().find(|branch| branch.name == "develop").unwrap().commit;
    let next = |version: &str| {
        deploy(version, "failed", 30).replace("\"version\"", &format!("\"commit\":{head:?},\"version\""))
    };
    story.reported("/hooks/deploy", deploy("2.1.1", "succeeded", 1)).await;
    story.reported("/hooks/deploy", next("2.2.0-beta.1")).await;
    insta::assert_snapshot!(story.short("#incidents") + "\n" + &story.short("Incidents"));
    // Perhaps it has been looked up, perhaps it has not even been told.
    let failed = story.report("/hooks/deploy", next("2.2.0-beta.2")).bearer_auth(HOOKS_TOKEN).send().await;
    assert_eq!(failed.unwrap().status(), 200);
    story.bot.killer()();
    story.start_bot().await;
    let told = story.shown("#incidents");
    let found = told.split("api 2.2.0-beta.2 failed in production").nth(1).unwrap();
    assert!(found.contains("New since 2.1.1, the last good version there"), "{told}");
    assert_eq!(told.matches("api 2.2.0-beta.2 failed in production").count(), 1, "{told}");
    for label in ["Roll back", "Roll back to"] {
        story.world.discord().press("erin", "incidents", label).unwrap();
        story.settle().await;
    }
    let told = story.shown("#incidents");
    assert!(told.contains("erin rolls api production back to"), "{told}");
    assert!(story.world.discord().press("dave", "incidents", "Roll back").is_err(), "it is on its way already");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_answer_is_outlived_by_the_next() {
    let escalate = |bot_toml: &str| {
        let more = "escalate = [\"5m\", \"15m\", \"1h\"]\nescalate_roles = [\"team-lead\", \"release-manager\"]\n";
        with_hooks(bot_toml) + more
    };
    let mut story = Story::begin_configured(escalate).await;
    story.reported("/hooks/deploy", deploy("2.1.1", "failed", 30)).await;
    story.pass(4).await;
    assert!(!story.shown("#incidents").contains("Nobody has looked"));
    story.pass(1).await;
    story.bot.killer()();
    story.start_bot().await;
    // While nobody is there to call anybody, the next time passes.
    story.bot.killer()();
    story.world.clock().advance(TimeDelta::minutes(11));
    story.start_bot().await;
    story.pass(1).await;
    story.world.telegram().press("dave", "Incidents", "Acknowledge").unwrap();
    story.settle().await;
    story.pass(60).await;
    insta::assert_snapshot!(story.short("#incidents") + "\n" + &story.short("Incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_told_where_what_runs_there_was_released() {
    let story = Story::begin_configured(with_hooks).await;
    story.release_whole().await;
    story.reported("/hooks/alertmanager", alert("firing", "critical")).await;
    let told = story.shown("#incidents");
    assert!(told.contains("Deployed last in production when this began: **api v2.2.0**"), "{told}");
    story.world.discord().press("erin", "incidents", "Acknowledge").unwrap();
    story.settle().await;
    story.reported("/hooks/alertmanager", alert("resolved", "critical")).await;
    for place in ["#releases", "Releases"] {
        let told = story.shown(place);
        assert!(told.contains("Resolved: HighErrorRate (critical)") && told.contains("looked at it, from"), "{told}");
    }
    insta::assert_snapshot!(story.short("#incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_where_is_written_in_the_configuration() {
    let story = Story::begin_configured(|bot_toml| {
        let place =
            |key: &str| bot_toml.split(&format!("{key} = [\"")).nth(1).unwrap().split('"').next().unwrap().to_owned();
        let (releases, incidents) = (place("releases"), place("incidents"));
        let routes = format!(
            "[[routes]]\nkind = \"deploy-started\"\nto = []\n[[routes]]\nseverity = \"info\"\nto = [{releases:?}]\n\
             [[routes]]\nproject = \"api\"\nenvironment = [\"production\"]\nkind = [\"deploy-succeeded\"]\n\
             to = [{incidents:?}]\ncontinue = true\n[[routes]]\nkind = \"deploy-succeeded\"\nto = [{releases:?}]\n"
        );
        with_hooks(bot_toml) + &routes
    })
    .await;
    story.reported("/hooks/deploy", deploy("2.1.1", "started", 1)).await;
    assert!(!story.told().contains("api 2.1.1"), "nobody wants to know");
    story.reported("/hooks/deploy", deploy("2.1.1", "succeeded", 2)).await;
    story.reported("/hooks/alertmanager", alert("firing", "info")).await;
    let (releases, incidents) = (story.shown("#releases"), story.shown("#incidents"));
    assert!(releases.contains("api 2.1.1 is on production") && incidents.contains("api 2.1.1 is on production"));
    assert!(releases.contains("HighErrorRate") && !incidents.contains("HighErrorRate"));
    assert!(!story.shown("Releases").contains("api 2.1.1"), "only where it is written");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_deployment_on_github_is_told_and_the_bots_own_is_not() {
    let story = Story::begin_configured(str::to_owned).await;
    let status = |id: u64, state: &str, git_ref: &str, more: serde_json::Value| {
        let mut deployment = json!({"id": id, "ref": git_ref, "sha": "5ca1ab1e5ca1ab1e", "environment": "production",
            "payload": {}, "transient_environment": false});
        for (key, value) in more.as_object().unwrap() {
            deployment[key] = value.clone();
        }
        let digest = format!("digest sha256:{}", "ab".repeat(32));
        json!({"action": "created", "repository": {"full_name": "acme/api"}, "deployment": deployment,
            "deployment_status": {"state": state, "environment": deployment["environment"], "description": digest,
                "created_at": "2026-03-02T08:30:00Z", "log_url": "https://cd.example/1"}})
        .to_string()
    };
    let knock = async |body: String| {
        assert_eq!(story.knock("deployment_status", body).answer().await, 200);
        story.settle().await;
    };
    for state in ["queued", "in_progress", "success", "inactive"] {
        knock(status(1, state, "v2.1.1", json!({}))).await;
    }
    let told = story.shown("#releases");
    assert!(told.contains("api 2.1.1 is on production") && told.contains("abababab"), "{told}");
    let before = story.told();
    knock(status(2, "success", "main", json!({}))).await;
    knock(status(3, "failure", "v2.1.1", json!({"payload": {"shipmate": "1.7.0"}}))).await;
    knock(status(4, "failure", "v2.1.1", json!({"transient_environment": true}))).await;
    knock(status(5, "failure", "v2.1.1", json!({"environment": "github-pages"}))).await;
    assert_eq!(
        story.told(),
        before,
        "a branch that arrives, the bot's own, what comes and goes, and what nobody knows"
    );
    knock(status(6, "failure", "main", json!({}))).await;
    assert!(story.shown("#incidents").contains("api 5ca1ab1e is in trouble in production"), "it is there already");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deploy_by_push_is_told_by_its_release_alone() {
    let story = Story::begin_in(WorldSettings::weekly_train(), with_hooks).await;
    let report = |status: &str| {
        json!({"project": "api", "environment": "production", "version": "1.4.0", "status": status, "id": "cd-1"})
            .to_string()
    };
    super::train::until_monday(&story).await;
    story.until("2026-03-09 10:00").await;
    story.pass(1).await;
    let before = story.told();
    assert!(before.contains("Production"), "{before}");
    for _ in 0..2 {
        assert_eq!(story.reported("/hooks/deploy", report("started")).await.0, 200);
    }
    assert_eq!(story.told(), before, "the release says so itself");
    story.pass(9).await;
    let before = story.told();
    assert_eq!(story.reported("/hooks/deploy", report("succeeded")).await.0, 200);
    assert_eq!(story.told(), before, "the release has said so");
    story.reported("/hooks/deploy", report("failed")).await;
    assert!(story.shown("#incidents").contains("api 1.4.0 failed in production"), "that is news");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_too_often_is_put_off_and_others_are_not() {
    let story = Story::begin_configured(with_hooks).await;
    let client = reqwest::Client::new();
    let knock = async |path: &str, body: &'static str| {
        let request = client.post(story.door(path)).bearer_auth(HOOKS_TOKEN).body(body);
        let answer = request.send().await.unwrap();
        let wait = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        (answer.status().as_u16(), wait)
    };
    for (path, put_off) in [("/hooks/gitlab", 429), ("/hooks/grafana", 503)] {
        // What is of no concern costs the bot nothing, and counts all the same.
        let body = if path == "/hooks/gitlab" { r#"{"object_kind": "note"}"# } else { "{}" };
        let mut last = (0, None);
        for _ in 0..40 {
            let answers = futures::future::join_all((0..64).map(|_| knock(path, body))).await;
            if let Some(found) = answers.into_iter().find(|(status, _)| *status == put_off) {
                last = found;
                break;
            }
        }
        assert_eq!(last, (put_off, Some("1".to_owned())), "{path}");
    }
    assert_eq!(knock("/hooks/cloudevents", "{}").await.0, 400, "another sender is heard");
    story.end().await;
}
