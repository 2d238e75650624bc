//! Workflows, deployments, releases, and the webhooks that tell of them.

use std::collections::BTreeMap;

use ring::hmac;
use sandbox::github::{Fate, Outcome};
use serde_json::json;

use crate::house::{House, names};

#[tokio::test]
async fn a_dispatch_becomes_a_deployment_and_signed_webhooks() {
    let house = House::new().await;
    let heard = house.listen().await;
    let path = "/actions/workflows/production.yml/dispatches";
    let wish = json!({"ref": "v2.1.1", "inputs": {"version": "2.1.1", "tag": "v2.1.1"}, "return_run_details": true});
    let (status, details) = house.post(path, wish).await;
    assert_eq!(status, 200, "{details}");
    let run = format!("/actions/runs/{}", details["workflow_run_id"]);
    house.github.settled().await;
    assert_eq!(house.get(&run).await.1["status"], "in_progress");
    assert_eq!(house.github.environments().await.unwrap()[1].deploying.as_deref(), Some("2.1.1"));
    house.pass(8).await;
    assert_eq!(house.get(&run).await.1["conclusion"], "success");
    let live = &house.github.environments().await.unwrap()[1];
    assert_eq!(
        (live.name.as_str(), live.version.as_deref(), live.deploying.as_deref()),
        ("production", Some("2.1.1"), None)
    );
    let expected = [
        "ping -",
        "workflow_run requested",
        "workflow_run in_progress",
        "deployment created",
        "deployment_status in_progress",
        "deployment_status success",
        "workflow_run completed",
    ];
    assert_eq!(names(&heard), expected);
    let key = hmac::Key::new(hmac::HMAC_SHA256, house.github.settings().webhook_secret.as_bytes());
    for (headers, body) in heard.lock().unwrap().iter() {
        let said = headers["x-hub-signature-256"].to_str().unwrap().strip_prefix("sha256=").unwrap().to_owned();
        let made: String = hmac::sign(&key, body).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(said, made);
    }

    let (status, body) = house.post(path, json!({"ref": "nowhere"})).await;
    assert_eq!((status, body["message"].as_str()), (422, Some("No ref found for: nowhere")));
    let (status, body) = house.post(path, json!({"ref": "main", "inputs": {"colour": "red"}})).await;
    assert_eq!((status, body["message"].as_str()), (422, Some("Unexpected inputs provided: [\"colour\"]")));
    assert_eq!(house.post("/actions/workflows/unknown.yml/dispatches", json!({"ref": "main"})).await.0, 404);
    let (_, runs) = house.get("/actions/runs?branch=v2.1.1&event=workflow_dispatch&created=>=2026-03-10").await;
    assert_eq!(runs["total_count"], 1);
    assert_eq!(house.github.objects_made()["run of production.yml on v2.1.1"], 1);
    house.done().await;
}

#[tokio::test]
async fn runs_fail_wait_and_are_cancelled() {
    let house = House::new().await;
    let github = &house.github;
    github.next_outcome("staging.yml", Outcome::Failure);
    let failing = github.dispatch("maya", "staging.yml", "main", BTreeMap::new()).await.unwrap();
    house.github.settled().await;
    house.pass(8).await;
    assert_eq!(house.get(&format!("/actions/runs/{failing}")).await.1["conclusion"], "failure");
    assert_eq!(house.post(&format!("/actions/runs/{failing}/rerun-failed-jobs"), json!({})).await.0, 201);
    house.github.settled().await;
    house.pass(8).await;
    let (_, run) = house.get(&format!("/actions/runs/{failing}")).await;
    assert_eq!((run["conclusion"].as_str(), run["run_attempt"].as_u64()), (Some("success"), Some(2)));

    github.hold("staging.yml");
    let held = github.dispatch("maya", "staging.yml", "main", BTreeMap::new()).await.unwrap();
    house.github.settled().await;
    house.pass(600).await;
    assert_eq!(
        (github.outstanding(), house.get(&format!("/actions/runs/{held}")).await.1["status"].as_str()),
        (0, Some("in_progress"))
    );
    github.finish(held, Outcome::Success).await;
    assert_eq!(house.get(&format!("/actions/runs/{held}")).await.1["conclusion"], "success");
    github.stop_holding("staging.yml");
    let stopped = github.dispatch("maya", "staging.yml", "main", BTreeMap::new()).await.unwrap();
    assert_eq!(house.post(&format!("/actions/runs/{stopped}/cancel"), json!({})).await.0, 202);
    assert_eq!(house.get(&format!("/actions/runs/{stopped}")).await.1["conclusion"], "cancelled");
    house.done().await;
}

#[tokio::test]
async fn webhooks_are_lost_repeated_and_redelivered() {
    let house = House::new().await;
    let heard = house.listen().await;
    house.github.lose_webhooks(true);
    house.github.create_branch("lin", "quiet", "main").await.unwrap();
    house.github.lose_webhooks(false);
    house.github.repeat_webhooks(2);
    house.github.create_branch("lin", "loud", "main").await.unwrap();
    house.github.settled().await;
    assert_eq!(names(&heard), ["ping -", "create loud", "create loud", "push refs/heads/loud", "push refs/heads/loud"]);
    assert_eq!(house.github.deliveries()[1].fate, Fate::Lost);
    house.github.repeat_webhooks(1);
    assert!(house.github.redeliver(1));
    house.github.settled().await;
    assert_eq!(names(&heard).last().unwrap(), "create quiet");
    let ids: Vec<String> = heard
        .lock()
        .unwrap()
        .iter()
        .map(|(headers, _)| headers["x-github-delivery"].to_str().unwrap().to_owned())
        .collect();
    assert!(ids[1] == ids[2] && ids[2] != ids[3]);
    house.done().await;
}

#[tokio::test]
async fn releases_labels_and_statuses() {
    let house = House::new().await;
    let wish = json!({"tag_name": "v2.1.1", "name": "2.1.1", "body": "Fixes."});
    let (status, release) = house.post("/releases", wish.clone()).await;
    assert_eq!(status, 201, "{release}");
    assert_eq!(house.post("/releases", wish).await.1["errors"][0]["code"], "already_exists");
    assert_eq!(house.get("/releases/latest").await.1["id"], release["id"]);
    assert_eq!(house.get("/releases/tags/v2.1.1").await.1["body"], "Fixes.");
    assert_eq!(house.post("/labels", json!({"name": "backport", "color": "0e8a16"})).await.0, 201);
    assert_eq!(house.post("/labels", json!({"name": "backport"})).await.1["errors"][0]["code"], "already_exists");
    let tip = house.tip("main").await;
    assert_eq!(house.get("/commits/main/status").await.1["state"], "pending");
    let said = json!({"state": "success", "context": "shipmate/freeze"});
    assert_eq!(house.post(&format!("/statuses/{tip}"), said).await.0, 201);
    assert_eq!(house.get("/commits/main/status").await.1["state"], "success");
    house.done().await;
}
