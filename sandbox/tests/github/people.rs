//! What people do to pull requests and rules while the bot watches.

use std::time::{Duration, Instant};

use sandbox::github::{MergeMethod, Permission, Settings};
use serde_json::json;

use crate::house::{House, names};

#[tokio::test]
async fn pull_requests_are_retargeted_reopened_labelled_and_pushed_to() {
    let house = House::with(Settings::weekly_train()).await;
    let github = &house.github;
    let heard = house.listen().await;
    let number = github.open_pull_request("dave-gh", "feature/dark-mode", "prod", "feat: dark").await.unwrap();
    house.pass(3).await;
    heard.lock().unwrap().clear();
    github.retarget_pull_request("dave-gh", number, "dev").await.unwrap();
    github.add_label("carol-gh", number, "freeze-exempt").await.unwrap();
    github.remove_label("carol-gh", number, "freeze-exempt").await.unwrap();
    github.close_pull_request("dave-gh", number).await.unwrap();
    github.reopen_pull_request("dave-gh", number).await.unwrap();
    let sha = github.push_to_pull_request("erin-gh", number, "src/theme.txt", "darker\n", "fix: darker").await.unwrap();
    let pull = github.pull_requests().pop().unwrap();
    assert_eq!((pull.base.as_str(), pull.open, &pull.head_sha, pull.ci), ("dev", true, &sha, Some("pending")));
    house.pass(3).await;
    let expected = [
        "pull_request edited",
        "pull_request labeled",
        "pull_request unlabeled",
        "pull_request closed",
        "pull_request reopened",
        "push refs/heads/feature/dark-mode",
        "pull_request synchronize",
    ];
    assert_eq!(names(&heard)[..7], expected);
    let edited: serde_json::Value = serde_json::from_slice(&heard.lock().unwrap()[0].1).unwrap();
    assert_eq!(edited["changes"]["base"]["ref"]["from"], "prod");
    assert!(github.retarget_pull_request("dave-gh", number, "nowhere").await.is_err());
    github.merge_pull_request("alice-gh", number, MergeMethod::Squash).await.unwrap();
    let refused = github.reopen_pull_request("dave-gh", number).await.unwrap_err().to_string();
    assert!(refused.contains("cannot be reopened"), "{refused}");
    house.pass(8).await;
    house.done().await;
}

#[tokio::test]
async fn administrators_change_rules_and_others_do_not() {
    let house = House::with(Settings::weekly_train()).await;
    let github = &house.github;
    let condition = json!({"ref_name": {"include": ["refs/heads/prod"], "exclude": []}});
    let set =
        json!({"name": "closed", "enforcement": "active", "conditions": condition, "rules": [{"type": "update"}]});
    let refused = github.add_ruleset("dave-gh", set.clone()).await.unwrap_err().to_string();
    assert_eq!(refused, "refused: 404 Not Found");
    let id = github.add_ruleset("alice-gh", set).await.unwrap();
    assert_eq!(house.get("/rules/branches/prod").await.1[0]["ruleset_id"], id);
    let pushed = github.push_commit("dave-gh", "prod", "README.md", "mine\n", "docs: mine").await;
    assert!(pushed.unwrap_err().to_string().contains("Cannot update this protected ref."));
    github.change_ruleset("alice-gh", id, json!({"enforcement": "disabled"})).await.unwrap();
    assert_eq!(house.get("/rules/branches/prod").await.1, json!([]));
    assert_eq!(github.rulesets()[0]["enforcement"], "disabled");
    github.remove_ruleset("alice-gh", id).await.unwrap();
    assert!(github.rulesets().is_empty());

    let checks = json!({"strict": false, "contexts": ["ci"]});
    let protection = json!({"required_status_checks": checks, "enforce_admins": true});
    assert!(github.protect_branch("dave-gh", "dev", protection.clone()).await.is_err());
    github.set_permission("dave-gh", Permission::Admin);
    github.protect_branch("dave-gh", "dev", protection).await.unwrap();
    assert_eq!(github.protection("dev").unwrap()["required_status_checks"]["checks"][0]["context"], "ci");
    github.unprotect_branch("alice-gh", "dev").await.unwrap();
    assert_eq!(github.protection("dev"), None);
    house.done().await;
}

#[tokio::test]
async fn five_hundred_pull_requests_are_there_at_once() {
    let house = House::with(Settings::weekly_train()).await;
    let began = Instant::now();
    let numbers = house.github.have_open_pull_requests("dave-gh", "dev", 500).await.unwrap();
    assert_eq!((numbers.len(), numbers[0], numbers[499]), (500, 20, 519));
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    let (_, last) = house.get("/pulls?state=open&per_page=100&page=5").await;
    assert_eq!((last.as_array().map(Vec::len), last[99]["number"].as_u64()), (Some(100), Some(20)));
    let (_, read) = house.get("/pulls/333").await;
    assert_eq!((read["mergeable_state"].as_str(), read["commits"].as_u64()), (Some("clean"), Some(1)));
    assert_eq!(house.put("/pulls/333/merge", json!({})).await.0, 200);
    let began = Instant::now();
    assert_eq!(house.get("/pulls/334").await.1["mergeable_state"], "clean");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    house.pass(8).await;
    house.done().await;
}
