//! Telegram's messages and buttons.

use reqwest::Method;
use sandbox::telegram::{Standing, Telegram};
use serde_json::{Value, json};

use crate::client::{read, telegram, world};

fn releases(to: &Telegram) -> (i64, i64) {
    (to.chat_id("Releases").unwrap(), to.topic_id("Releases", "Releases").unwrap())
}

async fn refused(to: &Telegram, method: &str, body: Value) -> String {
    let (status, answer) = telegram(to, method, body).await;
    assert_eq!((status, &answer["ok"]), (answer["error_code"].as_u64().unwrap() as u16, &json!(false)));
    answer["description"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_card_is_sent_and_edited() {
    let world = world().await;
    let to = world.telegram();
    let (chat, topic) = releases(to);
    let keyboard = json!({"inline_keyboard": [[{"text": "Approve", "callback_data": "a"}, {"text": "Board", "url": "https://b"}]]});
    let text = "<b>api</b> <code>v2.2.0</code> waits for <a href=\"tg://user?id=1002\">Bob</a> and @carol_tg";
    let body = json!({"chat_id": chat, "message_thread_id": topic, "text": text, "parse_mode": "HTML", "reply_markup": keyboard});
    let (status, answer) = telegram(to, "SendMessage", body).await;
    assert_eq!(status, 200, "{answer}");
    let message = &answer["result"];
    assert_eq!(message["text"], "api v2.2.0 waits for Bob and @carol_tg");
    assert_eq!(message["entities"][2]["user"]["first_name"], "Bob");
    assert_eq!((&message["is_topic_message"], &message["message_thread_id"]), (&json!(true), &json!(topic)));
    let reply = json!({"chat_id": chat, "text": "cut", "reply_parameters": {"message_id": message["message_id"]}});
    telegram(to, "sendMessage", reply).await;
    let expected = "— topic Releases —
shipmate: **api** `v2.2.0` waits for @bob and @carol
  [Approve] [Board ↗]
  pings: @bob @carol
shipmate: ↳ reply to “**api** `v2.2.0` waits for @bob and…”
  cut";
    assert_eq!(to.transcript("Releases"), expected);

    let mut edit = json!({"chat_id": chat, "message_id": message["message_id"], "text": text, "parse_mode": "HTML",
        "reply_markup": keyboard});
    let same = refused(to, "editMessageText", edit.clone()).await;
    assert!(same.starts_with("Bad Request: message is not modified"));
    edit["text"] = json!("done, <a href=\"tg://user?id=1002\">Bob</a>");
    edit["reply_markup"].take();
    assert_eq!(telegram(to, "editMessageText", edit).await.0, 200);
    assert!(to.transcript("Releases").starts_with("— topic Releases —\nshipmate: done, @bob\n  pings: @bob @carol"));
    assert_eq!(to.pings().len(), 2, "edits never ping");
    assert!(world.wire().all_misunderstood().is_empty());
}

#[tokio::test]
async fn refuses_what_telegram_refuses() {
    let world = world().await;
    let to = world.telegram();
    let (chat, _) = releases(to);
    let send = |text: &str| json!({"chat_id": chat, "text": text, "parse_mode": "HTML"});
    let cases = [
        ("sendMessage", send("<b>x"), "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ("sendMessage", send("<b> </b>"), "message text is empty"),
        ("sendMessage", send(&"x".repeat(4097)), "message is too long"),
        ("sendMessage", json!({"chat_id": 5, "text": "x"}), "chat not found"),
        ("sendMessage", json!({"chat_id": chat, "text": "x", "message_thread_id": 99}), "message thread not found"),
        (
            "sendMessage",
            json!({"chat_id": chat, "text": "x", "reply_parameters": {"message_id": 99}}),
            "message to be replied not found",
        ),
        (
            "sendMessage",
            json!({"chat_id": chat, "text": "x", "reply_markup": {"inline_keyboard": [[
                {"text": "a", "callback_data": "x".repeat(65)}]]}}),
            "BUTTON_DATA_INVALID",
        ),
        ("editMessageText", json!({"chat_id": chat, "message_id": 99, "text": "x"}), "message to edit not found"),
        (
            "answerCallbackQuery",
            json!({"callback_query_id": "1"}),
            "query is too old and response timeout expired or query ID is invalid",
        ),
        ("setMyCommands", json!({"commands": [{"command": "Release", "description": "d"}]}), "BOT_COMMAND_INVALID"),
    ];
    for (method, body, why) in cases {
        assert_eq!(refused(to, method, body).await, format!("Bad Request: {why}"));
    }
    let stranger = json!({"chat_id": 1001, "text": "x"});
    assert_eq!(
        refused(to, "sendMessage", stranger.clone()).await,
        "Forbidden: bot can't initiate conversation with a user"
    );
    to.say("alice", "alice", None, "/start").unwrap();
    assert_eq!(telegram(to, "sendMessage", stranger).await.0, 200);
    to.set_standing("Releases", Standing::Kicked).unwrap();
    assert_eq!(refused(to, "sendMessage", send("x")).await, "Forbidden: bot was kicked from the supergroup chat");
    let url = format!("{}/bot1:x/getMe", to.url());
    let wrong = read(reqwest::Client::new().request(Method::POST, url).send().await.unwrap()).await;
    assert_eq!(wrong, (401, json!({"ok": false, "error_code": 401, "description": "Unauthorized"})));
    assert!(world.wire().all_misunderstood().is_empty());
    telegram(to, "sendMessage", json!({"chat_id": 1001, "text": "x", "colour": 1})).await;
    telegram(to, "sendDice", json!({})).await;
    let odd = ["Telegram: sendMessage with the parameter colour", "Telegram: the method sendDice"];
    assert_eq!(world.wire().all_misunderstood(), odd);
}

#[tokio::test]
async fn forms_and_files() {
    let world = world().await;
    let to = world.telegram();
    let url = |method: &str| format!("{}/bot{}/{method}", to.url(), to.token());
    let client = reqwest::Client::new();
    let chat = to.chat_id("Incidents").unwrap().to_string();
    let file = reqwest::multipart::Part::bytes(vec![1; 10]).file_name("notes.md");
    let form = reqwest::multipart::Form::new()
        .text("chat_id", chat.clone())
        .text("document", "attach://f1")
        .text("caption", "<b>notes</b>")
        .text("parse_mode", "HTML")
        .part("f1", file);
    let sent = read(client.post(url("SendDocument")).multipart(form).send().await.unwrap()).await;
    assert_eq!(sent.1["result"]["document"]["file_size"], 10, "{sent:?}");
    let body = format!("chat_id={chat}&text=a+%3Cb%3E%26amp%3B%3C%2Fb%3E&parse_mode=HTML");
    let request = client.post(url("sendMessage")).header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(read(request.body(body).send().await.unwrap()).await.0, 200);
    assert_eq!(to.transcript("Incidents"), "shipmate: 📎 notes.md\n  **notes**\nshipmate: a **&**");
}

#[tokio::test]
async fn topics_and_pins_want_an_administrator() {
    let world = world().await;
    let to = world.telegram();
    let (chat, _) = releases(to);
    let topic = json!({"chat_id": chat, "name": "api v2"});
    assert_eq!(
        refused(to, "createForumTopic", topic.clone()).await,
        "Bad Request: not enough rights to create a topic"
    );
    to.set_standing("Releases", Standing::Administrator).unwrap();
    let id = telegram(to, "createForumTopic", topic).await.1["result"]["message_thread_id"].clone();
    let card = json!({"chat_id": chat, "text": "card", "message_thread_id": id, "disable_notification": true});
    let sent = telegram(to, "sendMessage", card).await.1["result"].clone();
    telegram(to, "pinChatMessage", json!({"chat_id": chat, "message_id": sent["message_id"]})).await;
    assert_eq!(to.transcript("Releases"), "— topic api v2 —\nshipmate (pinned): card\nshipmate: pinned a message");
    let updates = telegram(to, "getUpdates", json!({})).await.1["result"].clone();
    assert_eq!(
        updates[0]["message"]["pinned_message"]["message_id"], sent["message_id"],
        "the bot hears of its own pin"
    );
    let admins = telegram(to, "getChatAdministrators", json!({"chat_id": chat})).await.1;
    let names: Vec<&Value> = admins["result"].as_array().unwrap().iter().map(|a| &a["user"]["first_name"]).collect();
    assert_eq!(names, ["Alice", "shipmate"]);
}

#[tokio::test]
async fn whoever_makes_a_group_administrates_it() {
    let world = world().await;
    let to = world.telegram();
    let chat = to.make_group("dave", "Mine").unwrap();
    let updates = telegram(to, "getUpdates", json!({})).await.1["result"].clone();
    let made = &updates[0]["message"];
    assert_eq!((&made["group_chat_created"], &made["chat"]["id"]), (&json!(true), &json!(chat)));
    let status = async |user: u64| {
        let member = telegram(to, "getChatMember", json!({"chat_id": chat, "user_id": user})).await.1;
        member["result"]["status"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!([status(1004).await, status(1001).await], ["creator", "member"]);
    let admins = telegram(to, "getChatAdministrators", json!({"chat_id": chat})).await.1;
    assert_eq!(admins["result"].as_array().map(Vec::len), Some(1));
}
