//! Who may ask, how often, and what the sandbox does not let pass.

use reqwest::Method;
use sandbox::github::{App, Limits, Settings};
use serde_json::{Value, json};

use crate::house::{House, noon};

#[tokio::test]
async fn tokens_and_limits() {
    let house = House::new().await;
    let (api, settings) = (house.github.api_url(), house.github.settings().clone());
    let repository = format!("{api}/repos/acme/api");
    let wrong = house.raw(Method::GET, &repository, "nonsense", None).await;
    assert_eq!(wrong.status(), 401);
    assert_eq!(wrong.json::<Value>().await.unwrap()["message"], "Bad credentials");
    assert_eq!(house.raw(Method::GET, &format!("{api}/repos/acme/other"), &settings.token, None).await.status(), 404);
    let label = Some(json!({"name": "x"}));
    let read_only = &settings.read_only_token;
    assert_eq!(house.raw(Method::GET, &repository, read_only, None).await.status(), 200);
    assert_eq!(house.raw(Method::POST, &format!("{repository}/labels"), read_only, label).await.status(), 403);

    house.github.leave_requests(1);
    assert_eq!(house.get("").await.0, 200);
    let refused = house.raw(Method::GET, &repository, &settings.token, None).await;
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.headers()["x-ratelimit-remaining"], "0");
    assert_eq!(refused.headers()["x-ratelimit-reset"], (noon().timestamp() + 3600).to_string().as_str());
    house.pass(60).await;
    assert_eq!(house.get("").await.0, 200);
    house.github.refuse_as_too_fast(1, 30);
    let refused = house.raw(Method::GET, &repository, &settings.token, None).await;
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (429, "30"));
    house.done().await;
}

#[tokio::test]
async fn who_asks_too_fast_waits() {
    let house = House::new().await;
    let url = format!("{}/repos/acme/api", house.github.api_url());
    let token = house.github.settings().token.clone();
    let status = format!("{url}/statuses/{}", house.tip("main").await);
    let mut took = 0;
    let refused = loop {
        let body = Some(json!({"state": "success"}));
        let answer = house.raw(Method::POST, &status, &token, body).await;
        if answer.status() != 201 {
            break answer;
        }
        took += 1;
    };
    // One point went into looking the branch up.
    assert_eq!((took, refused.status().as_u16()), (179, 403));
    assert_eq!(refused.headers()["retry-after"], "60");
    assert_eq!(refused.headers()["x-ratelimit-remaining"], (5000 - 181).to_string().as_str());
    let said = refused.json::<Value>().await.unwrap();
    assert!(said["message"].as_str().unwrap().starts_with("You have exceeded a secondary rate limit."));
    assert_eq!(house.get("").await.0, 200, "four points are left to read with");
    house.clock.advance(chrono::Duration::seconds(60));
    assert_eq!(house.post(&format!("/statuses/{}", house.tip("main").await), json!({"state": "success"})).await.0, 201);
    assert_eq!(house.github.refused_as_too_many(), 1);
    house.done().await;
}

#[tokio::test]
async fn content_is_limited_more_tightly() {
    let limits = Limits { contents_an_hour: 100, ..Limits::default() };
    let house = House::with(Settings { limits, ..Settings::default() }).await;
    house.github.create_branch("lin", "topic", "main").await.unwrap();
    house.github.push_commit("lin", "topic", "a.txt", "a\n", "feat: a").await.unwrap();
    let number = house.github.open_pull_request("lin", "topic", "main", "feat: a").await.unwrap();
    let path = format!("/issues/{number}/comments");
    let mut taken = Vec::new();
    for minute in 0..3 {
        for n in 0.. {
            if house.post(&path, json!({"body": "words"})).await.0 != 201 {
                taken.push((minute, n));
                break;
            }
        }
        house.pass(1).await;
    }
    assert_eq!(taken, [(0, 80), (1, 20), (2, 0)]);
    assert_eq!(house.get(&path).await.0, 200);
    house.done().await;
    let house = House::with(Settings { limits: Limits::none(), ..Settings::default() }).await;
    for _ in 0..1000 {
        assert_eq!(house.get("").await.0, 200);
    }
}

#[tokio::test]
async fn what_github_does_not_know_is_noted() {
    let house = House::new().await;
    assert_eq!(house.get("/nonsense").await.0, 404);
    let odd = json!({"ref": "refs/heads/x", "sha": house.tip("main").await, "colour": "red"});
    let (status, body) = house.post("/git/refs", odd).await;
    assert_eq!(
        (status, body["message"].as_str()),
        (422, Some("Invalid request.\n\n\"colour\" is not a permitted key."))
    );
    let (status, body) = house.post("/git/refs", json!({"ref": "refs/heads/x"})).await;
    assert_eq!((status, body["message"].as_str()), (422, Some("Invalid request.\n\n\"sha\" wasn't supplied.")));
    assert_eq!(house.get("/git/ref/heads/nowhere").await.0, 404);
    assert_eq!(house.wire.all_misunderstood().len(), 3);
}

#[tokio::test]
async fn rules_forbid_what_they_say() {
    let house = House::new().await;
    let condition = json!({"ref_name": {"include": ["refs/heads/dev*"], "exclude": []}});
    let freeze =
        json!({"name": "freeze", "enforcement": "active", "conditions": condition, "rules": [{"type": "update"}]});
    let (status, set) = house.post("/rulesets", freeze).await;
    assert_eq!(status, 201, "{set}");
    assert_eq!(house.get("/rules/branches/develop").await.1[0]["type"], "update");
    let (status, body) = house.post("/merges", json!({"base": "develop", "head": "main"})).await;
    assert_eq!((status, body), (204, Value::Null), "what is merged already changes nothing");
    house.github.create_branch("lin", "late", "develop").await.unwrap();
    house.github.push_commit("lin", "late", "late.txt", "late\n", "feat: late").await.unwrap();
    assert_eq!(house.post("/merges", json!({"base": "develop", "head": "late"})).await.0, 409);
    house.github.open_pull_request("lin", "late", "develop", "feat: late").await.unwrap();
    assert_eq!(house.get("/pulls/13").await.1["mergeable_state"], "blocked");
    assert_eq!(house.put("/pulls/13/merge", json!({})).await.0, 405);
    assert_eq!(house.delete(&format!("/rulesets/{}", set["id"])).await.0, 204);
    assert_eq!(house.put("/pulls/13/merge", json!({})).await.0, 200);
    assert_eq!(house.get("/branches/main/protection").await.1["message"], "Branch not protected");
    house.done().await;
}

#[tokio::test]
async fn an_app_gets_a_token_for_an_hour() {
    let house = House::with(Settings { app: Some(App { id: 7, installation: 70 }), ..Settings::default() }).await;
    let jwt = house.jwt();
    let url = format!("{}/app/installations/70/access_tokens", house.github.api_url());
    assert_eq!(house.raw(Method::POST, &url, &format!("{jwt}x"), None).await.status(), 401);
    let token: Value = house.raw(Method::POST, &url, &jwt, None).await.json().await.unwrap();
    assert_eq!(token["expires_at"], "2026-03-10T13:00:00Z");
    let (token, repository) = (token["token"].as_str().unwrap(), format!("{}/repos/acme/api", house.github.api_url()));
    assert_eq!(house.raw(Method::GET, &repository, token, None).await.status(), 200);
    house.pass(60).await;
    assert_eq!(house.raw(Method::GET, &repository, token, None).await.status(), 401);
    house.done().await;
}
