//! Deploys that report themselves.

use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};

use axum::{Router, http::StatusCode, routing::post};
use sandbox::{
    github::{Outcome, Settings},
    world::{DeployReports, World, WorldSettings},
};
use serde_json::json;

use crate::house::House;

/// A door that answers 503 as often as this says, then 202.
async fn door(refusals: u16) -> String {
    let left = Arc::new(AtomicU16::new(refusals));
    let answer = post(move || async move {
        let refuses = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if refuses { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::ACCEPTED }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hooks/deploy", listener.local_addr().unwrap());
    let router = Router::new().route("/hooks/deploy", answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[tokio::test]
async fn starts_and_ends_are_reported_until_they_are_taken() {
    let house = House::with(Settings::trunk()).await;
    let github = &house.github;
    github.send_reports_to(door(2).await, "secret".to_owned());
    for environment in ["dev", "qa"] {
        github.report_deploys_to(environment, true);
    }
    github.move_tag("alice-gh", "v1.9.0", "main").await.unwrap();
    house.github.settled().await;
    house.pass(8).await;
    let wish = |place: &str| json!({"ref": "v1.9.0", "environment": place, "required_contexts": [], "payload": {"version": "1.9.0"}});
    github.next_deploy("qa", Outcome::Failure);
    for place in ["qa", "uat"] {
        assert_eq!(house.post("/deployments", wish(place)).await.0, 201);
    }
    house.github.settled().await;
    house.pass(8).await;
    let reports = github.reports();
    let lines: Vec<String> = reports
        .iter()
        .map(|report| {
            let text = |key: &str| report.body[key].as_str().unwrap_or("-").to_owned();
            format!("{} {} {} {:?}", text("environment"), text("version"), text("status"), report.answers)
        })
        .collect();
    let expected = [
        "dev 1.9.0 started [503, 503, 202]",
        "dev 1.9.0 succeeded [202]",
        "qa 1.9.0 started [202]",
        "qa 1.9.0 failed [202]",
    ];
    assert_eq!(lines, expected);
    let sha = reports[1].body["commit"].as_str().unwrap();
    assert_eq!(reports[1].body["digest"], github.artifact_digest(sha));
    assert_eq!(reports[1].body["config-digest"], github.config_digest("dev"));
    assert_eq!(reports[3].body["digest"], serde_json::Value::Null);
    house.done().await;
}

#[tokio::test]
async fn a_world_tells_the_bot_who_reports() {
    let reports = DeployReports { token: "the-token".to_owned(), environments: vec!["staging".to_owned()] };
    let world = World::start(WorldSettings { reports: Some(reports), ..WorldSettings::git_flow() }).await.unwrap();
    let toml = world.bot_toml(std::path::Path::new("store"));
    assert!(toml.contains("[hooks]\ntoken = \"the-token\"\n"), "{toml}");
}
