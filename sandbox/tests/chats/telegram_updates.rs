//! How Telegram tells the bot: asking for updates, webhooks, privacy.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::client::{telegram, world};

#[tokio::test]
async fn updates_wait_until_they_are_confirmed() {
    let world = world().await;
    let to = world.telegram();
    let asked = telegram(to, "GetUpdates", json!({"timeout": 30}));
    let (answer, _) = tokio::join!(asked, async {
        to.wait_until_connected().await.unwrap();
        to.say("alice", "Releases", Some("Releases"), "/release@shipmate_bot status").unwrap();
    });
    let update = answer.1["result"][0].clone();
    assert_eq!(update["message"]["text"], "/release@shipmate_bot status");
    assert_eq!(update["message"]["entities"][0], json!({"type": "bot_command", "offset": 0, "length": 21}));
    assert_eq!(to.outstanding(), 1);
    let again = telegram(to, "getUpdates", json!({"timeout": 0})).await.1;
    assert_eq!(again["result"][0], update);
    let offset = update["update_id"].as_i64().unwrap() + 1;
    assert_eq!(telegram(to, "getUpdates", json!({"offset": offset})).await.1["result"], json!([]));
    assert_eq!(to.outstanding(), 0);
}

#[tokio::test]
async fn only_one_may_ask() {
    let world = world().await;
    let to = world.telegram();
    let first = telegram(to, "getUpdates", json!({"timeout": 30}));
    let (first, second) = tokio::join!(first, async {
        to.wait_until_connected().await.unwrap();
        telegram(to, "getUpdates", json!({"timeout": 0})).await
    });
    assert_eq!((first.0, second.0), (409, 200));
    let why = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    assert_eq!(first.1["description"], why);
}

#[tokio::test]
async fn in_groups_the_bot_hears_little() {
    let world = world().await;
    let to = world.telegram();
    to.say("bob", "Incidents", None, "good morning").unwrap();
    to.say("bob", "Incidents", None, "/release@other_bot status").unwrap();
    assert_eq!(to.outstanding(), 0);
    let asked = json!({"chat_id": to.chat_id("Incidents"), "text": "Why?", "reply_markup": {"force_reply": true}});
    telegram(to, "sendMessage", asked).await;
    to.reply_to("bob", "Incidents", "Why", "because").unwrap();
    let updates = telegram(to, "getUpdates", json!({})).await.1["result"].clone();
    assert_eq!(updates.as_array().unwrap().len(), 1);
    assert_eq!(updates[0]["message"]["reply_to_message"]["text"], "Why?");
    let expected = "bob: good morning
bob: /release@other_bot status
shipmate: Why?
  (asks for a reply)
bob: ↳ reply to “Why?”
  because";
    assert_eq!(to.transcript("Incidents"), expected);
}

#[tokio::test]
async fn a_press_wants_an_answer() {
    let world = world().await;
    let to = world.telegram();
    let keyboard = json!({"inline_keyboard": [[{"text": "✅ Approve", "callback_data": "ok:1"}]]});
    let body = json!({"chat_id": to.chat_id("Incidents"), "text": "Go?", "reply_markup": keyboard});
    telegram(to, "sendMessage", body).await;
    assert!(to.press("carol", "Incidents", "Reject").is_err());
    let query = to.press("carol", "Incidents", "Approve").unwrap();
    let update = telegram(to, "getUpdates", json!({})).await.1["result"][0].clone();
    let pressed = &update["callback_query"];
    assert_eq!((&pressed["data"], &pressed["message"]["text"]), (&json!("ok:1"), &json!("Go?")));
    telegram(to, "getUpdates", json!({"offset": update["update_id"].as_i64().unwrap() + 1})).await;
    assert_eq!((to.outstanding(), to.toast(&query)), (1, None));
    let answer = json!({"callback_query_id": pressed["id"], "text": "Approved"});
    assert_eq!(telegram(to, "answerCallbackQuery", answer).await.1["result"], true);
    assert_eq!((to.outstanding(), to.answered(&query).await.unwrap().text), (0, "Approved".to_owned()));
    let expected = "shipmate: Go?\n  [✅ Approve]\ncarol presses [✅ Approve] on “Go?” → a toast: “Approved”";
    assert_eq!(to.transcript("Incidents"), expected);
}

/// Accepts every second delivery.
async fn receive(
    State(heard): State<UnboundedSender<(String, Value)>>,
    headers: HeaderMap,
    body: String,
) -> StatusCode {
    let secret = headers["x-telegram-bot-api-secret-token"].to_str().unwrap().to_owned();
    heard.send((secret, serde_json::from_str(&body).unwrap())).unwrap();
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    match COUNT.fetch_add(1, std::sync::atomic::Ordering::SeqCst) % 2 {
        0 => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::OK,
    }
}

#[tokio::test]
async fn a_webhook_is_told_until_it_listens() {
    let world = world().await;
    let to = world.telegram();
    let (heard, mut hears) = unbounded_channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/telegram", listener.local_addr().unwrap());
    let router = Router::new().route("/telegram", post(receive)).with_state(heard);
    tokio::spawn(async move { axum::serve(listener, router).await });

    let form = reqwest::multipart::Form::new()
        .text("url", url.clone())
        .text("secret_token", "s-1")
        .text("allowed_updates", "[\"message\",\"callback_query\"]");
    let request = reqwest::Client::new().post(format!("{}/bot{}/SetWebhook", to.url(), to.token()));
    assert_eq!(crate::client::read(request.multipart(form).send().await.unwrap()).await.1["result"], true);
    assert_eq!(telegram(to, "getUpdates", json!({})).await.0, 409);
    to.say("alice", "Incidents", None, "/status").unwrap();
    let first = hears.recv().await.unwrap();
    let second = hears.recv().await.unwrap();
    assert_eq!((first.0.as_str(), &first.1), ("s-1", &second.1));
    let mut changes = to.changes();
    while to.outstanding() > 0 {
        changes.changed().await.unwrap();
    }
    let info = telegram(to, "getWebhookInfo", json!({})).await.1;
    assert_eq!((&info["result"]["url"], &info["result"]["pending_update_count"]), (&json!(url), &json!(0)));
    assert!(info["result"]["last_error_message"].as_str().unwrap().contains("503"));
    telegram(to, "deleteWebhook", json!({})).await;
    assert_eq!(telegram(to, "getUpdates", json!({})).await.0, 200);
}

#[tokio::test]
async fn a_question_opens_the_field_for_those_only_whom_it_mentions() {
    let world = world().await;
    let to = world.telegram();
    let markup = json!({"force_reply": true, "selective": true, "input_field_placeholder": "Why?"});
    for text in ["@bob_tg Why?", "<a href=\"tg://user?id=1003\">Carol</a> Why?", "Somebody: why?"] {
        let chat = to.chat_id("Incidents");
        let asked = json!({"chat_id": chat, "text": text, "parse_mode": "HTML", "reply_markup": markup});
        telegram(to, "sendMessage", asked).await;
    }
    let told = to.transcript("Incidents");
    for asked in ["(asks bob for a reply)", "(asks carol for a reply)", "(asks nobody for a reply)"] {
        assert!(told.contains(asked), "{told}");
    }
}

#[tokio::test]
async fn a_bot_sets_one_reaction_where_the_group_allows_it() {
    let world = world().await;
    let to = world.telegram();
    let message = to.say("bob", "Incidents", None, "/status").unwrap();
    let react = async |message: i64, signs: &[&str]| {
        let signs: Vec<_> = signs.iter().map(|sign| json!({"type": "emoji", "emoji": sign})).collect();
        let body = json!({"chat_id": to.chat_id("Incidents"), "message_id": message, "reaction": signs});
        telegram(to, "setMessageReaction", body).await.1
    };
    assert_eq!(react(message, &["👌"]).await["result"], true);
    assert_eq!(to.transcript("Incidents"), "bob: /status\n  (shipmate: 👌)");
    for (message, signs, why) in [
        (message, &["✅"][..], "REACTION_INVALID"),
        (message, &["👌", "👍"], "REACTIONS_TOO_MANY"),
        (message + 1, &["👌"], "message to react not found"),
    ] {
        assert_eq!(react(message, signs).await["description"], format!("Bad Request: {why}"));
    }
    to.allow_reactions("Incidents", false).unwrap();
    assert_eq!(react(message, &["👌"]).await["description"], "Bad Request: REACTION_INVALID");
}
