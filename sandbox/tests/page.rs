//! The page over a world without a bot: what it shows, and that its buttons reach the chats.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::expect_used)]

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::Query;
use chrono::{DateTime, Utc};
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
        Self::open_on(WorldSettings::default()).await
    }

    async fn open_on(settings: WorldSettings) -> Self {
        let world = Arc::new(World::start(settings).await.unwrap());
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

#[tokio::test]
async fn the_week_shows_when_merges_were_closed_and_what_was_deployed() {
    let browser = Browser::open_on(WorldSettings::weekly_train()).await;
    let (world, github) = (&browser.world, browser.world.github());
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let number = github.open_pull_request("dave-gh", "feature/dark-mode", "dev", "feat: dark").await.unwrap();
    assert_eq!(browser.fragment("alice", "banner").await, "");
    world.pass_to(at("2026-03-05T22:00:00Z")).await;
    let sha = github.pull_requests().pop().unwrap().head_sha;
    let why = "closed until Monday 11:00";
    github.set_status("shipmate-bot", &sha, "shipmate/freeze", "failure", why).await.unwrap();
    let banner = browser.fragment("alice", "banner").await;
    assert!(banner.contains("1 of 1 open pull request may not merge") && banner.contains(why), "{banner}");
    let pulls = browser.fragment("alice", "pulls").await;
    assert!(pulls.contains("✗ shipmate/freeze") && pulls.contains("✓ ci"), "{pulls}");
    github.dispatch("erin-gh", "deploy-production.yml", "v1.3.0", BTreeMap::new()).await.unwrap();
    world.pass_to(at("2026-03-06T12:00:00Z")).await;
    let week = browser.fragment("alice", "week").await;
    assert!(week.contains("<h3>Fri <span>6 Mar</span><em>❄ frozen</em></h3>"), "{week}");
    github.set_status("shipmate-bot", &sha, "shipmate/freeze", "success", "open").await.unwrap();
    let week = browser.fragment("alice", "week").await;
    for part in [
        "<h3>Mon <span>2 Mar</span></h3>",
        "<h3>Thu <span>5 Mar</span><em>❄ frozen</em></h3>",
        // From 17:00 until 07:00 in Toronto.
        "style=\"left:70.8%;width:29.2",
        "style=\"left:0%;width:29.2%\"",
        "<time>17:00</time> production <b>v1.3.0</b>",
        "class=\"day today closed\"",
        "<h3>Fri <span>6 Mar</span><em class=\"planned\">❄ until 07:00</em></h3>",
    ] {
        assert!(week.contains(part), "{part} is missing in {week}");
    }
    assert_eq!(browser.fragment("alice", "banner").await, "");
    let merged = browser.send("alice", "/code/merge", &[("number", &number.to_string())]).await;
    assert_eq!(merged, json!({}));
}

#[tokio::test]
async fn a_merge_queue_is_shown_and_used() {
    let browser = Browser::open_on(WorldSettings::weekly_train()).await;
    let github = browser.world.github();
    assert_eq!(browser.fragment("dave", "queue").await, "");
    github.require_queue("alice-gh", "dev", &["ci"]).await.unwrap();
    assert_eq!(browser.send("dave", "/code/push", &[("what", "pull")]).await, json!({}));
    let number = github.pull_requests().pop().unwrap().number.to_string();
    browser.world.pass_to(browser.world.clock().now() + chrono::Duration::minutes(4)).await;
    assert!(browser.fragment("dave", "pulls").await.contains("data-post=\"/code/enqueue\""));
    assert_eq!(browser.send("dave", "/code/enqueue", &[("number", &number)]).await, json!({}));
    let shown = browser.fragment("dave", "queue").await;
    assert!(shown.contains("1 waiting") && shown.contains("● ci"), "{shown}");
    assert_eq!(browser.send("dave", "/code/dequeue", &[("number", &number)]).await, json!({}));
    assert!(browser.fragment("dave", "queue").await.contains("Nothing waits."));
    let refused = browser.send("dave", "/code/merge", &[("number", &number)]).await;
    assert!(refused["problem"].as_str().unwrap().contains("through the merge queue"), "{refused}");
}

#[tokio::test]
async fn the_clock_goes_to_monday_morning_by_quarters() {
    let browser = Browser::open_on(WorldSettings::weekly_train()).await;
    let clock = browser.world.clock();
    browser.send("alice", "/clock", &[("rate", "3600")]).await;
    assert_eq!(clock.reading().rate, 3600.0);
    browser.send("alice", "/clock", &[("rate", "0")]).await;
    browser.send("alice", "/clock", &[("to", "monday")]).await;
    assert!(browser.fragment("alice", "clock").await.contains("to Mon 9 Mar, 09:45"));
    let monday = "2026-03-09T13:45:00Z".parse::<DateTime<Utc>>().unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(60), clock.reach(monday)).await.unwrap();
    assert_eq!(clock.now(), monday);
    assert!(browser.fragment("alice", "time").await.contains("<b>09:45:00</b>"));
    browser.send("alice", "/clock", &[("to", "day")]).await;
    browser.send("alice", "/clock", &[("stop", "yes")]).await;
    let stopped = clock.now();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(stopped < monday + chrono::Duration::days(1) && clock.now() == stopped);
    assert!(browser.fragment("alice", "clock").await.contains("+1 day"));
}

#[tokio::test]
async fn the_week_shows_the_dates_that_the_bot_offers() {
    let token = Some("a-token-of-the-calendar".to_owned());
    let browser = Browser::open_on(WorldSettings { calendar_token: token, ..WorldSettings::weekly_train() }).await;
    assert!(browser.world.bot_toml(std::path::Path::new("store")).contains("[calendar]\ntoken = \"a-token"));
    let answer = |Query(asked): Query<BTreeMap<String, String>>| async move {
        assert_eq!((asked["project"].as_str(), asked["token"].as_str()), ("api", "a-token-of-the-calendar"));
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260305T220000Z\r\nDTEND:20260306T170000Z\r\nSUMMARY:api: frozen\r\n\
        END:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:20260306T200000Z\r\nSUMMARY:api: QA sign-off\r\nEND:VEVENT\r\n"
    };
    let listener = tokio::net::TcpListener::bind(browser.world.bot_address()).await.unwrap();
    let router = axum::Router::new().route("/calendar.ics", axum::routing::get(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let shown = async {
        loop {
            let week = browser.fragment("alice", "week").await;
            if week.contains("sign-off") {
                return week;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let week = tokio::time::timeout(std::time::Duration::from_secs(30), shown).await.unwrap();
    for part in [
        "<h3>Thu <span>5 Mar</span><em class=\"planned\">❄ to come</em></h3>",
        "class=\"ice planned\" style=\"left:70.8%;width:29.2%\"",
        "class=\"ice planned\" style=\"left:0%;width:50.0%\"",
        "title=\"api: QA sign-off\"><time>15:00</time> QA sign-off</p>",
    ] {
        assert!(week.contains(part), "{part} is missing in {week}");
    }
}

#[tokio::test]
async fn environments_show_what_differs_and_what_is_held() {
    let browser = Browser::open_on(WorldSettings::trunk()).await;
    let cards = browser.fragment("bob", "environments").await;
    let order: Vec<usize> = ["dev", "QA", "UAT", "prod"].iter().map(|name| at(&cards, name)).collect();
    assert!(order.is_sorted() && !cards.contains("differ"), "{cards}");
    let github = browser.world.github();
    assert!(cards.contains(&github.artifact_digest(&github.tags()[1].commit)[..15]), "{cards}");
    github.move_tag("alice-gh", "v1.9.0", "main").await.unwrap();
    browser.send("bob", "/code/configure", &[("environment", "uat")]).await;
    let wish = |place: &str| json!({"ref": "v1.9.0", "environment": place, "required_contexts": [], "payload": {"version": "1.9.0"}});
    let deploy = async |place: &str| {
        github.ask_as("erin-gh", reqwest::Method::POST, "/deployments", wish(place)).await.unwrap();
        github.settled().await;
        browser.world.clock().advance(chrono::TimeDelta::minutes(8));
        github.settled().await;
    };
    deploy("uat").await;
    browser.send("bob", "/code/fail", &[("workflow", "prod")]).await;
    deploy("prod").await;
    let discord = browser.world.discord();
    let url = format!("{}/api/v10/channels/{}/messages", discord.url(), discord.channel_id("releases").unwrap());
    let button = json!({"type": 2, "style": 2, "label": "Resume prod…", "custom_id": "resume"});
    let card = json!({"content": "Held", "components": [{"type": 1, "components": [button]}]});
    let token = format!("Bot {}", discord.token());
    browser.client.post(url).header("authorization", token).json(&card).send().await.unwrap();
    let cards = browser.fragment("bob", "environments").await;
    for part in
        ["uat and prod differ", "version 1.9.0 against 1.8.0, configuration sha256:", "⏸ held", "last deploy failed"]
    {
        assert!(cards.contains(part), "{part}: {cards}");
    }
    let flags = browser.fragment("bob", "flags").await;
    assert!(flags.contains("returns") && flags.contains("production off"), "{flags}");
    browser.send("bob", "/code/flag", &[("flag", "returns"), ("environment", "production")]).await;
    assert_eq!(browser.world.unleash().unwrap().is_on("returns", "production"), Some(true));
    let mishaps = browser.fragment("bob", "mishaps").await;
    for part in ["The next qa deploy fails", "Another artifact comes to prod", "Somebody configures prod anew"] {
        assert!(mishaps.contains(part), "{part}: {mishaps}");
    }
}

#[tokio::test]
async fn a_canary_is_shown_with_its_share_and_with_what_has_the_rest() {
    let browser = Browser::open_on(WorldSettings::git_flow()).await;
    let (world, github) = (&browser.world, browser.world.github());
    let gives = async |version: &str, share: &str| {
        let inputs = [("version", version), ("tag", "v2.1.1"), ("share", share)];
        let inputs = inputs.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        github.dispatch("erin-gh", "production.yml", "v2.1.1", inputs).await.unwrap();
        world.pass_to(world.clock().now() + chrono::Duration::minutes(15)).await;
        browser.fragment("erin", "environments").await
    };
    for share in ["5", "25"] {
        let cards = gives("2.2.0", share).await;
        let shown =
            ["<b>2.2.0</b><span class=\"share\"".to_owned(), format!("at {share} %"), "the rest: <b>2.1.1</b>".into()];
        assert!(shown.iter().all(|part| cards.contains(part)), "{cards}");
    }
    let cards = gives("2.2.0", "100").await;
    assert!(cards.contains("<b>2.2.0</b>") && !cards.contains('%') && !cards.contains("the rest"), "{cards}");
}

/// Where a part begins.
fn at(text: &str, part: &str) -> usize {
    text.find(&format!("<h3>{part}")).unwrap_or_else(|| panic!("{part} is missing in {text}"))
}
