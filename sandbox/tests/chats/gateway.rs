//! Discord's gateway: coming, going, and coming back.

use serde_json::json;

use crate::client::{Gateway, answer, register, world};

#[tokio::test]
async fn identifies_beats_and_closes() {
    let world = world().await;
    let to = world.discord();
    let (mut gateway, ready) = Gateway::ready(to).await;
    assert_eq!((&ready["v"], &ready["user"]["username"]), (&json!(10), &json!("shipmate")));
    gateway.send(json!({"op": 1, "d": 1})).await;
    assert_eq!(gateway.next().await.unwrap()["op"], 11);
    gateway.close().await;
}

#[tokio::test]
async fn refuses_a_wrong_token_and_privileged_intents() {
    let world = world().await;
    let mut gateway = Gateway::connect(world.discord()).await;
    gateway.identify("wrong", 0).await;
    assert_eq!(gateway.next().await, Err(4004));
    let mut gateway = Gateway::connect(world.discord()).await;
    gateway.identify(&world.discord().token(), 1 << 15).await;
    assert_eq!(gateway.next().await, Err(4014));
}

#[tokio::test]
async fn resumes_but_does_not_repeat() {
    let world = world().await;
    let to = world.discord();
    register(to).await;
    let (mut gateway, ready) = Gateway::ready(to).await;
    to.ask_to_reconnect();
    assert_eq!(gateway.next().await.unwrap()["op"], 7);
    gateway.close().await;
    assert!(!to.connected());
    let missed = to.command("bob", "releases", "release status", &[]).unwrap();
    assert!(to.record(missed).unwrap().failed);

    let mut gateway = Gateway::connect(to).await;
    let resume = json!({"op": 6, "d": {"token": to.token(), "session_id": ready["session_id"], "seq": 1}});
    gateway.send(resume.clone()).await;
    let resumed = gateway.next().await.unwrap();
    assert_eq!((&resumed["t"], &resumed["s"]), (&json!("RESUMED"), &json!(2)));
    to.wait_until_connected().await.unwrap();
    to.command("bob", "releases", "release status", &[]).unwrap();
    let event = gateway.interaction().await;
    assert_ne!(event["id"], json!(missed.0.to_string()));
    assert_eq!(answer(to, &event, json!({"type": 4, "data": {"content": "here"}})).await.0, 204);

    to.invalidate_sessions(false);
    assert_eq!(gateway.next().await.unwrap(), json!({"op": 9, "d": false, "s": null, "t": null}));
    gateway.send(resume).await;
    assert_eq!(gateway.next().await.unwrap()["op"], 9);
    to.cut_gateway();
    assert_eq!(gateway.next().await, Err(0));
}
