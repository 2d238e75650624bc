//! What eight senders send about twenty things each.

use serde_json::{Value, json};

use crate::story::{HOOKS_SECRET, HOOKS_TOKEN, signature};

/// How many things each sender reports on.
pub(super) const THINGS: u32 = 20;
/// How often each state of each thing is reported, in words of its own.
const TELLINGS: u32 = 6;

/// Those who send deploys, then those who send alerts; the number of each is the first of its versions.
pub(super) const SENDERS: [&str; 8] =
    ["deploy", "gitlab", "argocd", "flux", "cloudevents", "github", "alertmanager", "grafana"];
/// How many of them send deploys.
pub(super) const DEPLOYERS: usize = 6;
/// Those who say of a roll-back which version runs again. What was taken back is what ran before in the same environment, so
/// each thing of theirs has one of its own, and what ran there is reported before its roll-back.
const NAME_WHAT_RUNS_AGAIN: [&str; 2] = ["flux", "cloudevents"];

pub(super) struct Delivery {
    pub path: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// The version that a thing of a sender is called by.
pub(super) fn version(sender: usize, thing: u32) -> String {
    format!("{}.{thing}.0", sender + 41)
}

/// The version that runs again after it was rolled back.
fn version_again(sender: usize, thing: u32) -> String {
    format!("{}.{thing}.9", sender + 41)
}

/// Whether the third state of its things is a roll-back.
pub(super) fn rolls_back(sender: &str) -> bool {
    sender == "deploy" || NAME_WHAT_RUNS_AGAIN.contains(&sender)
}

/// Where a thing of a sender is deployed to.
pub(super) fn environment(sender: &str, thing: u32) -> String {
    if NAME_WHAT_RUNS_AGAIN.contains(&sender) { format!("{sender}-{thing}") } else { "production".to_owned() }
}

/// What an alert of a thing is called.
pub(super) fn alert(sender: usize, thing: u32) -> String {
    format!("Burst{sender}x{thing}y")
}

/// All that a sender sends: each state of each thing several times, a third of it once more, shuffled. `secret` is GitHub's.
pub(super) fn deliveries(sender: &str, secret: &str) -> Vec<Delivery> {
    let number = SENDERS.iter().position(|name| *name == sender).unwrap();
    let mut all = vec![];
    for thing in 0..THINGS {
        for (state, telling) in (0..4).flat_map(|state| (0..TELLINGS).map(move |telling| (state, telling))) {
            let copies = if telling % 2 == 0 { 2 } else { 1 };
            for _ in 0..copies {
                let last = state == 2 && NAME_WHAT_RUNS_AGAIN.contains(&sender);
                all.push((last, delivery(sender, secret, number, thing, state, telling)));
            }
        }
    }
    // In an order that nobody would guess, and the same each time.
    let place = |(at, (last, one)): (usize, (bool, Delivery))| ((last, scattered(at + number)), one);
    let mut placed: Vec<((bool, u64), Delivery)> = all.into_iter().enumerate().map(place).collect();
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, delivery)| delivery).collect()
}

/// Scatters neighbours over all places.
fn scattered(at: usize) -> u64 {
    let mixed = (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

/// When a state came to be.
fn at(thing: u32, state: u32) -> String {
    format!("2026-03-02T08:{:02}:{:02}Z", state * 10, thing)
}

fn delivery(sender: &str, secret: &str, number: usize, thing: u32, state: u32, telling: u32) -> Delivery {
    let back = state == 2 && NAME_WHAT_RUNS_AGAIN.contains(&sender);
    let version = if back { version_again(number, thing) } else { version(number, thing) };
    let (at, environment) = (at(thing, state), environment(sender, thing));
    let bearer = vec![("authorization", format!("Bearer {HOOKS_TOKEN}"))];
    let word = |words: [&str; 4]| words[state as usize].to_owned();
    match sender {
        "deploy" => {
            let status = word(["started", "failed", "rolled-back", "succeeded"]);
            let body = json!({"project": "api", "environment": "production", "version": version, "status": status,
                "id": format!("{thing}/{telling}"), "at": at})
            .to_string();
            let signed = vec![("x-shipmate-signature", signature(HOOKS_SECRET, body.as_bytes()))];
            Delivery { path: "/hooks/deploy", headers: if telling == 1 { signed } else { bearer }, body }
        }
        "gitlab" => {
            let status = word(["running", "failed", "running", "success"]);
            let body = json!({"object_kind": "deployment", "status": status, "status_changed_at": at,
                "deployment_id": thing * 100 + state / 2 * 10 + telling, "environment": "production", "ref": format!("v{version}"),
                "project": {"path_with_namespace": "acme/api"}, "short_sha": "279484c0"});
            let headers = vec![("x-gitlab-token", HOOKS_TOKEN.to_owned())];
            Delivery { path: "/hooks/gitlab", headers, body: body.to_string() }
        }
        "argocd" => {
            let phase = word(["Running", "Failed", "Running", "Succeeded"]);
            let body = json!({"app": format!("api-{telling}"), "phase": phase, "started": at, "finished": at,
                "labels": {"shipmate_project": "api", "shipmate_environment": "production", "shipmate_version": version}});
            Delivery { path: "/hooks/argocd", headers: bearer, body: body.to_string() }
        }
        "flux" => {
            let (reason, severity) = [
                ("Progressing", "info"),
                ("UpgradeFailed", "error"),
                ("RollbackSucceeded", "info"),
                ("UpgradeSucceeded", "info"),
            ][state as usize];
            let body = json!({"involvedObject": {"kind": "HelmRelease", "name": format!("api-{telling}"),
                "namespace": environment}, "severity": severity, "reason": reason, "timestamp": at, "message": "m",
                "metadata": {"revision": version, "shipmate_project": "api"}})
            .to_string();
            let headers = vec![("x-signature", signature(HOOKS_SECRET, body.as_bytes()))];
            Delivery { path: "/hooks/flux", headers, body }
        }
        "cloudevents" => cloudevent(thing, state, telling, &version, (&at, &environment), bearer),
        "github" => {
            let state_name = word(["in_progress", "failure", "in_progress", "success"]);
            let id = thing * 100 + state / 2 * 10 + telling;
            let body = json!({"action": "created", "repository": {"full_name": "acme/api"}, "deployment": {"id": id,
                "ref": format!("v{version}"), "sha": "5ca1ab1e5ca1ab1e", "environment": environment, "payload": {}},
                "deployment_status": {"state": state_name, "environment": environment, "created_at": at}})
            .to_string();
            let headers = vec![
                ("x-github-event", "deployment_status".to_owned()),
                ("x-github-delivery", format!("burst-{thing}-{state}-{telling}")),
                ("x-hub-signature-256", signature(secret, body.as_bytes())),
            ];
            Delivery { path: "/hooks/github", headers, body }
        }
        _ => alerts(sender, number, thing, state, telling, bearer),
    }
}

fn cloudevent(
    thing: u32,
    state: u32,
    telling: u32,
    version: &str,
    (at, environment): (&str, &str),
    mut headers: Vec<(&'static str, String)>,
) -> Delivery {
    let kind = ["deployment.started", "deployment.finished", "service.rolledback", "service.deployed"][state as usize];
    let (kind, id) = (format!("dev.cdevents.{kind}.0.1.0"), format!("{thing}/{state}/{telling}"));
    let data = json!({"subject": {"id": "api", "source": "/ci", "content": {"environment": {"id": environment},
        "artifactId": format!("pkg:oci/api?tag={version}"), "outcome": "failure"}}, "context": {"timestamp": at}});
    let body = if telling.is_multiple_of(2) {
        let named = [("ce-specversion", "1.0"), ("ce-id", &id), ("ce-source", "/ci"), ("ce-type", &kind)];
        headers.extend(named.map(|(name, value)| (name, value.to_owned())));
        data
    } else {
        json!({"specversion": "1.0", "id": id, "source": "/ci", "type": kind, "time": at, "data": data})
    };
    Delivery { path: "/hooks/cloudevents", headers, body: body.to_string() }
}

/// First one alert fires, then another too, then the first is over, then both.
fn alerts(
    sender: &str,
    number: usize,
    thing: u32,
    state: u32,
    telling: u32,
    headers: Vec<(&'static str, String)>,
) -> Delivery {
    let one = |instance: &str, began: u32, over: bool| -> Value {
        json!({"status": if over { "resolved" } else { "firing" }, "startsAt": at(thing, began), "fingerprint": instance,
            "labels": {"alertname": alert(number, thing), "instance": instance}})
    };
    let told = match state {
        0 => vec![one("a", 0, false)],
        1 => vec![one("a", 0, false), one("b", 1, false)],
        2 => vec![one("a", 0, true), one("b", 1, false)],
        _ => vec![one("a", 0, true), one("b", 1, true)],
    };
    let (path, version) = if sender == "grafana" { ("/hooks/grafana", "1") } else { ("/hooks/alertmanager", "4") };
    let body = json!({"version": version, "groupKey": format!("{thing}"), "receiver": format!("{telling}"),
        "status": "firing", "commonLabels": {"alertname": alert(number, thing), "shipmate_project": "api"}, "alerts": told});
    Delivery { path, headers, body: body.to_string() }
}
