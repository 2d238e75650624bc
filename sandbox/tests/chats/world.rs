//! Everything together: one clock, one wire, one story.

use reqwest::Method;
use sandbox::wire::{Fault, Mishap, Service};
use serde_json::{Value, json};

use crate::client::{discord, telegram, world};

#[tokio::test]
async fn tells_the_time_and_waits_for_it_to_change() {
    let world = world().await;
    let first: Value = reqwest::get(world.clock_url()).await.unwrap().json().await.unwrap();
    assert_eq!((&first["now"], &first["rate"]), (&json!("2026-03-02T09:00:00Z"), &json!(0.0)));
    let later = reqwest::get(format!("{}?after={}", world.clock_url(), first["version"]));
    let (later, ()) = tokio::join!(later, async { world.clock().advance(chrono::Duration::hours(1)) });
    let later: Value = later.unwrap().json().await.unwrap();
    assert_eq!(later["now"], "2026-03-02T10:00:00Z");
}

#[tokio::test]
async fn both_chats_read_like_a_story() {
    let world = world().await;
    let path = format!("channels/{}/messages", world.discord().channel_id("releases").unwrap());
    discord(world.discord(), Method::POST, &path, json!({"content": "api v2 is out"})).await;
    let limited = json!({"ok": false, "error_code": 429, "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3}});
    world.wire().fail_next(Fault {
        service: Service::Telegram,
        method: "POST".to_owned(),
        path: "sendMessage".to_owned(),
        mishap: Mishap::Answer(429, Vec::new(), limited.clone()),
    });
    let body = json!({"chat_id": world.telegram().chat_id("Incidents"), "text": "api v2 is out"});
    assert_eq!(telegram(world.telegram(), "sendMessage", body.clone()).await, (429, limited));
    telegram(world.telegram(), "sendMessage", body).await;
    let expected = "━━ Discord #releases ━━
shipmate: api v2 is out

━━ Telegram Incidents ━━
shipmate: api v2 is out";
    assert_eq!(world.story(), expected);
    world.quiet().await.unwrap();
    assert_eq!((world.outstanding(), world.wire().recorded().len()), (0, 3));
}
