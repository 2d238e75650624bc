//! What others report: deploys that the bot did not make, and alerts.

use serde_json::json;

use crate::story::{Story, with_hooks};

/// A report of api 2.1.1 going to production, at a minute after nine.
fn deploy(status: &str, minute: u32) -> String {
    json!({
        "project": "api", "environment": "production", "version": "2.1.1", "status": status, "id": "run-4711",
        "at": format!("2026-03-02T08:{minute:02}:00Z"), "commit": "5ca1ab1e", "url": "https://ci.example/runs/4711",
    })
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_deploy_is_told_once_and_acknowledged_in_one_chat() {
    let story = Story::begin_configured(with_hooks).await;
    assert_eq!(story.reported("/hooks/deploy", deploy("failed", 5)).await, (200, "taken\n".into()));
    for _ in 0..2 {
        assert_eq!(story.reported("/hooks/deploy", deploy("failed", 5)).await, (200, "known already\n".into()));
    }
    assert_eq!(story.reported("/hooks/deploy", deploy("started", 1)).await, (200, "taken\n".into()));
    story.world.telegram().press("bob", "Incidents", "Acknowledge").unwrap();
    story.settle().await;
    story.world.discord().press("alice", "incidents", "Acknowledge").unwrap();
    story.settle().await;
    assert_eq!(story.reported("/hooks/deploy", deploy("rolled-back", 9)).await.0, 200);
    assert_eq!(story.reported("/hooks/deploy", deploy("succeeded", 20)).await.0, 200);
    insta::assert_snapshot!(story.told());
    story.end().await;
}

fn alerts(instances: &[(&str, &str)]) -> String {
    let alerts: Vec<_> = instances
        .iter()
        .map(|(instance, status)| {
            json!({
                "status": status, "labels": {"alertname": "HighErrorRate", "severity": "critical", "instance": instance},
                "annotations": {"summary": "5 % of all requests fail"}, "startsAt": "2026-03-02T08:00:00Z",
                "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://prometheus:9090/graph", "fingerprint": instance,
            })
        })
        .collect();
    let firing = instances.iter().any(|(_, status)| *status == "firing");
    json!({
        "version": "4", "groupKey": "{}:{alertname=\"HighErrorRate\"}", "truncatedAlerts": 2, "receiver": "shipmate",
        "status": if firing { "firing" } else { "resolved" }, "groupLabels": {"alertname": "HighErrorRate"},
        "commonLabels": {"alertname": "HighErrorRate", "severity": "critical", "shipmate_project": "api"},
        "commonAnnotations": {}, "externalURL": "http://alertmanager:9093", "alerts": alerts,
    })
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_fires_and_is_resolved() {
    let story = Story::begin_configured(with_hooks).await;
    let both = alerts(&[("web-1", "firing"), ("web-2", "firing")]);
    for answer in ["taken\n", "known already\n"] {
        assert_eq!(story.reported("/hooks/alertmanager", both.clone()).await, (200, answer.into()));
    }
    story.world.discord().press("erin", "incidents", "Acknowledge").unwrap();
    story.settle().await;
    let mixed = alerts(&[("web-1", "firing"), ("web-2", "resolved")]);
    assert_eq!(story.reported("/hooks/alertmanager", mixed).await.1, "taken\n");
    let resolved = alerts(&[("web-1", "resolved"), ("web-2", "resolved")]);
    assert_eq!(story.reported("/hooks/alertmanager", resolved).await.1, "taken\n");
    assert_eq!(story.reported("/hooks/alertmanager", both).await.1, "known already\n", "it comes too late");
    insta::assert_snapshot!(story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_a_release_is_told_there_and_what_the_bot_did_is_not_told_again() {
    let story = Story::begin_configured(with_hooks).await;
    story.discord("alice", "release prepare", &[]).await;
    let report = |environment: &str, status: &str| {
        json!({"project": "api", "environment": environment, "version": "2.2.0", "status": status, "id": "1"})
            .to_string()
    };
    let before = story.told();
    assert_eq!(story.reported("/hooks/deploy", report("staging", "started")).await.0, 200);
    assert_eq!(story.told(), before, "the release says so itself");
    assert_eq!(story.reported("/hooks/deploy", report("preview", "succeeded")).await.0, 200);
    let (before, told) = (before.lines().count(), story.told());
    assert_eq!(told.matches("api 2.2.0 is on preview").count(), 2, "once in each chat:\n{told}");
    assert!(told.lines().count() > before);
    assert!(!story.shown("#incidents").contains("preview"), "{told}");
    story.end().await;
}
