//! Whose word counts where: in the places that `bot.toml` names, and nowhere else.

use std::time::Duration;

use sandbox::{
    telegram::QueryId,
    wire::{Fault, Mishap, Service},
};
use serde_json::json;

use crate::story::Story;

/// A story in which the administrators of a Telegram chat have QA's role.
async fn administrators_are_qa() -> Story {
    Story::begin_configured(|bot_toml| format!("{bot_toml}[roles.qa]\ntelegram_admins = true\n")).await
}

/// The configuration without one person.
fn without(name: &str, bot_toml: &str) -> String {
    let people = bot_toml.split("[[people]]").filter(|part| !part.contains(&format!("name = {name:?}")));
    people.collect::<Vec<_>>().join("[[people]]")
}

/// The configuration without the line that names the server.
fn without_guild(bot_toml: &str) -> String {
    bot_toml.lines().filter(|line| !line.starts_with("guild =")).map(|line| format!("{line}\n")).collect()
}

/// Something befalls the next question whether somebody administrates a chat.
fn get_chat_member(mishap: Mishap) -> Fault {
    Fault { service: Service::Telegram, method: String::new(), path: "GetChatMember".to_owned(), mishap }
}

impl Story {
    /// Says something in any Telegram chat and waits until nothing more happens.
    async fn telegram_in(&self, chat: &str, person: &str, text: &str) {
        self.world.telegram().say(person, chat, None, text).unwrap();
        self.settle().await;
    }

    /// Says a command in any Discord channel and waits until nothing more happens.
    async fn discord_in(&self, channel: &str, person: &str, command: &str, options: &[(&str, &str)]) {
        self.world.discord().command(person, channel, command, options).unwrap();
        self.settle().await;
    }

    /// What the bot suggests to somebody in any channel.
    async fn suggested_in(&self, channel: &str, person: &str) -> usize {
        let discord = self.world.discord();
        discord.autocomplete(person, channel, "release next", &[], ("project", "")).await.unwrap().len()
    }

    /// Nothing was decided, and the release waits as it did.
    async fn still_waits(&self) {
        self.telegram("alice", "/why").await;
        let told = self.shown("Releases");
        let last = told.rfind("Why ").map(|at| &told[at..]).unwrap_or(&told);
        assert!(last.contains("QA"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_administrator_of_a_group_of_ones_own_approves_nothing() {
    let mut story = administrators_are_qa().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.world.telegram().make_group("dave", "Mine").unwrap();
    story.settle().await;
    story.telegram_in("Mine", "dave", "/approve qa").await;
    story.telegram_in("Mine", "dave", "/release next").await;
    story.telegram_in("Mine", "dave", "/whoami").await;
    story.telegram_in("Mine", "bob", "/approve qa").await;
    story.bot.stop().await;
    story.start_bot().await;
    story.telegram_in("Mine", "dave", "/release list").await;
    story.until("2026-03-03 09:00").await;
    story.telegram_in("Mine", "dave", "/release list").await;
    insta::assert_snapshot!(story.short("Mine"));
    assert!(!story.told().contains("✓ QA sign-off: dave"), "{}", story.told());
    let asked = |sent: &sandbox::wire::Recorded| sent.path.ends_with("GetChatMember");
    assert!(!story.world.wire().recorded().iter().any(asked), "nobody's rights there matter");
    story.still_waits().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_administrator_of_a_named_group_has_the_role() {
    let story = administrators_are_qa().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram("dave", "/approve qa").await;
    story.telegram("alice", "/whoami").await;
    story.telegram("alice", "/approve qa").await;
    story.telegram_press("alice", "Yes, approve").await;
    story.telegram_in("alice", "alice", "/whoami").await;
    insta::assert_snapshot!(format!("{}\n\n{}", story.short("Releases"), story.short("alice")));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_in_a_place_that_is_named_no_more_says_one_sentence() {
    let story = administrators_are_qa().await;
    let chat = story.world.telegram().make_group("dave", "Old").unwrap();
    story.settle().await;
    let send = async |text: &str, markup: serde_json::Value| {
        let (url, token) = (story.world.telegram().url(), story.world.telegram().token());
        let body = json!({"chat_id": chat, "text": text, "reply_markup": markup});
        let sent = reqwest::Client::new().post(format!("{url}/bot{token}/sendMessage")).json(&body).send().await;
        assert!(sent.unwrap().status().is_success());
    };
    let buttons = json!({"inline_keyboard": [[{"text": "Approve", "callback_data": "approve|gate=qa"}]]});
    send("An old card", buttons).await;
    send("Why may nothing change now?", json!({"force_reply": true})).await;
    let telegram = story.world.telegram();
    let pressed = async |person: &str| -> QueryId {
        let query = telegram.press(person, "Old", "Approve").unwrap();
        story.settle().await;
        query
    };
    let toasts = [pressed("dave").await, pressed("dave").await].map(|query| telegram.toast(&query).unwrap().text);
    assert_eq!(toasts[0], toasts[1], "whoever presses is always answered, for nobody else sees it");
    telegram.reply_to("alice", "Old", "Why may nothing", "/freeze start the quarter ends").unwrap();
    story.settle().await;
    insta::assert_snapshot!(story.short("Old"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_discord_server_is_told_about_no_project() {
    let story = Story::begin().await;
    let discord = story.world.discord();
    discord.leave_commands_everywhere();
    story.discord("alice", "release prepare", &[]).await;
    for person in ["alice", "dave"] {
        story.discord_in("lobby", person, "release next", &[]).await;
        story.discord_in("lobby", person, "release cancel", &[("reason", "why not")]).await;
        assert_eq!(story.suggested_in("lobby", person).await, 0);
    }
    story.discord_in("lobby", "dave", "whoami", &[]).await;
    // No form either: it would be about a release.
    story.discord_in("lobby", "alice", "release skip", &[("reason", "why not")]).await;
    insta::assert_snapshot!(story.short("#lobby"));
    // In the team's own server every channel is home.
    assert_eq!(story.suggested_in("general", "dave").await, 1);
    story.discord_in("general", "dave", "release next", &[]).await;
    assert!(story.shown("#general").contains("api"), "{}", story.shown("#general"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_in_another_discord_server_says_one_sentence() {
    let story = Story::begin().await;
    let discord = story.world.discord();
    let lobby = discord.channel_id("lobby").unwrap();
    let button = |label: &str, id: &str| json!({"type": 2, "style": 1, "label": label, "custom_id": id});
    let buttons = [button("Approve", "approve|gate=qa"), button("Reject", "?reason:reject|gate=qa")];
    let body = json!({"content": "An old card", "components": [{"type": 1, "components": buttons}]});
    let url = format!("{}/api/v10/channels/{lobby}/messages", discord.url());
    let sent = reqwest::Client::new().post(url).header("authorization", format!("Bot {}", discord.token()));
    assert!(sent.json(&body).send().await.unwrap().status().is_success());
    for label in ["Approve", "Reject"] {
        discord.press("bob", "lobby", label).unwrap();
        story.settle().await;
    }
    insta::assert_snapshot!(story.short("#lobby"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_private_the_bot_talks_to_those_whom_the_configuration_names() {
    let story = Story::begin_configured(|bot_toml| without("carol", bot_toml)).await;
    story.world.discord().leave_commands_everywhere();
    story.discord_in("carol", "carol", "release next", &[]).await;
    story.discord_in("carol", "carol", "whoami", &[]).await;
    assert_eq!(story.suggested_in("carol", "carol").await, 0);
    story.telegram_in("carol", "carol", "hello").await;
    story.telegram_in("carol", "carol", "/release next").await;
    story.telegram_in("carol", "carol", "/whoami").await;
    // Whom it names has there the roles that it gives, and no others.
    story.discord_in("alice", "alice", "release prepare", &[]).await;
    assert_eq!(story.suggested_in("alice", "alice").await, 1);
    story.discord_in("dave", "dave", "release cancel", &[("reason", "I do not like it")]).await;
    story.telegram_in("dave", "dave", "/release status").await;
    story.telegram_in("alice", "alice", "/release cancel just trying").await;
    let chats = ["#carol", "carol", "#alice", "alice", "#dave", "dave"];
    insta::assert_snapshot!(chats.map(|chat| story.short(chat)).join("\n\n"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_only_the_named_channels_are_home() {
    let story = Story::begin_configured(without_guild).await;
    story.discord("alice", "release prepare", &[]).await;
    assert_eq!(story.suggested_in("releases", "dave").await, 1);
    // The release's thread belongs to its channel.
    story.pass(9).await;
    story.discord_in("api v2.2.0", "dave", "release status", &[]).await;
    story.discord_in("general", "dave", "release status", &[]).await;
    story.discord_in("general", "dave", "whoami", &[]).await;
    story.discord_in("dave", "dave", "release list", &[]).await;
    let thread = story.shown("#api v2.2.0");
    assert!(thread.contains("only dave sees") && !thread.contains("/whoami"), "{thread}");
    insta::assert_snapshot!(format!("{}\n\n{}", story.short("#general"), story.short("#dave")));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_roles_count_in_the_named_server_alone() {
    // Bob is QA by his Discord role only.
    let by_role = |bot_toml: &str| {
        let bot_toml = bot_toml.replace(r#"roles = ["qa"]"#, "roles = []");
        format!("{bot_toml}[roles.qa]\ndiscord_roles = [300000000000000002]\n")
    };
    let story = Story::begin_configured(by_role).await;
    story.telegram("alice", "/release prepare").await;
    story.pass(9).await;
    story.discord_approves("bob").await;
    assert!(story.shown("Releases").contains("✓ QA sign-off: bob"), "{}", story.told());
    story.end().await;

    // The configuration names another server than the one where its channels are.
    let story = Story::begin_configured(|bot_toml| {
        by_role(bot_toml).replace("guild = 200000000000000001", "guild = 200000000000000002")
    })
    .await;
    story.telegram("alice", "/release prepare").await;
    story.pass(9).await;
    story.discord_press("bob", "Approve").await;
    let told = story.shown("#releases");
    assert!(told.contains("needs the role qa, which you do not hold"), "{told}");
    assert!(story.world.discord().command("bob", "releases", "whoami", &[]).is_err(), "the commands are elsewhere");
    story.discord_in("lobby", "bob", "whoami", &[]).await;
    assert!(story.shown("#lobby").contains("You are bob"), "that server is home now: {}", story.shown("#lobby"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_ones_rights_holds_up_nobody_else() {
    let story = administrators_are_qa().await;
    let (telegram, wire) = (story.world.telegram(), story.world.wire());
    wire.fail_next(get_chat_member(Mishap::Slow));
    let say = |person, text| telegram.say(person, "Releases", Some("Releases"), text).unwrap();
    say("dave", "/release prepare");
    tokio::time::timeout(Duration::from_secs(30), wire.holds()).await.unwrap();
    say("bob", "/release list");
    say("carol", "/whoami");
    let answered = async {
        let shown = || story.shown("Releases");
        while !(shown().contains("reply to “/release list”") && shown().contains("reply to “/whoami”")) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), answered).await.expect("nobody is answered");
    assert!(!story.shown("Releases").contains("reply to “/release prepare”"), "{}", story.shown("Releases"));
    wire.let_go();
    story.settle().await;
    assert!(story.shown("Releases").contains("reply to “/release prepare”"), "{}", story.shown("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_that_telegram_does_not_tell_are_not_made_up() {
    let story = administrators_are_qa().await;
    for _ in 0..3 {
        story.world.wire().fail_next(get_chat_member(Mishap::Answer(502, vec![], json!("Bad Gateway"))));
    }
    story.telegram("dave", "/release prepare").await;
    // What anybody may read needs no rights.
    story.telegram("dave", "/release list").await;
    let hidden = json!({"ok": false, "error_code": 400, "description": "Bad Request: member list is inaccessible"});
    story.world.wire().fail_next(get_chat_member(Mishap::Answer(400, vec![], hidden)));
    story.telegram("dave", "/release prepare").await;
    let gone = json!({"ok": false, "error_code": 400, "description": "Bad Request: PARTICIPANT_ID_INVALID"});
    story.world.wire().fail_next(get_chat_member(Mishap::Answer(400, vec![], gone)));
    story.telegram("dave", "/release prepare").await;
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}
