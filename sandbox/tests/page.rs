//! The page over a world without a bot: what it shows, and that its buttons reach the chats.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;

use reqwest::{Client, StatusCode};
use sandbox::{
    page,
    world::{World, WorldSettings},
};
use serde_json::{Value, json};

struct Browser {
    world: Arc<World>,
    client: Client,
    base: String,
}

impl Browser {
    async fn open() -> Self {
        let world = Arc::new(World::start(WorldSettings::default()).await.unwrap());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = page::router(Arc::clone(&world));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { world, client: Client::new(), base }
    }

    async fn get(&self, path: &str) -> String {
        let answer = self.client.get(format!("{}{path}", self.base)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.unwrap()
    }

    /// Sends a form as a person.
    async fn send(&self, me: &str, path: &str, fields: &[(&str, &str)]) -> Value {
        let mut form = vec![("me", me), ("discord", "releases"), ("telegram", "Releases")];
        form.extend(fields);
        let request = self.client.post(format!("{}{path}", self.base)).header("x-sandbox-page", "1").form(&form);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// One part of the page as a person sees it.
    async fn fragment(&self, me: &str, id: &str) -> String {
        let changes: Value = serde_json::from_str(&self.get(&format!("/fragments?me={me}")).await).unwrap();
        changes["fragments"][id][1].as_str().unwrap().to_owned()
    }

    /// A call of Telegram's Bot API, as a bot makes it.
    async fn bot(&self, method: &str, body: Value) -> Value {
        let telegram = self.world.telegram();
        let url = format!("{}/bot{}/{method}", telegram.url(), telegram.token());
        let answer: Value = self.client.post(url).json(&body).send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["ok"], true, "{answer}");
        answer["result"].clone()
    }
}

#[tokio::test]
async fn shows_both_chats_and_escapes_what_people_write() {
    let browser = Browser::open().await;
    browser.world.discord().say("dave", "releases", "<b>hi</b> **there**").unwrap();
    let page = browser.get("/").await;
    for part in ["#releases", "Releases", "@shipmate_bot", "git clone", "v2.1.1", "1054a8e", "staging"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(page.contains("&lt;b&gt;hi&lt;/b&gt; <strong>there</strong>"));
}

#[tokio::test]
async fn sends_only_what_has_changed() {
    let browser = Browser::open().await;
    let all: Value = serde_json::from_str(&browser.get("/fragments").await).unwrap();
    let parts = all["fragments"].as_object().unwrap();
    let have: Vec<String> = parts.iter().map(|(id, part)| format!("{id}:{}", part[0].as_str().unwrap())).collect();
    browser.send("bob", "/telegram/say", &[("text", "good morning")]).await;
    let changes = browser.get(&format!("/fragments?have={}", have.join(","))).await;
    let changes: Value = serde_json::from_str(&changes).unwrap();
    assert_eq!(changes["fragments"].as_object().unwrap().keys().collect::<Vec<_>>(), ["telegram-log"]);
}

#[tokio::test]
async fn a_press_reaches_the_bot_and_its_toast_comes_back() {
    let browser = Browser::open().await;
    let chat = browser.world.telegram().chat_id("Releases").unwrap();
    let topic = browser.world.telegram().topic_id("Releases", "Releases");
    let keyboard = json!({"inline_keyboard": [[{"text": "Approve", "callback_data": "yes"}]]});
    let card = json!({"chat_id": chat, "message_thread_id": topic, "text": "Card", "reply_markup": keyboard});
    let message = browser.bot("sendMessage", card).await["message_id"].to_string();
    assert!(browser.fragment("bob", "telegram-log").await.contains("data-press=\"yes\""));
    let press = [("message", message.as_str()), ("press", "yes")];
    let (told, ()) = tokio::join!(browser.send("bob", "/telegram/press", &press), async {
        let updates = browser.bot("getUpdates", json!({"timeout": 5})).await;
        let query = &updates[0]["callback_query"];
        assert_eq!(query["from"]["first_name"], "Bob");
        let answer = json!({"callback_query_id": query["id"], "text": "Approved", "show_alert": true});
        browser.bot("answerCallbackQuery", answer).await;
    });
    assert_eq!(told, json!({"toast": "Approved", "alert": true}));
}

#[tokio::test]
async fn a_press_that_nobody_hears_fails_as_on_discord() {
    let browser = Browser::open().await;
    let discord = browser.world.discord();
    let url = format!("{}/api/v10/channels/{}/messages", discord.url(), discord.channel_id("releases").unwrap());
    let button = json!({"type": 2, "style": 3, "label": "Go", "custom_id": "go"});
    let card = json!({"content": "Card", "components": [{"type": 1, "components": [button]}]});
    let token = format!("Bot {}", discord.token());
    let posted = browser.client.post(url).header("authorization", token).json(&card).send().await.unwrap();
    let id = posted.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    let told = browser.send("bob", "/discord/press", &[("message", &id), ("press", "go")]).await;
    assert_eq!(told["problem"], "This interaction failed");
    assert!(browser.fragment("bob", "discord-log").await.contains("This interaction failed"));
    assert!(!browser.fragment("alice", "discord-log").await.contains("This interaction failed"));
}

#[tokio::test]
async fn people_change_the_world_from_the_page_and_other_pages_do_not() {
    let browser = Browser::open().await;
    assert_eq!(browser.send("dave", "/code/push", &[("what", "feature")]).await, json!({}));
    assert!(browser.fragment("dave", "refs").await.contains("feat(search)"));
    browser.send("dave", "/code/fail", &[("workflow", "production.yml")]).await;
    assert_eq!(browser.world.github().told_outcomes("production.yml").len(), 1);
    let before = browser.world.clock().now();
    browser.send("alice", "/clock", &[("minutes", "60")]).await;
    assert_eq!((browser.world.clock().now() - before).num_minutes(), 60);
    let foreign =
        browser.client.post(format!("{}/clock", browser.base)).form(&[("minutes", "60")]).send().await.unwrap();
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
}
