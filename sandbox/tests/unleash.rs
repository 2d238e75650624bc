//! The sandbox's Unleash, met over real sockets as the bot meets it.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::expect_used)]

use reqwest::Method;
use sandbox::{
    unleash::Unleash,
    wire::Service,
    world::{World, WorldSettings},
};
use serde_json::{Value, json};

async fn ask(unleash: &Unleash, method: Method, path: &str, token: Option<&str>) -> (u16, Value) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.request(method, format!("{}/api/admin/projects/{path}", unleash.url()));
    let request = match token {
        Some(token) => request.header("authorization", token),
        None => request,
    };
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or(Value::Null))
}

#[tokio::test]
async fn flags_are_listed_and_turned() {
    let world = World::start(WorldSettings::trunk()).await.unwrap();
    let unleash = world.unleash().unwrap();
    let token = Some(unleash.token());
    let (status, list) = ask(unleash, Method::GET, "default/features", token).await;
    assert_eq!((status, list["features"].as_array().map(Vec::len)), (200, Some(3)));
    assert_eq!(list["features"][1]["name"], "returns");
    assert_eq!(
        list["features"][1]["environments"][1],
        json!({
            "name": "production", "type": "production", "enabled": false, "sortOrder": 2, "variantCount": 0,
            "lastSeenAt": null, "hasStrategies": true, "hasEnabledStrategies": true,
        })
    );
    let (status, body) = ask(unleash, Method::POST, "default/features/returns/environments/production/on", token).await;
    assert_eq!((status, body), (200, Value::Null));
    assert_eq!(unleash.is_on("returns", "production"), Some(true));
    ask(unleash, Method::POST, "default/features/returns/environments/production/on", token).await;
    ask(unleash, Method::POST, "default/features/returns/environments/production/off", token).await;
    let turned: Vec<bool> = unleash.turned().iter().map(|turned| turned.on).collect();
    assert_eq!(turned, [true, false]);
    let (_, flag) = ask(unleash, Method::GET, "default/features/returns", token).await;
    assert_eq!(flag["environments"][0]["enabled"], true);
    let changing = world.wire().recorded().into_iter().filter(|one| one.service == Service::Unleash && one.changing);
    assert_eq!(changing.count(), 3);
    assert!(world.wire().all_misunderstood().is_empty());
}

#[tokio::test]
async fn it_refuses_as_unleash_does() {
    let world = World::start(WorldSettings::trunk()).await.unwrap();
    let unleash = world.unleash().unwrap();
    let settings = unleash.settings();
    let on = "default/features/returns/environments/production/on";
    for (token, expected) in [
        (None, (401, "AuthenticationRequired")),
        (Some("wrong"), (401, "UnauthorizedError")),
        (Some(settings.client_token.as_str()), (403, "NoAccessError")),
        (Some(settings.read_only_token.as_str()), (403, "PermissionError")),
    ] {
        let (status, body) = ask(unleash, Method::POST, on, token).await;
        assert_eq!((status, body["name"].as_str()), (expected.0, Some(expected.1)), "{body}");
    }
    let token = Some(unleash.token());
    for (path, said) in [
        (
            "default/features/nothing/environments/production/on",
            "There's no feature named \"nothing\" in project \"default\".",
        ),
        (
            "other/features/returns/environments/production/on",
            "There's no feature named \"returns\" in project \"other\", but there's a feature with that name in project \"default\"",
        ),
        ("default/features/returns/environments/moon/off", "Could not find environment moon for feature: returns"),
    ] {
        let (status, body) = ask(unleash, Method::POST, path, token).await;
        assert_eq!((status, body["message"].as_str()), (404, Some(said)));
    }
    assert_eq!(ask(unleash, Method::GET, "other/features", token).await.1["features"], json!([]));
    unleash.require_change_requests("production");
    assert_eq!(ask(unleash, Method::POST, on, token).await.0, 403);
    assert!(unleash.turned().is_empty() && world.wire().all_misunderstood().is_empty());
    assert_eq!(ask(unleash, Method::DELETE, "default/features/returns", token).await.0, 404);
    assert_eq!(world.wire().all_misunderstood(), ["Unleash: DELETE /api/admin/projects/default/features/returns"]);
    assert!(World::start(WorldSettings::default()).await.unwrap().unleash().is_none());
}
