//! Discord's messages, threads and interactions.

use reqwest::Method;
use sandbox::discord::{Denied, Discord, Response};
use serde_json::{Value, json};

use crate::client::{Gateway, answer, discord, register, webhook, world};

async fn post(to: &Discord, channel: &str, body: Value) -> (u16, Value) {
    let path = format!("channels/{}/messages", to.channel_id(channel).unwrap());
    discord(to, Method::POST, &path, body).await
}

#[tokio::test]
async fn a_command_is_deferred_then_answered() {
    let world = world().await;
    let to = world.discord();
    register(to).await;
    let (mut gateway, _) = Gateway::ready(to).await;

    let id = to.command("alice", "releases", "release prepare", &[("project", "api"), ("owner", "bob")]).unwrap();
    let event = gateway.interaction().await;
    let options = &event["data"]["options"][0];
    assert_eq!((&options["name"], &options["type"]), (&json!("prepare"), &json!(1)));
    assert_eq!(options["options"][0], json!({"name": "project", "type": 3, "value": "api"}));
    assert_eq!(event["data"]["resolved"]["users"]["100000000000000002"]["username"], "bob");
    assert_eq!(event["member"]["roles"], json!(["300000000000000001"]));
    assert_eq!(to.outstanding(), 1);

    assert_eq!(answer(to, &event, json!({"type": 5})).await.0, 204);
    assert_eq!(to.visible("releases"), "shipmate is thinking…");
    let again = answer(to, &event, json!({"type": 4, "data": {"content": "no"}})).await;
    assert_eq!((again.0, &again.1["code"]), (400, &json!(40060)));
    assert_eq!(to.outstanding(), 1);

    let card = json!({"content": "", "embeds": [{"title": "api v2.2.0", "description": "Waits for <@&300000000000000002>",
        "fields": [{"name": "Cut-off", "value": "<t:1772442000:R>"}]}],
        "components": [{"type": 1, "components": [
            {"type": 2, "style": 3, "label": "Approve", "custom_id": "a"},
            {"type": 2, "style": 2, "label": "Promote", "custom_id": "p", "disabled": true},
            {"type": 2, "style": 5, "label": "Board", "url": "https://board.example"}]}]});
    let path = format!("{}/messages/@original", webhook(to, &event));
    let (status, message) = discord(to, Method::PATCH, &path, card).await;
    assert_eq!((status, &message["embeds"][0]["type"]), (200, &json!("rich")));
    let record = to.answered(id).await.unwrap();
    assert_eq!((record.response, record.outstanding, record.failed), (Some(Response::DeferredMessage), false, false));
    let expected = "alice: /release prepare project:api owner:bob
shipmate:
  │ # api v2.2.0
  │ Waits for @qa
  │ Cut-off: 2026-03-02 09:00 UTC
  [Approve] (Promote) [Board ↗]";
    assert_eq!(to.transcript("releases"), expected);
    assert!(to.pings().is_empty(), "mentions in embeds never ping");
    assert!(world.wire().all_misunderstood().is_empty());
}

#[tokio::test]
async fn a_private_answer_is_for_one_person() {
    let world = world().await;
    let to = world.discord();
    register(to).await;
    let (mut gateway, _) = Gateway::ready(to).await;
    to.command("dave", "releases", "release status", &[]).unwrap();
    let event = gateway.interaction().await;
    let button = json!([{"type": 1, "components": [{"type": 2, "style": 1, "label": "Show", "custom_id": "s"}]}]);
    let reply = json!({"type": 4, "data": {"content": "Ask <@100000000000000001>", "flags": 64, "components": button}});
    assert_eq!(answer(to, &event, reply).await.0, 204);
    let expected = "dave: /release status\nshipmate (only dave sees): Ask @alice\n  [Show]";
    assert_eq!(to.transcript("releases"), expected);
    assert!(to.pings().is_empty());
    let why = to.press("alice", "releases", "Show").unwrap_err().to_string();
    assert_eq!(why, "alice sees no button [Show] in releases on Discord");

    to.press("dave", "releases", "Show").unwrap();
    let event = gateway.interaction().await;
    assert_eq!((&event["type"], &event["data"]["custom_id"]), (&json!(3), &json!("s")));
    assert_eq!(event["message"]["flags"], 64);
    let id = event["message"]["id"].as_str().unwrap();
    let path = format!("channels/{}/messages/{id}", event["channel_id"].as_str().unwrap());
    assert_eq!(discord(to, Method::GET, &path, json!({})).await.1["code"], 10008);
    assert_eq!(answer(to, &event, json!({"type": 7, "data": {"content": "Done", "components": []}})).await.0, 204);
    assert!(to.transcript("releases").contains("shipmate (only dave sees): Done\ndave presses [Show] on “"));
}

#[tokio::test]
async fn suggestions_and_forms() {
    let world = world().await;
    let to = world.discord();
    register(to).await;
    let (mut gateway, _) = Gateway::ready(to).await;
    let bot = async {
        let event = gateway.interaction().await;
        assert_eq!(event["data"]["options"][0]["options"][0]["focused"], true);
        let wrong = answer(to, &event, json!({"type": 5})).await;
        assert_eq!((wrong.0, &wrong.1["code"]), (400, &json!(50035)));
        let choices = json!([{"name": "The API", "value": "api"}]);
        assert_eq!(answer(to, &event, json!({"type": 8, "data": {"choices": choices}})).await.0, 204);
        gateway
    };
    let typing = to.autocomplete("bob", "releases", "release prepare", &[], ("project", "a"));
    let (mut gateway, offered) = tokio::join!(bot, typing);
    assert_eq!(offered.unwrap(), [("The API".to_owned(), json!("api"))]);

    let asked = to.command("bob", "releases", "release status", &[]).unwrap();
    let event = gateway.interaction().await;
    let input = json!({"type": 4, "custom_id": "why", "label": "Reason", "style": 2, "min_length": 3});
    let modal = json!({"title": "Reject", "custom_id": "m", "components": [{"type": 1, "components": [input]}]});
    assert_eq!(answer(to, &event, json!({"type": 9, "data": modal})).await.0, 204);
    let short = to.submit_modal("bob", asked, &[("why", "no")]).await;
    assert_eq!(short.unwrap_err().to_string(), "“Reason” takes 3 to 4000 characters");
    to.submit_modal("bob", asked, &[("Reason", "it is red")]).await.unwrap();
    let event = gateway.interaction().await;
    assert_eq!(event["data"]["components"][0]["components"][0]["value"], "it is red");
    assert_eq!(answer(to, &event, json!({"type": 4, "data": {"content": "Rejected"}})).await.0, 204);
    let expected = "bob: /release status → opens the form “Reject”
bob sends the form “Reject”
  Reason: it is red
shipmate: Rejected";
    assert_eq!(to.transcript("releases"), expected);
}

#[tokio::test]
async fn a_nonce_is_used_once() {
    let world = world().await;
    let to = world.discord();
    let body = json!({"content": "hello <@100000000000000002>", "nonce": "k1", "enforce_nonce": true});
    let first = post(to, "releases", body.clone()).await.1;
    let second = post(to, "releases", body.clone()).await.1;
    assert_eq!(first["id"], second["id"]);
    assert_eq!(to.transcript("releases"), "shipmate: hello @bob\n  pings: @bob");
    assert_eq!(to.pings().len(), 1);
    world.clock().advance(chrono::Duration::minutes(6));
    assert_ne!(post(to, "releases", body).await.1["id"], first["id"]);
}

#[tokio::test]
async fn only_allowed_mentions_ping() {
    let world = world().await;
    let to = world.discord();
    let content = "<@100000000000000002> <@&300000000000000004> @everyone `<@100000000000000005>`";
    post(to, "general", json!({"content": content, "allowed_mentions": {"parse": []}})).await;
    post(to, "general", json!({"content": content, "allowed_mentions": {"users": ["100000000000000002"]}})).await;
    post(to, "general", json!({"content": content, "allowed_mentions": {"parse": ["roles"]}})).await;
    let pinged: Vec<String> = to.pings().into_iter().map(|ping| ping.person).collect();
    assert_eq!(pinged, ["bob", "dave"]);
}

#[tokio::test]
async fn a_thread_hangs_on_its_message() {
    let world = world().await;
    let to = world.discord();
    let button = json!([{"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "g"}]}]);
    let card = post(to, "releases", json!({"content": "the card", "components": button})).await.1;
    let (channel, id) = (card["channel_id"].as_str().unwrap(), card["id"].as_str().unwrap());
    let path = format!("channels/{channel}/messages/{id}/threads");
    let (status, thread) =
        discord(to, Method::POST, &path, json!({"name": "api v2", "auto_archive_duration": 1440})).await;
    assert_eq!((status, &thread["id"], &thread["type"]), (201, &card["id"], &json!(11)));
    let again = discord(to, Method::POST, &path, json!({"name": "api v2"})).await;
    assert_eq!((again.0, &again.1["code"]), (400, &json!(160004)));

    post(to, "api v2", json!({"content": "branch cut", "message_reference": null})).await;
    to.say("bob", "api v2", "thanks").unwrap();
    let path = format!("channels/{channel}/messages/{id}");
    assert_eq!(discord(to, Method::PATCH, &path, json!({"content": "the new card"})).await.0, 200);
    let expected = "shipmate: the new card\n  [Go]\n  thread “api v2”:\n    shipmate: branch cut\n    bob: thanks";
    assert_eq!(to.transcript("releases"), expected);
    let archive = discord(to, Method::PATCH, &format!("channels/{id}"), json!({"archived": true})).await;
    assert_eq!(archive.1["thread_metadata"]["archived"], true);
    to.press("bob", "api v2", "Go").unwrap();
    let list = discord(to, Method::GET, &format!("channels/{id}/messages?limit=1"), json!({})).await.1;
    assert_eq!((list.as_array().unwrap().len(), &list[0]["content"]), (1, &json!("thanks")));
    assert_eq!(discord(to, Method::DELETE, &path, json!({})).await.0, 204);
    assert_eq!(to.visible("releases"), "");
}

#[tokio::test]
async fn files_come_as_a_form() {
    let world = world().await;
    let to = world.discord();
    let payload = json!({"content": "", "attachments": [{"id": 0, "filename": "notes.md"}]});
    let file = reqwest::multipart::Part::bytes(b"# Notes\r\n".to_vec()).file_name("notes.md");
    let form = reqwest::multipart::Form::new().text("payload_json", payload.to_string()).part("files[0]", file);
    let url = format!("{}/api/v10/channels/{}/messages", to.url(), to.channel_id("releases").unwrap());
    let request = reqwest::Client::new().post(url).header("authorization", format!("Bot {}", to.token()));
    let (status, message) = crate::client::read(request.multipart(form).send().await.unwrap()).await;
    assert_eq!((status, &message["attachments"][0]["size"]), (200, &json!(9)));
    assert_eq!(to.visible("releases"), "shipmate:\n  📎 notes.md");
}

#[tokio::test]
async fn the_bot_must_be_let_in() {
    let world = world().await;
    let to = world.discord();
    to.deny("releases", Some(Denied::Send)).unwrap();
    let refused = post(to, "releases", json!({"content": "x"})).await;
    assert_eq!((refused.0, &refused.1["code"]), (403, &json!(50013)));
    to.deny("releases", Some(Denied::View)).unwrap();
    let refused = post(to, "releases", json!({"content": "x"})).await;
    assert_eq!(refused.1, json!({"message": "Missing Access", "code": 50001}));
    to.deny("releases", None).unwrap();
    assert_eq!(post(to, "releases", json!({"content": "x"})).await.0, 200);
}

#[tokio::test]
async fn tokens_run_out() {
    let world = world().await;
    let to = world.discord();
    register(to).await;
    let (mut gateway, _) = Gateway::ready(to).await;
    let id = to.command("alice", "releases", "release status", &[]).unwrap();
    let event = gateway.interaction().await;
    let path = format!("{}/messages/@original", webhook(to, &event));
    let early = discord(to, Method::PATCH, &path, json!({"content": "x"})).await;
    assert_eq!((early.0, &early.1["code"]), (404, &json!(10015)));
    answer(to, &event, json!({"type": 5})).await;
    world.clock().advance(chrono::Duration::minutes(16));
    let late = discord(to, Method::PATCH, &path, json!({"content": "x"})).await;
    assert_eq!((late.0, &late.1["code"]), (401, &json!(50027)));
    let record = to.record(id).unwrap();
    assert_eq!((record.failed, to.outstanding()), (true, 0));
    assert!(to.transcript("releases").starts_with("alice: /release status → The application did not respond"));
}

#[tokio::test]
async fn a_private_talk_and_another_guild_are_not_the_teams() {
    let world = world().await;
    let to = world.discord();
    register(to).await;
    let (mut gateway, _) = Gateway::ready(to).await;
    to.command("dave", "dave", "release status", &[]).unwrap();
    let talk = gateway.interaction().await;
    assert!(["guild_id", "guild", "member", "guild_locale"].iter().all(|key| talk.get(key).is_none()), "{talk}");
    let (who, channel) = (&talk["user"]["username"], &talk["channel"]);
    assert_eq!((who, &talk["context"], &channel["type"]), (&json!("dave"), &json!(1), &json!(1)));
    assert_eq!(channel["recipients"][0]["username"], "dave");
    let why = to.command("alice", "dave", "release status", &[]).unwrap_err().to_string();
    assert_eq!(why, "alice cannot see the private talk of dave on Discord");

    to.command("bob", "lobby", "release status", &[]).unwrap();
    let there = gateway.interaction().await;
    assert_eq!(there["guild_id"], to.another_guild_id().to_string());
    assert_eq!((&there["member"]["roles"], &there["context"]), (&json!([]), &json!(0)));
    // A guild's own commands are offered in that guild only.
    let path = format!("applications/{}/guilds/{}/commands", to.application_id(), to.guild_id());
    let own = json!([{"name": "own", "description": "Ours"}]);
    assert_eq!(discord(to, Method::PUT, &path, own).await.0, 200);
    let offered = ["releases", "lobby", "bob"].map(|place| to.command("bob", place, "own", &[]).is_ok());
    assert_eq!(offered, [true, false, false]);
}
