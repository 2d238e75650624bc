//! What others report: deploys that the bot did not make, and alerts.

use serde_json::json;

use crate::story::{HOOKS_SECRET, HOOKS_TOKEN, Story, signature, with_hooks};

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
    story.world.telegram().press("dave", "Incidents", "Acknowledge").unwrap();
    story.settle().await;
    assert!(story.world.discord().press("alice", "incidents", "Acknowledge").is_err(), "dave looks at it already");
    assert_eq!(story.reported("/hooks/deploy", deploy("rolled-back", 9)).await.0, 200);
    assert_eq!(story.reported("/hooks/deploy", deploy("succeeded", 20)).await.0, 200);
    insta::assert_snapshot!(story.in_short());
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
        "version": "4", "groupKey": "{}:{alertname=\"HighErrorRate\"}", "truncatedAlerts": 0, "receiver": "shipmate",
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
    insta::assert_snapshot!(story.in_short());
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
    story.pass(9).await;
    let before = story.told();
    assert_eq!(story.reported("/hooks/deploy", report("staging", "succeeded")).await.0, 200);
    assert_eq!(story.told(), before, "the release has said so");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_told_once_though_the_bot_is_killed_between() {
    let mut story = Story::begin_configured(with_hooks).await;
    let states = [("started", 1), ("failed", 5), ("rolled-back", 9), ("succeeded", 20)];
    for (nth, which) in [2, 0, 2, 1, 1, 3, 0, 3, 2, 1, 0, 3].into_iter().enumerate() {
        let (status, minute) = states[which];
        let sent = story.report("/hooks/deploy", deploy(status, minute)).bearer_auth(HOOKS_TOKEN).send().await;
        assert_eq!(sent.unwrap().status().as_u16(), 200);
        if nth % 3 == 0 {
            // It has been acknowledged, and perhaps not a word of it has been said.
            story.bot.killer()();
            story.start_bot().await;
        }
    }
    story.settle().await;
    for place in ["#incidents", "#releases"] {
        let told = story.shown(place);
        for happened in [" on its way\n", " failed\n", " rolled back\n", " there\n"] {
            assert_eq!(told.matches(happened).count(), 1, "{happened}: {told}");
        }
        for title in ["is on its way to production", "failed in production", "was rolled back in"] {
            assert!(told.matches(&format!("api 2.1.1 {title}")).count() <= 1, "{title}: {told}");
        }
        assert_eq!(told.matches("api 2.1.1 is on production").count(), 2, "the message, and below it: {told}");
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_prove_who_they_are_is_not_heard() {
    let story = Story::begin_configured(with_hooks).await;
    let status = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();
    let body = deploy("failed", 5);
    for door in ["/hooks/deploy", "/hooks/alertmanager"] {
        assert_eq!(status(story.report(door, body.clone())).await, 401);
        assert_eq!(status(story.report(door, body.clone()).bearer_auth("the-token-of-the-hook")).await, 401);
        let forged = signature(HOOKS_TOKEN, body.as_bytes());
        assert_eq!(status(story.report(door, body.clone()).header("X-Shipmate-Signature", forged)).await, 401);
        let large = vec![b' '; 1024 * 1024 + 1];
        assert_eq!(status(story.report(door, large).bearer_auth(HOOKS_TOKEN)).await, 413);
        assert_eq!(status(reqwest::Client::new().get(story.door(door))).await, 405);
    }
    assert_eq!(status(reqwest::Client::new().get(story.door("/hooks/unread"))).await, 401);
    story.settle().await;
    assert!(!story.told().contains("api 2.1.1"));
    let right = signature(HOOKS_SECRET, body.as_bytes());
    assert_eq!(status(story.report("/hooks/deploy", body).header("X-Shipmate-Signature", right)).await, 200);
    story.settle().await;
    assert!(story.told().contains("api 2.1.1 failed in production"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_answered_kept_and_told_once() {
    let story = Story::begin_configured(with_hooks).await;
    let (status, answer) = story.reported("/hooks/deploy", r#"{"project": "api", "status": "broken"}"#).await;
    assert_eq!(status, 400);
    insta::assert_snapshot!("an_answer_to_what_cannot_be_read", answer);
    for number in 0..25 {
        assert_eq!(story.reported("/hooks/deploy", format!("no JSON {number}")).await.0, 400);
    }
    let (status, answer) = story.reported("/hooks/alertmanager", "{}").await;
    assert!(status == 400 && answer.contains("An example"), "{answer}");
    insta::assert_snapshot!("what_cannot_be_read_is_told_once", story.short("#incidents"));
    let kept = reqwest::Client::new().get(story.door("/hooks/unread")).bearer_auth(HOOKS_TOKEN).send().await.unwrap();
    let kept: Vec<serde_json::Value> = kept.json().await.unwrap();
    assert_eq!(kept.len(), 21, "each address has twenty of its own");
    assert!(kept.iter().any(|one| one["body"] == "no JSON 24") && !kept.iter().any(|one| one["body"] == "no JSON 1"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_packed_too_large_or_wrong_in_part_is_said_to_be_so() {
    let story = Story::begin_configured(with_hooks).await;
    let packed = story.report("/hooks/grafana", vec![0x1f, 0x8b, 8]).bearer_auth(HOOKS_TOKEN);
    let answer = packed.header("Content-Encoding", "gzip").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 415);
    assert!(answer.text().await.unwrap().contains("it is packed (`Content-Encoding: gzip`); send it as it is"));
    let (status, answer) = story.reported("/hooks/deploy", vec![b' '; 1024 * 1024 + 1]).await;
    assert!(status == 413 && answer.contains("larger than 1024 KiB"), "{answer}");
    let event = |id: &str, more: &str| {
        let (kind, artifact) = ("dev.cdevents.deployment.finished.0.1.0", format!("pkg:oci/api?tag=2.1.{id}"));
        let content = json!({"environment": {"id": "production"}, "artifactId": artifact, "outcome": "failure"});
        let event = json!({"specversion": "1.0", "id": id, "source": "/ci", "type": kind, "time": "2026-03-02T08:30:00Z",
            "data": {"subject": {"id": "api", "content": content}}});
        event.to_string().replace("artifactId", more)
    };
    let batch = format!("[{}, {}, {{}}]", event("7", "artifactId"), event("8", "something"));
    let request = story.report("/hooks/cloudevents", batch).bearer_auth(HOOKS_TOKEN);
    let answer = request.header("Content-Type", "application/cloudevents-batch+json").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let answer = answer.text().await.unwrap();
    assert!(
        answer.contains("event 2: `subject.content.artifactId` is missing") && answer.contains("event 3:"),
        "{answer}"
    );
    story.settle().await;
    insta::assert_snapshot!(story.short("#incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_no_project_is_told_in_a_place_of_its_own() {
    let story = Story::begin().await;
    assert_eq!(story.report("/hooks/deploy", "{}").bearer_auth(HOOKS_TOKEN).send().await.unwrap().status(), 404);
    story.end().await;
    let story = Story::begin_configured(|bot_toml| {
        let releases = bot_toml.split("releases = [\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        format!("{}places = [{releases:?}]\nroutes = [\"service=api -> api\"]\n", with_hooks(bot_toml))
    })
    .await;
    let unknown = alerts(&[("web-1", "firing")]).replace("shipmate_project", "team");
    story.reported("/hooks/alertmanager", unknown.clone()).await;
    assert!(story.shown("#releases").contains("HighErrorRate") && !story.shown("#incidents").contains("HighErrorRate"));
    let routed = unknown.replace("\"team\"", "\"service\"").replace("{}:", "{}/api:");
    story.reported("/hooks/alertmanager", routed).await;
    assert!(story.shown("#incidents").contains("HighErrorRate"));
    story.reported("/hooks/deploy", deploy("started", 1).replace("\"api\"", "\"web\"")).await;
    assert!(story.shown("#releases").contains("web 2.1.1 is on its way to production"));
    story.end().await;
}
