//! Statuses that block, rulesets with those who may pass them, and tokens that may not change them.

use reqwest::Method;
use sandbox::github::{App, Limits, MergeMethod, Settings, Team};
use serde_json::{Value, json};

use crate::house::{House, names};

fn ruleset(name: &str, branch: &str, rules: Value, bypass: Value) -> Value {
    let condition = json!({"ref_name": {"include": [format!("refs/heads/{branch}")], "exclude": []}});
    json!({"name": name, "target": "branch", "enforcement": "active", "conditions": condition, "rules": rules,
        "bypass_actors": bypass})
}

/// A pull request from feature/dark-mode to dev whose `ci` is green.
async fn with_pull(settings: Settings) -> (House, u64, String) {
    let house = House::with(settings).await;
    let number = house.github.open_pull_request("dave-gh", "feature/dark-mode", "dev", "feat: dark").await.unwrap();
    house.pass(3).await;
    let sha = house.tip("feature/dark-mode").await;
    (house, number, sha)
}

#[tokio::test]
async fn statuses_are_checked_and_limited() {
    let (house, _, sha) = with_pull(Settings { limits: Limits::none(), ..Settings::weekly_train() }).await;
    let heard = house.listen().await;
    let path = format!("/statuses/{sha}");
    let wrong = [
        (json!({"state": "red"}), "state"),
        (json!({"state": "success", "description": "x".repeat(141)}), "description"),
        (json!({"state": "success", "description": "🧊 frozen"}), "description"),
        (json!({"state": "success", "target_url": "ftp://there"}), "target_url"),
    ];
    for (body, field) in wrong {
        let (status, answer) = house.post(&path, body).await;
        assert_eq!((status, answer["errors"][0]["field"].as_str()), (422, Some(field)), "{answer}");
    }
    assert_eq!(house.post(&format!("/statuses/{}", "1".repeat(40)), json!({"state": "success"})).await.0, 422);
    let said = |state: &str| json!({"state": state, "context": "shipmate/freeze", "description": "é".repeat(140)});
    assert_eq!(house.post(&path, said("failure")).await.0, 201);
    let (_, combined) = house.get(&format!("/commits/{sha}/status")).await;
    assert_eq!((combined["state"].as_str(), combined["total_count"].as_u64()), (Some("failure"), Some(1)));
    for _ in 1..1000 {
        assert_eq!(house.post(&path, said("success")).await.0, 201);
    }
    let (status, answer) = house.post(&path, said("success")).await;
    let message = "This SHA and context has reached the maximum number of statuses.";
    assert_eq!((status, answer["errors"][0]["message"].as_str()), (422, Some(message)));
    assert_eq!(house.post(&path, json!({"state": "success", "context": "other"})).await.0, 201);
    assert_eq!(house.github.statuses(&sha).len(), 2);
    house.github.settled().await;
    assert_eq!(names(&heard)[1], "status failure");
    let event: Value = serde_json::from_slice(&heard.lock().unwrap()[1].1).unwrap();
    assert_eq!((&event["sha"], &event["branches"][0]["name"]), (&json!(sha), &json!("feature/dark-mode")));
    house.done().await;
}

#[tokio::test]
async fn a_required_status_blocks_until_it_is_green() {
    let (house, number, sha) = with_pull(Settings::weekly_train()).await;
    let merge = format!("/pulls/{number}/merge");
    house.github.require_checks("alice-gh", "dev", &["ci", "shipmate/freeze"]).await.unwrap();
    for (state, word) in [(None, "expected"), (Some("failure"), "failing"), (Some("pending"), "pending")] {
        if let Some(state) = state {
            house.github.set_status("erin-gh", &sha, "shipmate/freeze", state, "closed").await.unwrap();
        }
        let (status, answer) = house.put(&merge, json!({})).await;
        let said =
            format!("Repository rule violations found\n\nRequired status check \"shipmate/freeze\" is {word}.\n\n");
        assert_eq!((status, answer["message"].as_str()), (405, Some(said.as_str())));
        assert_eq!(house.get(&format!("/pulls/{number}")).await.1["mergeable_state"], "blocked");
    }
    let refused = house.github.merge_pull_request("alice-gh", number, MergeMethod::Merge).await.unwrap_err();
    assert!(refused.to_string().contains("is pending"), "{refused}");
    house.github.set_status("erin-gh", &sha, "shipmate/freeze", "success", "open").await.unwrap();
    assert_eq!(house.put(&merge, json!({})).await.0, 200);
    house.pass(8).await;
    house.done().await;
}

#[tokio::test]
async fn classic_protection_lets_administrators_off_unless_it_says_so() {
    let (house, number, _) = with_pull(Settings::weekly_train()).await;
    let github = &house.github;
    let checks = json!({"strict": false, "contexts": ["shipmate/freeze", "audit"]});
    github.protect_branch("alice-gh", "dev", json!({"required_status_checks": checks})).await.unwrap();
    let refused = github.merge_pull_request("dave-gh", number, MergeMethod::Merge).await.unwrap_err();
    assert_eq!(refused.to_string(), "refused: 405 2 of 2 required status checks are expected.");
    let enforced = json!({"required_status_checks": checks, "enforce_admins": true});
    github.protect_branch("alice-gh", "dev", enforced).await.unwrap();
    assert!(github.merge_pull_request("alice-gh", number, MergeMethod::Merge).await.is_err());
    github.protect_branch("alice-gh", "dev", json!({"required_status_checks": checks})).await.unwrap();
    github.merge_pull_request("alice-gh", number, MergeMethod::Merge).await.unwrap();
    house.pass(8).await;
    house.done().await;
}

#[tokio::test]
async fn a_restricted_branch_is_closed_but_for_those_who_may_pass() {
    let (house, number, _) =
        with_pull(Settings { app: Some(App { id: 7, installation: 70 }), ..Settings::weekly_train() }).await;
    let github = &house.github;
    let update = || json!([{"type": "update"}]);
    let (status, set) = house.post("/rulesets", ruleset("shipmate-freeze", "dev", update(), json!([]))).await;
    assert_eq!((status, set["current_user_can_bypass"].as_str()), (201, Some("never")), "{set}");
    let path = format!("/rulesets/{}", set["id"]);
    for login in ["dave-gh", "alice-gh", "shipmate-bot"] {
        let refused = github.merge_pull_request(login, number, MergeMethod::Merge).await.unwrap_err().to_string();
        assert!(
            refused.contains("405 Repository rule violations found\n\nCannot update this protected ref."),
            "{refused}"
        );
        assert!(github.push_commit(login, "dev", "README.md", login, "docs: mine").await.is_err());
    }
    let team = json!([{"actor_id": 9, "actor_type": "Team", "bypass_mode": "always"}]);
    let (status, answer) = house.put(&path, json!({"bypass_actors": team})).await;
    assert_eq!((status, answer["message"].as_str()), (422, Some("Validation Failed")));
    github.set_team(Team::new(9, "rescue", &["erin-gh"]));
    assert_eq!(house.put(&path, json!({"bypass_actors": team})).await.0, 200);
    github.push_commit("erin-gh", "dev", "README.md", "erin", "docs: erin's").await.unwrap();
    let app = json!([{"actor_id": 7, "actor_type": "Integration"}, {"actor_id": 1, "actor_type": "OrganizationAdmin", "bypass_mode": "pull_request"}]);
    let (_, set) = house.put(&path, json!({"bypass_actors": app})).await;
    assert_eq!(set["current_user_can_bypass"], "always");
    assert_eq!(set["bypass_actors"][0]["bypass_mode"], "always");
    github.push_commit("shipmate-bot", "dev", "README.md", "bot", "docs: the bot's").await.unwrap();
    assert!(github.push_commit("alice-gh", "dev", "README.md", "alice", "docs: alice's").await.is_err());
    github.merge_pull_request("alice-gh", number, MergeMethod::Merge).await.unwrap();

    assert_eq!(house.put(&path, json!({"enforcement": "evaluate"})).await.0, 200);
    assert_eq!(house.get("/rules/branches/dev").await.1, json!([]));
    github.push_commit("dave-gh", "dev", "README.md", "dave", "docs: dave's").await.unwrap();
    let (_, list) = house.get("/rulesets").await;
    assert_eq!((list[0]["name"].as_str(), list[0].get("rules")), (Some("shipmate-freeze"), None));
    assert_eq!(house.delete(&path).await.0, 204);
    assert_eq!(house.get(&path).await.0, 404);
    house.pass(8).await;
    house.done().await;
}

#[tokio::test]
async fn a_token_without_administration_cannot_change_rules() {
    let house = House::new().await;
    let set = ruleset("freeze", "main", json!([{"type": "update"}]), json!([]));
    let (_, made) = house.post("/rulesets", set.clone()).await;
    house.github.withhold("administration", true);
    house.github.withhold("statuses", true);
    let url = format!("{}/repos/acme/api/rulesets", house.github.api_url());
    let answer = house.raw(Method::POST, &url, &house.github.settings().token, Some(set.clone())).await;
    assert_eq!(answer.headers()["x-accepted-github-permissions"], "administration=write");
    assert_eq!(answer.status(), 403);
    let said = answer.json::<Value>().await.unwrap();
    assert_eq!(said["message"], "Resource not accessible by personal access token");
    assert_eq!(house.delete(&format!("/rulesets/{}", made["id"])).await.0, 403);
    assert_eq!(house.get("/branches/main/protection").await.0, 403);
    let (status, read) = house.get(&format!("/rulesets/{}", made["id"])).await;
    assert_eq!((status, read.get("bypass_actors")), (200, None));
    let status = format!("/statuses/{}", house.tip("main").await);
    assert_eq!(house.post(&status, json!({"state": "success"})).await.0, 403);
    house.github.withhold("administration", false);
    assert_eq!(house.delete(&format!("/rulesets/{}", made["id"])).await.0, 204);

    let bot = Settings::default().bot.with(sandbox::github::Permission::Write);
    let house = House::with(Settings { bot, ..Settings::default() }).await;
    assert_eq!(house.post("/rulesets", set).await.0, 404);
    assert_eq!(house.get("/rulesets").await.0, 200);
    house.done().await;
}

#[tokio::test]
async fn rulesets_must_be_well_formed() {
    let house = House::new().await;
    let sets = [
        ruleset("x", "main", json!([{"type": "freeze"}]), json!([])),
        ruleset("x", "main", json!([{"type": "update", "parameters": {}}]), json!([])),
        ruleset(
            "x",
            "main",
            json!([{"type": "required_status_checks", "parameters": {"required_status_checks": []}}]),
            json!([]),
        ),
        ruleset("x", "main", json!([]), json!([{"actor_type": "Robot"}])),
        json!({"name": "x", "enforcement": "on"}),
        json!({"name": "x"}),
    ];
    let many = sets.len();
    for set in sets {
        assert_eq!(house.post("/rulesets", set.clone()).await.0, 422, "{set}");
    }
    assert_eq!(house.wire.all_misunderstood().len(), many);
    let loose =
        json!({"name": "x", "enforcement": "active", "conditions": {"ref_name": {"include": ["main"], "exclude": []}}});
    assert_eq!(house.post("/rulesets", loose).await.1["errors"][0], "Invalid target patterns: 'main'");
    let good = ruleset("x", "main", json!([]), json!([]));
    assert_eq!(house.post("/rulesets", good.clone()).await.0, 201);
    assert_eq!(house.post("/rulesets", good).await.1["errors"][0], "Name must be unique");
}

/// What GitHub says when somebody merges a pull request; nothing if it does.
async fn refused(house: &House, login: &str, number: u64) -> Option<String> {
    house.github.merge_pull_request(login, number, MergeMethod::Merge).await.err().map(|problem| problem.to_string())
}

#[tokio::test]
async fn a_check_may_be_required_of_one_app() {
    for classic in [true, false] {
        let app = Some(App { id: 7, installation: 70 });
        let (house, number, sha) = with_pull(Settings { app, ..Settings::weekly_train() }).await;
        let github = &house.github;
        if classic {
            let checks = json!({"strict": false, "contexts": [], "checks": [{"context": "freeze", "app_id": 7}]});
            let protection = json!({"required_status_checks": checks, "enforce_admins": true});
            github.protect_branch("alice-gh", "dev", protection).await.unwrap();
        } else {
            let checks = json!({"strict_required_status_checks_policy": false,
                "required_status_checks": [{"context": "freeze", "integration_id": 7}]});
            let rules = json!([{"type": "required_status_checks", "parameters": checks}]);
            github.add_ruleset("alice-gh", ruleset("x", "dev", rules, json!([]))).await.unwrap();
        }
        github.set_status("alice-gh", &sha, "freeze", "success", "mine").await.unwrap();
        let said = refused(&house, "alice-gh", number).await.unwrap();
        assert!(said.contains("was not set by the expected GitHub app"), "{said}");
        let token = house.app_token().await;
        let url = format!("{}/repos/acme/api/statuses/{sha}", github.api_url());
        let body = json!({"state": "success", "context": "freeze"});
        assert_eq!(house.raw(Method::POST, &url, &token, Some(body)).await.status(), 201);
        assert_eq!(refused(&house, "dave-gh", number).await, None);
        house.pass(8).await;
        house.done().await;
    }
}

#[tokio::test]
async fn a_branch_shows_everybody_what_its_classic_protection_requires() {
    let (house, ..) = with_pull(Settings::weekly_train()).await;
    let github = &house.github;
    let shown = async || house.get("/branches/dev").await.1["protection"]["required_status_checks"].clone();
    assert_eq!(shown().await["enforcement_level"], "off");
    let tip = house.tip("dev").await;
    github.set_status("erin-gh", &tip, "freeze", "success", "a person's").await.unwrap();
    let protect = async |checks: Value, administrators_too: bool| {
        let checks = json!({"strict": false, "contexts": ["freeze", "ci"], "checks": checks});
        let protection = json!({"required_status_checks": checks, "enforce_admins": administrators_too});
        github.protect_branch("alice-gh", "dev", protection).await.unwrap();
    };
    // Where no App is named it is the one that has reported lately, or any.
    protect(json!(null), false).await;
    let checks = json!([{"context": "freeze", "app_id": null}, {"context": "ci", "app_id": 15_368}]);
    assert_eq!(
        (shown().await["enforcement_level"].as_str(), shown().await["checks"].clone()),
        (Some("non_admins"), checks)
    );
    protect(json!([{"context": "ci", "app_id": -1}, {"context": "freeze", "app_id": 99}]), true).await;
    let checks = json!([{"context": "ci", "app_id": null}, {"context": "freeze", "app_id": 99}]);
    assert_eq!(
        (shown().await["enforcement_level"].as_str(), shown().await["checks"].clone()),
        (Some("everyone"), checks)
    );
    house.done().await;
}

#[tokio::test]
async fn rule_suites_tell_who_passed_what() {
    let (house, number, sha) = with_pull(Settings::weekly_train()).await;
    let github = &house.github;
    let checks = json!({"strict_required_status_checks_policy": false,
        "required_status_checks": [{"context": "freeze"}]});
    let rules = json!([{"type": "required_status_checks", "parameters": checks}, {"type": "deletion"}]);
    let administrators = json!([{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "pull_request"}]);
    github.add_ruleset("alice-gh", ruleset("merges", "dev", rules, administrators)).await.unwrap();
    assert!(refused(&house, "dave-gh", number).await.is_some());
    let listed = "/rulesets/rule-suites?ref=refs/heads/dev&time_period=day";
    assert_eq!(house.get(listed).await.1, json!([]));
    assert_eq!(refused(&house, "alice-gh", number).await, None);
    let (_, suites) = house.get(listed).await;
    let suite = &suites[0];
    assert_eq!((&suite["actor_name"], &suite["result"]), (&json!("alice-gh"), &json!("bypass")));
    assert_eq!(
        (suite["after_sha"].as_str(), suite.get("rule_evaluations")),
        (Some(house.tip("dev").await.as_str()), None)
    );
    let (_, whole) = house.get(&format!("/rulesets/rule-suites/{}", suite["id"])).await;
    let said = |nth: usize| {
        (whole["rule_evaluations"][nth]["rule_type"].clone(), whole["rule_evaluations"][nth]["result"].clone())
    };
    assert_eq!(
        (said(0), said(1)),
        ((json!("required_status_checks"), json!("fail")), (json!("deletion"), json!("pass")))
    );
    assert_eq!(whole["rule_evaluations"][0]["rule_source"]["name"], "merges");
    assert_eq!(house.get("/rulesets/rule-suites?rule_suite_result=pass").await.1, json!([]));
    assert_ne!(sha, house.tip("dev").await);
    github.withhold("administration", true);
    assert_eq!(house.get(listed).await.0, 403);
    house.pass(8).await;
    house.done().await;
}

#[tokio::test]
async fn a_branch_that_takes_signed_commits_only_refuses_the_others() {
    let app = App { id: 7, installation: 70 };
    let house = House::with(Settings { app: Some(app), ..Settings::weekly_train() }).await;
    let github = &house.github;
    let rule = json!([{"type": "required_signatures"}]);
    let set = json!({"name": "signed", "target": "branch", "enforcement": "active", "rules": rule,
        "conditions": {"ref_name": {"include": ["refs/heads/dev", "refs/heads/kept/*"], "exclude": []}}});
    github.add_ruleset("alice-gh", set).await.unwrap();
    let tip = house.tip("dev").await;
    let tree = house.get(&format!("/git/commits/{tip}")).await.1["tree"]["sha"].clone();
    let body = json!({"message": "by hand", "tree": tree, "parents": [tip]});
    let (_, by_token) = house.post("/git/commits", body.clone()).await;
    assert_eq!(by_token["verification"]["verified"], false, "a person's token signs nothing");
    let app = house.app_token().await;
    let commits = format!("{}/repos/acme/api/git/commits", github.api_url());
    let mut named = body.clone();
    named["author"] = json!({"name": "Shipmate", "email": "bot@shipmate.invalid"});
    let mut made = vec![];
    for body in [named, json!({"message": "by the app", "tree": tree, "parents": [tip]})] {
        let commit: Value = house.raw(Method::POST, &commits, &app, Some(body)).await.json().await.unwrap();
        made.push((commit["sha"].clone(), commit["verification"]["verified"].clone()));
    }
    assert_eq!((&made[0].1, &made[1].1), (&json!(false), &json!(true)), "an author of one's own is not signed");
    let said =
        |body: &Value| body["message"].as_str().unwrap_or_default().contains("Commits must have verified signatures.");
    for (sha, taken) in [(&by_token["sha"], false), (&made[0].0, false), (&made[1].0, true)] {
        let (status, body) =
            house.post("/git/refs", json!({"ref": format!("refs/heads/kept/{taken}"), "sha": sha})).await;
        assert_eq!((status == 201, said(&body)), (taken, !taken), "{body}");
        let (status, body) = house.patch("/git/refs/heads/dev", json!({"sha": sha})).await;
        assert_eq!((status == 200, said(&body)), (taken, !taken), "{body}");
    }
    // Into a branch without the rule it goes; from there neither a merge nor a pull request brings it on.
    let free = json!({"ref": "refs/heads/free", "sha": by_token["sha"]});
    assert_eq!(house.post("/git/refs", free).await.0, 201);
    let (status, body) = house.post("/merges", json!({"base": "dev", "head": "free"})).await;
    assert_eq!((status, said(&body)), (409, true), "{body}");
    let number = house.post("/pulls", json!({"title": "x", "head": "free", "base": "dev"})).await.1["number"].clone();
    assert_eq!(house.get(&format!("/pulls/{number}")).await.1["mergeable_state"], "blocked");
    let (status, body) = house.put(&format!("/pulls/{number}/merge"), json!({})).await;
    assert_eq!((status, said(&body)), (405, true), "{body}");
    // What GitHub merges itself it signs.
    let number = github.open_pull_request("dave-gh", "feature/dark-mode", "dev", "feat: dark").await.unwrap();
    assert_eq!(house.put(&format!("/pulls/{number}/merge"), json!({})).await.0, 200);
    let tip = house.tip("dev").await;
    assert_eq!(house.get(&format!("/commits/{tip}")).await.1["commit"]["verification"]["verified"], true);
    house.pass(12).await;
    house.done().await;
}

#[tokio::test]
async fn what_is_to_be_merged_by_itself_is_merged_once_nothing_is_in_the_way() {
    let (house, number, sha) = with_pull(Settings::weekly_train()).await;
    let github = &house.github;
    github.allow_auto_merge(true);
    let enable = async |login: &str| github.enable_auto_merge(login, number, MergeMethod::Squash).await;
    let said = enable("dave-gh").await.unwrap_err().to_string();
    assert!(said.contains("Pull request is in clean status"), "{said}");
    github.require_checks("alice-gh", "dev", &["freeze"]).await.unwrap();
    enable("dave-gh").await.unwrap();
    assert_eq!(house.get("/pulls").await.1[0]["auto_merge"]["enabled_by"]["login"], "dave-gh");
    github.set_status("erin-gh", &sha, "freeze", "failure", "closed").await.unwrap();
    github.settled().await;
    assert_eq!(house.get(&format!("/pulls/{number}")).await.1["merged"], false);
    github.set_status("erin-gh", &sha, "freeze", "success", "open").await.unwrap();
    github.settled().await;
    let (_, pull) = house.get(&format!("/pulls/{number}")).await;
    assert_eq!((&pull["merged"], &pull["merged_by"]["login"]), (&json!(true), &json!("dave-gh")));
    house.pass(8).await;
    house.done().await;
}
