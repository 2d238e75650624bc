//! The team of the weekly train: its repository, and workflows that a push starts.

use std::collections::BTreeMap;

use sandbox::{
    github::{MergeMethod, Settings},
    world::{World, WorldSettings},
};
use serde_json::json;

use crate::house::{House, names};

#[tokio::test]
async fn the_repository_of_the_train_tells_its_history() {
    let house = House::with(Settings::weekly_train()).await;
    let (_, repository) = house.get("").await;
    assert_eq!(repository["default_branch"], "dev");
    let branches: Vec<String> = house.github.branches().into_iter().map(|branch| branch.name).collect();
    assert_eq!(branches, ["dev", "feature/dark-mode", "feature/retries", "prod"]);
    let tags: Vec<String> = house.github.tags().into_iter().map(|tag| tag.name).collect();
    assert_eq!(tags, ["v1.2.0", "v1.3.0"]);
    assert_eq!(house.github.file("v1.3.0", "version.txt").await.unwrap().as_deref(), Some("1.3.0\n"));
    assert_eq!(house.github.file("v1.2.0", "src/vouchers.txt").await.unwrap(), None);
    let (_, compare) = house.get("/compare/prod...dev").await;
    let subjects: Vec<&str> = compare["commits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|commit| commit["commit"]["message"].as_str().unwrap().lines().next().unwrap())
        .collect();
    assert_eq!(subjects.len(), 8, "{subjects:#?}");
    assert_eq!(subjects[0], "feat(payment): pay with gift cards");
    assert_eq!(compare["status"], "diverged");
    let merged: Vec<(u64, String)> = house
        .github
        .pull_requests()
        .into_iter()
        .map(|pull| (pull.number, format!("{} {}", pull.author, pull.title)))
        .collect();
    assert_eq!(merged.len(), 9, "{merged:?}");
    assert_eq!(merged[8], (19, "erin-gh perf(search): look up by index".to_owned()));
    assert_eq!(merged[4], (15, "alice-gh Release v1.3.0".to_owned()));
    let tip = house.tip("feature/retries").await;
    assert_eq!(house.get(&format!("/commits/{tip}")).await.1["author"]["login"], "erin-gh");
    house.done().await;
}

#[tokio::test]
async fn a_merge_deploys_and_an_old_tag_rolls_back() {
    let house = House::with(Settings::weekly_train()).await;
    let heard = house.listen().await;
    let wish = json!({"title": "Release v1.4.0", "head": "dev", "base": "prod"});
    let (status, pull) = house.post("/pulls", wish).await;
    assert_eq!((status, pull["number"].as_u64()), (201, Some(20)), "{pull}");
    house.pass(3).await;
    let (status, merged) = house.put("/pulls/20/merge", json!({})).await;
    assert_eq!(status, 200, "{merged}");
    house.github.settled().await;
    house.pass(8).await;
    let heard = names(&heard);
    let expected = [
        "push refs/heads/prod",
        "workflow_run requested",
        "pull_request closed",
        "workflow_run in_progress",
        "deployment created",
        "deployment_status in_progress",
        "deployment_status success",
        "workflow_run completed",
    ];
    assert_eq!(heard[heard.len() - expected.len()..], expected);
    let (_, runs) = house.get("/actions/workflows/deploy-production.yml/runs?event=push&branch=prod").await;
    let run = &runs["workflow_runs"][0];
    assert_eq!((runs["total_count"].as_u64(), &run["head_sha"]), (Some(1), &merged["sha"]));
    assert_eq!(run["display_title"], "Merge pull request #20 from acme/dev");
    assert_eq!((run["event"].as_str(), run["conclusion"].as_str()), (Some("push"), Some("success")));
    let (_, deployments) = house.get("/deployments?environment=production").await;
    assert_eq!((&deployments[0]["sha"], &deployments[0]["payload"]), (&merged["sha"], &json!({})));

    house.github.dispatch("erin-gh", "deploy-production.yml", "v1.3.0", BTreeMap::new()).await.unwrap();
    house.github.settled().await;
    house.pass(8).await;
    let live = house.github.environments().await.unwrap();
    assert_eq!((live[1].name.as_str(), live[1].version.as_deref()), ("production", Some("1.3.0")));
    assert_eq!(live[1].reference.as_deref(), Some("v1.3.0"));
    let (_, runs) = house.get("/actions/runs?event=workflow_dispatch").await;
    assert_eq!(runs["workflow_runs"][0]["head_branch"], "v1.3.0");
    house.done().await;
}

#[tokio::test]
async fn only_a_push_to_the_named_branch_starts_a_workflow() {
    let house = House::with(Settings::weekly_train()).await;
    let github = &house.github;
    github.push_commit("dave-gh", "feature/dark-mode", "src/theme.txt", "darker\n", "fix: darker").await.unwrap();
    assert!(github.runs().is_empty());
    github.push_commit("dave-gh", "dev", "README.md", "words\n", "docs: words [skip ci]").await.unwrap();
    assert!(github.runs().is_empty());
    let number = github.open_pull_request("dave-gh", "feature/dark-mode", "dev", "feat: dark").await.unwrap();
    let sha = github.merge_pull_request("alice-gh", number, MergeMethod::Squash).await.unwrap();
    let runs = github.runs();
    assert_eq!(runs.len(), 1);
    assert_eq!((runs[0].workflow.as_str(), runs[0].branch.as_str(), &runs[0].sha), ("deploy-dev.yml", "dev", &sha));
    house.pass(0).await;
    house.pass(8).await;
    assert_eq!(github.objects_made()["run of deploy-dev.yml on dev"], 1);
    house.done().await;
}

#[tokio::test]
async fn the_bot_of_the_train_is_configured_for_it() {
    let mut settings = WorldSettings::weekly_train();
    settings.project.lines = "checks = true\n".to_owned();
    settings.project.more = "[projects.api.freeze]\nteam = \"ops\"\n".to_owned();
    let world = World::start(settings).await.unwrap();
    let toml = world.bot_toml(std::path::Path::new("store"));
    for line in [
        "time_zone = \"America/Toronto\"\n",
        "playbook = \"weekly-train\"\nchecks = true\nimage",
        "[projects.api.environments.dev]\nworkflow = \"deploy-dev.yml\"\nurl = \"https://dev.example\"\n",
        "[projects.api.environments.production]\nworkflow = \"deploy-production.yml\"\n",
        "name = \"grace\"",
        "[projects.api.freeze]\nteam",
    ] {
        assert!(toml.contains(line), "{line} is missing in\n{toml}");
    }
    assert!(world.person("frank").is_ok());
    assert_eq!(world.clock().now().to_rfc3339(), "2026-03-05T14:00:00+00:00");
}
