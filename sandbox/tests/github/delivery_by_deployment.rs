//! Deployments as a client creates them, and what workflow runs have built.

use sandbox::github::Settings;
use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn a_deployment_wants_green_checks_and_a_branch_that_is_not_behind() {
    let house = House::with(Settings::trunk()).await;
    let github = &house.github;
    let sha = github.push_commit("dave-gh", "pickup", "src/pickup.txt", "ring once\n", "fix: once").await.unwrap();
    let wish = |more: serde_json::Value| {
        let mut wish = json!({"ref": "pickup", "environment": "qa"});
        for (key, value) in more.as_object().unwrap() {
            wish[key.as_str()] = value.clone();
        }
        wish
    };
    let (status, refused) = house.post("/deployments", wish(json!({}))).await;
    let said = "Conflict: Commit status checks failed for pickup.";
    assert_eq!((status, refused["message"].as_str()), (409, Some(said)));
    house.pass(3).await;
    let (status, made) = house.post("/deployments", wish(json!({"payload": "{\"version\": \"1\"}"}))).await;
    assert_eq!((status, &made["sha"], &made["production_environment"]), (201, &json!(sha), &json!(false)), "{made}");
    github.push_commit("erin-gh", "main", "src/more.txt", "more\n", "feat: more").await.unwrap();
    house.pass(8).await;
    let (status, merged) = house.post("/deployments", wish(json!({"required_contexts": []}))).await;
    assert_eq!((status, merged["message"].as_str()), (202, Some("Auto-merged main into pickup on deployment.")));
    github.push_commit("erin-gh", "main", "src/pickup.txt", "knock\n", "feat: knock").await.unwrap();
    let (status, refused) = house.post("/deployments", wish(json!({"required_contexts": []}))).await;
    assert_eq!((status, refused["message"].as_str()), (409, Some("Conflict merging main into pickup.")));
    let (status, _) = house.post("/deployments", wish(json!({"auto_merge": false, "required_contexts": []}))).await;
    assert_eq!(status, 201);
    assert_eq!(house.post("/deployments", json!({"ref": "nowhere", "environment": "qa"})).await.0, 422);
    assert_eq!(house.post("/deployments", wish(json!({"payload": 7}))).await.0, 422);
    assert_eq!(house.post("/deployments", wish(json!({"required_contexts": "ci"}))).await.0, 422);
    let long = json!({"state": "success", "description": "x".repeat(141)});
    let (status, refused) = house.post(&format!("/deployments/{}/statuses", made["id"]), long).await;
    assert_eq!((status, refused["message"].as_str()), (422, Some("Validation Failed")));
    let (_, statuses) = house.get(&format!("/deployments/{}/statuses", made["id"])).await;
    let one = house.get(&format!("/deployments/{}/statuses/{}", made["id"], statuses[0]["id"])).await;
    assert_eq!(one, (200, statuses[0].clone()));
    assert_eq!(github.deployments().iter().filter(|found| found["ref"] == "pickup").count(), 2);
    house.pass(8).await;
    house.done().await;
}

#[tokio::test]
async fn a_run_has_one_artifact_once_it_has_succeeded() {
    let house = House::with(Settings::git_flow()).await;
    let github = &house.github;
    let id = github.dispatch("erin-gh", "production.yml", "v2.1.1", Default::default()).await.unwrap();
    let path = format!("/actions/runs/{id}/artifacts");
    house.github.settled().await;
    assert_eq!(house.get(&path).await.1, json!({"total_count": 0, "artifacts": []}));
    house.pass(8).await;
    let (_, built) = house.get(&path).await;
    let digest = github.artifact_digest(built["artifacts"][0]["workflow_run"]["head_sha"].as_str().unwrap());
    assert_eq!((built["total_count"].as_u64(), &built["artifacts"][0]["digest"]), (Some(1), &json!(digest)));
    assert_eq!(digest.len(), "sha256:".len() + 64);
    let one = format!("/actions/artifacts/{}", built["artifacts"][0]["id"]);
    assert_eq!(house.get(&one).await, (200, built["artifacts"][0].clone()));
    github.next_digest("production", "sha256:other");
    for expected in ["sha256:other", &digest] {
        let again = github.dispatch("erin-gh", "production.yml", "v2.1.1", Default::default()).await.unwrap();
        house.github.settled().await;
        house.pass(8).await;
        let (_, built) = house.get(&format!("/actions/runs/{again}/artifacts?name=api")).await;
        assert_eq!(built["artifacts"][0]["digest"], expected);
    }
    assert_eq!(house.get("/actions/runs/1/artifacts").await.0, 404);
    house.done().await;
}

#[tokio::test]
async fn commits_show_their_patches() {
    let house = House::with(Settings::module()).await;
    let tip = house.tip("S-10003").await;
    let (_, commit) = house.get(&format!("/commits/{tip}")).await;
    let patch = commit["files"][0]["patch"].as_str().unwrap();
    assert!(
        patch.starts_with("@@ -1,4 +1,4 @@\n read the question\n-match whole words\n+match synonyms, too"),
        "{patch}"
    );
    let token = &house.github.settings().token;
    let ask = async |path: &str, media: &str| {
        let url = format!("{}/repos/acme/api{path}", house.github.api_url());
        let request = reqwest::Client::builder().no_proxy().build().unwrap().get(url);
        let request = request.header("authorization", format!("Bearer {token}"));
        request.header("accept", format!("application/vnd.github.{media}")).send().await.unwrap().text().await.unwrap()
    };
    let diff = ask(&format!("/commits/{tip}"), "diff").await;
    assert!(diff.starts_with("diff --git a/src/search.txt b/src/search.txt\n"), "{diff}");
    let mail = ask(&format!("/commits/{tip}"), "v3.patch").await;
    assert!(
        mail.starts_with(&format!("From {tip} ")) && mail.contains("Subject: [PATCH] feat(search): S-10003"),
        "{mail}"
    );
    let compared = ask("/compare/phase1-proj...S-10001", "patch").await;
    assert_eq!(compared.matches("Subject: [PATCH ").count(), 2, "{compared}");
    let (_, touched) = house.get("/commits?sha=S-10001&path=src/search.txt&per_page=1").await;
    assert_eq!(touched[0]["commit"]["message"], "feat(search): S-10001 forgive a typo");
    house.done().await;
}

#[tokio::test]
async fn a_protected_branch_takes_no_push() {
    let house = House::with(Settings::git_flow()).await;
    let reviews =
        json!({"required_pull_request_reviews": {"required_approving_review_count": 1}, "enforce_admins": true});
    house.github.protect_branch("alice-gh", "main", reviews).await.unwrap();
    let (base, head) = (house.tip("main").await, house.tip("develop").await);
    let (status, refused) = house.patch("/git/refs/heads/main", json!({"sha": head})).await;
    assert_eq!((status, refused["message"].as_str()), (422, Some("Changes must be made through a pull request.")));
    assert_eq!(house.post("/merges", json!({"base": "main", "head": "develop"})).await.0, 409);
    let pushed = house.github.push_commit("dave-gh", "main", "README.md", "mine\n", "docs: mine").await;
    assert!(pushed.unwrap_err().to_string().contains("through a pull request"));
    assert_eq!(house.tip("main").await, base);
    house.pass(3).await;
    house.done().await;
}

#[tokio::test]
async fn a_branch_with_required_checks_takes_only_checked_commits() {
    let house = House::with(Settings::git_flow()).await;
    house.github.require_checks("alice-gh", "main", &["ci"]).await.unwrap();
    let checked = house.tip("develop").await;
    let (status, refused) = house.post("/merges", json!({"base": "main", "head": "feature/dark-mode"})).await;
    let said = "Repository rule violations found\n\nRequired status check \"ci\" is expected.\n\n";
    assert_eq!((status, refused["message"].as_str()), (409, Some(said)));
    house.github.create_branch("dave-gh", "quick", "develop").await.unwrap();
    let fresh = house.github.push_commit("dave-gh", "quick", "a", "b", "fix: now").await.unwrap();
    let (status, refused) = house.patch("/git/refs/heads/main", json!({"sha": fresh})).await;
    assert_eq!(status, 422);
    assert!(refused["message"].as_str().unwrap().contains("\"ci\" is pending"), "{refused}");
    assert_eq!(house.patch("/git/refs/heads/main", json!({"sha": checked})).await.0, 200);
    house.pass(3).await;
    assert_eq!(house.patch("/git/refs/heads/main", json!({"sha": fresh})).await.0, 200);
    house.done().await;
}
