//! The repositories of four teams, and what stands in their environments at the start.

use sandbox::{
    github::{Outcome, Settings},
    world::{World, WorldSettings},
};
use serde_json::json;

use crate::house::{House, names};

async fn standing(house: &House) -> Vec<String> {
    let boards = house.github.environments().await.unwrap();
    let line = |board: &sandbox::github::Environment| {
        let digest = board.shipped.as_ref().map_or("-", |shipped| &shipped.digest[..10]).to_owned();
        let tip = board.sha.as_deref().unwrap_or_default();
        assert_eq!(house.github.artifact_digest(tip), board.shipped.clone().unwrap().digest, "{digest}");
        format!("{} {} {}", board.name, board.version.as_deref().unwrap(), board.reference.as_deref().unwrap())
    };
    boards.iter().map(line).collect()
}

#[tokio::test]
async fn the_project_branch_is_ahead_and_two_stories_exclude_each_other() {
    let house = House::with(Settings::module()).await;
    let expected = ["dev 26.02.01 26.02.01", "qa 26.02.01 26.02.01", "stg 26.02.01 26.02.01", "prod 26.02.01 26.02.01"];
    assert_eq!(standing(&house).await, expected);
    assert!(house.github.deliveries().is_empty());
    let tags: Vec<String> = house.github.tags().into_iter().map(|tag| tag.name).collect();
    assert_eq!(tags, ["26.01.01", "26.01.02", "26.02.01"]);
    let (_, compare) = house.get("/compare/26.02.01...phase1-proj").await;
    assert_eq!((compare["ahead_by"].as_u64(), compare["behind_by"].as_u64()), (Some(4), Some(0)));
    let merge = |story: &str| json!({"base": "phase1-proj", "head": story});
    assert_eq!(house.post("/merges", merge("S-10001")).await.0, 201);
    assert_eq!(house.post("/merges", merge("S-10002")).await.0, 201);
    let (status, refused) = house.post("/merges", merge("S-10003")).await;
    assert_eq!((status, refused["message"].as_str()), (409, Some("Merge conflict")));
    assert_eq!(house.post("/merges", merge("S-10001")).await.0, 204);
    let (_, runs) = house.get("/actions/workflows/deploy-prod.yml/runs?status=success").await;
    assert_eq!(runs["total_count"], 2, "{runs}");
    house.pass(3).await;
    house.done().await;
}

#[tokio::test]
async fn stories_wait_for_the_monthly_window() {
    let house = House::with(Settings::monthly()).await;
    assert_eq!(standing(&house).await.len(), 4);
    house.github.create_branch("alice-gh", "s5_26.03.01-release", "main").await.unwrap();
    for (story, status) in [("S-20001", 201), ("S-20002", 201), ("S-20003", 409), ("S-20004", 201)] {
        let merge = json!({"base": "s5_26.03.01-release", "head": story});
        assert_eq!(house.post("/merges", merge).await.0, status, "{story}");
    }
    house.pass(3).await;
    house.done().await;
}

#[tokio::test]
async fn develop_goes_to_staging_when_it_is_pushed_to() {
    let house = House::with(Settings::git_flow()).await;
    assert_eq!(standing(&house).await, ["staging 2.1.1 v2.1.1", "production 2.1.1 v2.1.1"]);
    let github = &house.github;
    let sha = github.push_commit("dave-gh", "develop", "src/more.txt", "more\n", "feat: more").await.unwrap();
    house.pass(3).await;
    assert_eq!(house.get(&format!("/commits/{sha}/check-runs")).await.1["check_runs"][0]["conclusion"], "success");
    house.pass(8).await;
    let boards = github.environments().await.unwrap();
    assert_eq!((boards[0].sha.as_deref(), boards[1].version.as_deref()), (Some(sha.as_str()), Some("2.1.1")));
    let inputs = json!({"version": "2.2.0", "tag": "v2.1.1", "share": "10", "slot": "green", "action": "switch"});
    let path = "/actions/workflows/production.yml/dispatches";
    assert_eq!(house.post(path, json!({"ref": "v2.1.1", "inputs": inputs})).await.0, 204);
    house.github.settled().await;
    house.pass(8).await;
    house.done().await;
}

#[tokio::test]
async fn a_tag_is_built_and_deployments_are_seen_through() {
    let house = House::with(Settings::trunk()).await;
    let before = ["dev 1.8.0 v1.8.0", "qa 1.8.0 v1.8.0", "uat 1.8.0 v1.8.0", "prod 1.8.0 v1.8.0"];
    assert_eq!(standing(&house).await, before);
    let github = &house.github;
    let heard = house.listen().await;
    github.move_tag("alice-gh", "v1.9.0", "main").await.unwrap();
    house.github.settled().await;
    house.pass(8).await;
    let (_, runs) = house.get("/actions/workflows/build.yml/runs?event=push&branch=v1.9.0").await;
    let run = &runs["workflow_runs"][0];
    assert_eq!((run["head_branch"].as_str(), run["conclusion"].as_str()), (Some("v1.9.0"), Some("success")));
    assert_eq!(github.environments().await.unwrap()[0].version.as_deref(), Some("1.9.0"));

    heard.lock().unwrap().clear();
    let digest = github.artifact_digest(run["head_sha"].as_str().unwrap());
    let wish = |environment: &str| {
        json!({
            "ref": "v1.9.0", "environment": environment, "auto_merge": false, "required_contexts": [],
            "payload": {"version": "1.9.0", "digest": digest}, "description": "v1.9.0 by the bot",
        })
    };
    let (status, created) = house.post("/deployments", wish("qa")).await;
    assert_eq!((status, created["payload"]["version"].as_str()), (201, Some("1.9.0")), "{created}");
    house.github.settled().await;
    house.pass(8).await;
    let (_, statuses) = house.get(&format!("/deployments/{}/statuses", created["id"])).await;
    let states: Vec<&str> =
        statuses.as_array().unwrap().iter().map(|status| status["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["success", "in_progress", "queued"]);
    let config = github.config_digest("qa");
    assert_eq!(statuses[0]["description"], format!("digest {digest}"));
    assert_eq!(statuses[1]["description"], format!("config {config}"));
    assert!(statuses[0]["log_url"].as_str().unwrap().ends_with(&format!("/deployments/{}", created["id"])));
    let expected = [
        "deployment created",
        "deployment_status queued",
        "deployment_status in_progress",
        "deployment_status success",
    ];
    assert_eq!(names(&heard), expected);

    github.next_outcome("uat", Outcome::Failure);
    let (_, failing) = house.post("/deployments", wish("uat")).await;
    house.github.settled().await;
    house.pass(8).await;
    assert_eq!(github.deployment_state(failing["id"].as_u64().unwrap()).as_deref(), Some("failure"));
    github.next_digest("uat", "sha256:00");
    github.set_config("uat", "sha256:11");
    let (_, other) = house.post("/deployments", wish("uat")).await;
    house.github.settled().await;
    house.pass(8).await;
    let shipped = github.shipped(other["id"].as_u64().unwrap()).unwrap();
    assert_eq!((shipped.digest.as_str(), shipped.config.as_str()), ("sha256:00", "sha256:11"));
    house.done().await;
}

#[tokio::test]
async fn the_bots_of_the_four_teams_are_configured_for_them() {
    let worlds = [
        (WorldSettings::module(), "module", "2026-03-02T14:00:00+00:00", "[projects.api.words]\nphase = \"phase1\"\n"),
        (
            WorldSettings::monthly(),
            "monthly",
            "2026-03-02T13:30:00+00:00",
            "number = 5\nfrom = \"2026-02-23\"\ndays = 14",
        ),
        (WorldSettings::git_flow(), "git-flow", "2026-03-02T14:00:00+00:00", "strategy = \"canary\"\n"),
        (
            WorldSettings::trunk(),
            "trunk",
            "2026-03-02T14:00:00+00:00",
            "[projects.api.environments.uat]\ndeployment = true\nurl = \"https://uat.example\"\n",
        ),
    ];
    for (settings, playbook, now, line) in worlds {
        let world = World::start(settings).await.unwrap();
        let toml = world.bot_toml(std::path::Path::new("store"));
        assert!(toml.contains(line) && toml.contains(&format!("playbook = {playbook:?}")), "{toml}");
        assert_eq!(world.clock().now().to_rfc3339(), now);
    }
}
