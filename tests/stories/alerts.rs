//! Groups of alerts: what is left out, what disagrees, what is not named any more, and what a watch minds.

use serde_json::{Value, json};

use crate::story::{Story, with_hooks};

/// A notification of one group: what was left out, and its alerts.
fn notification(left_out: u64, alerts: &[Value]) -> String {
    notification_of("eu", left_out, alerts)
}

/// The same of the group of a cluster.
fn notification_of(cluster: &str, left_out: u64, alerts: &[Value]) -> String {
    let labels = |alert: &Value| alert["labels"].as_object().unwrap().clone();
    let mut common = labels(&alerts[0]);
    common.retain(|name, value| alerts.iter().all(|alert| labels(alert).get(name) == Some(value)));
    json!({"version": "4", "groupKey": format!("{{}}:{{cluster={cluster:?}}}"), "truncatedAlerts": left_out, "receiver": "shipmate",
        "status": "firing", "groupLabels": {}, "commonLabels": common, "commonAnnotations": {}, "alerts": alerts,
        "externalURL": "http://alertmanager:9093"})
    .to_string()
}

/// An alert of the project api with more labels, which began at eight.
fn alert(name: &str, status: &str, more: &[(&str, &str)]) -> Value {
    let mut labels = json!({"alertname": "HighErrorRate", "shipmate_project": "api", "instance": name});
    for (label, value) in more {
        labels[label] = json!(value);
    }
    json!({"status": status, "labels": labels, "annotations": {}, "startsAt": "2026-03-02T08:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "", "fingerprint": name})
}

/// The same alert with another beginning: each of those who watch has its own.
fn began(at: &str, mut alert: Value) -> Value {
    alert["startsAt"] = json!(at);
    alert
}

async fn heard(story: &Story, body: String) {
    assert_eq!(story.reported("/hooks/alertmanager", body).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_may_still_fire() {
    let story = Story::begin_configured(with_hooks).await;
    heard(&story, notification(2, &[alert("web-1", "firing", &[]), alert("web-2", "firing", &[])])).await;
    let over = [alert("web-1", "resolved", &[]), alert("web-2", "resolved", &[])];
    heard(&story, notification(2, &over)).await;
    insta::assert_snapshot!("what_is_left_out_is_not_over", story.short("#incidents"));
    heard(&story, notification(0, &[alert("web-3", "firing", &[])])).await;
    heard(&story, notification(0, &[alert("web-3", "resolved", &[])])).await;
    insta::assert_snapshot!(story.short("#incidents") + "\n" + &story.short("Incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_while_it_is_silenced_is_no_longer_reported() {
    let story = Story::begin_configured(with_hooks).await;
    heard(&story, notification(0, &[alert("web-1", "firing", &[]), alert("web-2", "firing", &[])])).await;
    story.pass(20).await;
    heard(&story, notification(0, &[alert("web-2", "firing", &[])])).await;
    assert!(!story.shown("#incidents").contains("no longer reported"), "it may be an old one");
    story.pass(20).await;
    heard(&story, notification(0, &[alert("web-2", "resolved", &[])])).await;
    insta::assert_snapshot!(story.short("#incidents") + "\n" + &story.short("Incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gravest_decides_where_it_is_told_and_each_project_hears_of_its_own() {
    let story = Story::begin_configured(|bot_toml| {
        let releases = bot_toml.split("releases = [\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let route = format!("[[routes]]\nseverity = \"warning\"\nto = [{releases:?}]\n");
        with_hooks(bot_toml) + &route
    })
    .await;
    let warning = alert("web-1", "firing", &[("severity", "warning"), ("environment", "staging")]);
    heard(&story, notification(0, std::slice::from_ref(&warning))).await;
    assert!(story.shown("#releases").contains("HighErrorRate (warning): 1 firing"), "{}", story.told());
    assert!(!story.shown("#incidents").contains("HighErrorRate"));
    let critical = alert("web-2", "firing", &[("severity", "critical"), ("environment", "production")]);
    let foreign = alert("db-1", "firing", &[("severity", "critical"), ("shipmate_project", "somebody-elses")]);
    heard(&story, notification(0, &[warning, critical, foreign])).await;
    insta::assert_snapshot!(story.short("#releases") + "\n" + &story.short("#incidents"));
    assert!(!story.told().contains("db-1"), "somebody else's is told where it belongs, and not here");
    // What nobody said whose it is, somebody has to look at.
    let mut nobodys = alert("lb-1", "firing", &[]);
    nobodys["labels"].as_object_mut().unwrap().remove("shipmate_project");
    heard(&story, notification_of("lb", 0, &[nobodys])).await;
    assert!(story.shown("#incidents").contains("lb-1"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_an_alert_comes_from_is_not_guessed_to_act_on() {
    let story = Story::begin_configured(with_hooks).await;
    story.release_whole().await;
    let now = story.world.clock().now().to_rfc3339();
    heard(&story, notification(0, &[began(&now, alert("web-1", "firing", &[]))])).await;
    insta::assert_snapshot!(story.short("#incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_minds_only_grave_alerts_of_its_environment() {
    let story = super::git_flow::merged("canary").await;
    story.pass(15).await;
    let pipeline = json!({"object_kind": "pipeline", "builds": [], "project": {"path_with_namespace": "acme/api",
        "default_branch": "main"}, "object_attributes": {"id": 1, "ref": "main", "tag": false, "status": "failed",
        "sha": "279484c09fbe69ededfced8c1bb6e6d24616b468", "created_at": "2026-03-02 10:00:00 UTC", "url": ""}});
    assert_eq!(story.reported("/hooks/gitlab", pipeline.to_string()).await.1, "taken\n");
    let now = story.world.clock().now().to_rfc3339();
    let fired = |name: &str, more: &[(&str, &str)]| {
        let mut alert = alert(name, "firing", more);
        alert["startsAt"] = json!(now);
        alert
    };
    let harmless = [
        fired("nowhere", &[("severity", "critical")]),
        fired("said", &[("severity", "info"), ("environment", "production")]),
        fired("elsewhere", &[("severity", "critical"), ("environment", "staging")]),
    ];
    heard(&story, notification(0, &harmless)).await;
    story.pass(3).await;
    assert!(!story.told().contains("bad signal"), "{}", story.told());
    let grave = fired("here", &[("severity", "warning"), ("environment", "production")]);
    heard(&story, notification(0, &[harmless.as_slice(), &[grave]].concat())).await;
    story.pass(3).await;
    assert!(story.told().contains("A bad signal from production: HighErrorRate (warning)"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_nowhere_is_not_told_in_a_releases_thread_either() {
    let nowhere = "[[routes]]\nenvironment = [\"staging\", \"production\"]\nto = []\n";
    let story = Story::begin_configured(|bot_toml| with_hooks(bot_toml) + nowhere).await;
    story.release_whole().await;
    let before = story.told();
    heard(&story, notification(0, &[alert("web-1", "firing", &[("environment", "production")])])).await;
    let rolled_back =
        json!({"project": "api", "environment": "production", "version": "2.2.0", "status": "rolled-back"});
    assert_eq!(story.reported("/hooks/deploy", rolled_back.to_string()).await.1, "taken\n");
    assert_eq!(story.told(), before, "not even the hold");
    heard(&story, notification(0, &[alert("web-2", "firing", &[("environment", "qa")])])).await;
    assert!(story.shown("#incidents").contains("HighErrorRate: "), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_pair_of_senders_tells_of_1200_alerts_ends() {
    let story = Story::begin_configured(with_hooks).await;
    let clusters = ["eu", "us", "ap"];
    let all = |cluster: &str, status: &str, at: &str| -> Vec<Value> {
        let one = |nth: u32| {
            let over = if status == "resolved" { "2026-03-02T09:20:00Z" } else { "0001-01-01T00:00:00Z" };
            let mut alert = alert(&format!("{cluster}-{nth}"), status, &[("severity", "warning")]);
            alert["endsAt"] = json!(over);
            began(at, alert)
        };
        (0..400).map(one).collect()
    };
    // Both Prometheus servers see the same alerts, and each has its own beginning for them.
    for (status, at) in
        [("firing", "08:00:40"), ("firing", "08:00:12"), ("firing", "08:00:55"), ("resolved", "08:00:05")]
    {
        let at = format!("2026-03-02T{at}Z");
        for cluster in clusters {
            heard(&story, notification_of(cluster, 0, &all(cluster, status, &at))).await;
        }
        story.pass(5).await;
    }
    // The message of each, and what is said below it, which on Telegram names the message.
    for (place, times) in [("#incidents", 6), ("Incidents", 9)] {
        let told = story.shown(place);
        assert_eq!(told.matches("Resolved: HighErrorRate (warning)").count(), times, "{told}");
        assert_eq!(told.matches("HighErrorRate (warning): 400 firing").count(), 0, "nothing fires any more: {told}");
    }
    // Whoever is late changes nothing, and what fires on is heard.
    heard(&story, notification_of("eu", 0, &all("eu", "firing", "2026-03-02T08:00:40Z"))).await;
    let told = story.shown("#incidents");
    assert!(told.contains("HighErrorRate (warning): 400 firing"), "the other of the pair goes on: {told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ran_when_an_alert_began_is_said_or_nothing() {
    let story = Story::begin_configured(with_hooks).await;
    story.release_whole().await;
    let production = |name: &str, at: &str| {
        let alert = alert(name, "firing", &[("environment", "production"), ("alertname", name)]);
        notification_of(name, 0, &[began(at, alert)])
    };
    // Nobody saw what ran before the release.
    heard(&story, production("Before", "2026-03-02T08:00:00Z")).await;
    let reported = |version: &str, at: &str| {
        json!({"project": "api", "environment": "production", "version": version, "status": "succeeded", "at": at})
            .to_string()
    };
    assert_eq!(story.reported("/hooks/deploy", reported("2.1.0", "2026-03-02T07:00:00Z")).await.0, 200);
    heard(&story, production("Since", "2026-03-02T08:00:00Z")).await;
    let now = story.world.clock().now().to_rfc3339();
    heard(&story, production("Now", &now)).await;
    insta::assert_snapshot!(story.short("#incidents"));
    let thread = story.shown("#releases");
    assert!(
        thread.contains("Now: 1 firing") && !thread.contains("Before: ") && !thread.contains("Since: "),
        "{thread}"
    );
    story.end().await;
}
