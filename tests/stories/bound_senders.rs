//! Senders of their own: what each may speak of, how often it may come, and that what it sends says so.

use serde_json::json;

use super::senders::knock;
use crate::story::{HOOKS_TOKEN, Story};

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_with_bounds_ends_nobody_elses_incident_and_is_not_refused_for_what_is_ignored() {
    let sender = |name: &str, environment: &str| {
        format!(
            "[[hooks.senders]]\nname = \"{name}\"\ntoken = \"the-token-of-{name}-1\"\nenvironments = \"{environment}\"\n"
        )
    };
    let senders = format!("[hooks]\n{}{}", sender("here", "production"), sender("there", "staging"));
    let story = Story::begin_configured(|bot_toml| format!("{bot_toml}\n{senders}")).await;
    let token = |name: &str| [("authorization", format!("Bearer the-token-of-{name}-1"))];
    let alert = |status: &str, environment: Option<&str>| {
        let labels =
            json!({"alertname": "Slow", "severity": "critical", "shipmate_project": "api", "env": environment});
        let labels: serde_json::Map<_, _> =
            labels.as_object().unwrap().clone().into_iter().filter(|(_, value)| !value.is_null()).collect();
        json!({"version": "4", "groupKey": "{}:{alertname=\"Slow\"}", "status": status, "alerts": [{"status": status,
            "labels": labels, "startsAt": "2026-03-02T08:30:00Z", "endsAt": match status {
            "resolved" => "2026-03-02T08:40:00Z", _ => "0001-01-01T00:00:00Z" }, "fingerprint": "b0c4"}]})
        .to_string()
    };
    let says = async |name: &str, body: String| knock(&story, "/hooks/alertmanager", &token(name), &body).await;
    assert_eq!(says("here", alert("firing", Some("production"))).await.0, 200);
    assert_eq!(says("there", alert("resolved", Some("production"))).await.0, 403);
    assert_eq!(says("there", alert("resolved", Some("staging"))).await.0, 200);
    assert!(story.shown("#incidents").contains("Slow (critical): 1 firing"), "{}", story.told());
    assert_eq!(says("here", alert("resolved", Some("production"))).await.1, "taken\n");
    assert!(!story.shown("#incidents").contains("Slow (critical): 1 firing"), "{}", story.told());
    assert_eq!(says("there", alert("firing", None)).await.0, 200, "what names no environment is of none");
    let deployment = |environment: &str| {
        json!({"object_kind": "deployment", "status": "failed", "status_changed_at": "2026-03-02 08:50:00 +0000",
            "deployment_id": 15, "environment": environment, "project": {"path_with_namespace": "acme/api"},
            "short_sha": "279484c0", "ref": "v2.1.2"})
        .to_string()
    };
    for (environment, status) in [("review/x", 200), ("staging", 403), ("production", 200)] {
        let (found, said) = knock(&story, "/hooks/gitlab", &token("here"), &deployment(environment)).await;
        assert_eq!(found, status, "{environment}: {said}");
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_sender_has_a_pace_of_its_own() {
    let sender = |name: &str| format!("[[hooks.senders]]\nname = \"{name}\"\ntoken = \"the-token-of-{name}-1\"\n");
    let senders = format!("[hooks]\n{}{}kinds = \"flux\"\n", sender("quick") + &sender("calm"), sender("bound"));
    let story = Story::begin_configured(|bot_toml| format!("{bot_toml}\n{senders}")).await;
    let token = |name: &str| [("x-gitlab-token", format!("the-token-of-{name}-1"))];
    let note = json!({"object_kind": "note"}).to_string();
    let mut put_off = false;
    for _ in 0..60 {
        let (quick, calm) = (token("quick"), token("calm"));
        let all = (0..64).map(|_| story.report("/hooks/gitlab", note.clone()).header(quick[0].0, &quick[0].1).send());
        put_off |= futures::future::join_all(all).await.into_iter().any(|one| one.unwrap().status() == 429);
        if put_off {
            let all = (0..20).map(|_| story.report("/hooks/gitlab", note.clone()).header(calm[0].0, &calm[0].1).send());
            let heard = futures::future::join_all(all).await.into_iter().all(|one| one.unwrap().status() == 200);
            assert!(heard, "the other is heard");
            break;
        }
    }
    assert!(put_off, "whoever comes too often is put off");
    let refused = knock(&story, "/hooks/gitlab", &token("bound"), &note).await;
    assert_eq!(refused, (403, "bound may send flux only, by [[hooks.senders]] in bot.toml\n".to_owned()));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_says_who_reported_it_if_that_is_somebody_with_a_name() {
    let sender = |name: &str| format!("[[hooks.senders]]\nname = \"{name}\"\ntoken = \"the-token-of-{name}-1\"\n");
    let senders = format!("[hooks]\ntoken = {HOOKS_TOKEN:?}\n{}{}", sender("prometheus"), sender("glitchtip"));
    let story = Story::begin_configured(|bot_toml| format!("{bot_toml}\n{senders}")).await;
    let alert = |name: &str| {
        json!({"version": "4", "groupKey": format!("{{}}:{{alertname={name:?}}}"), "status": "firing", "alerts": [{
            "status": "firing", "labels": {"alertname": name, "severity": "critical", "shipmate_project": "api"},
            "startsAt": "2026-03-02T08:30:00Z", "endsAt": "0001-01-01T00:00:00Z", "fingerprint": name}]})
        .to_string()
    };
    for (token, name, reported_by) in [
        (HOOKS_TOKEN, "Full", None),
        ("the-token-of-prometheus-1", "Slow", Some("prometheus")),
        ("the-token-of-glitchtip-1", "Broken", Some("glitchtip")),
    ] {
        let before = story.shown("#incidents");
        let bearer = [("authorization", format!("Bearer {token}"))];
        assert_eq!(knock(&story, "/hooks/alertmanager", &bearer, &alert(name)).await.0, 200, "{name}");
        for place in ["#incidents", "Incidents"] {
            let told = story.shown(place);
            let reported = told.contains("Reported by") && told.contains(reported_by.unwrap_or_default());
            assert!(told.contains(name) && reported == reported_by.is_some(), "{name} in {place}: {told}");
        }
        assert!(!before.contains(name), "{before}");
    }
    story.end().await;
}
