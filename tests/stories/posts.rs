//! How many posts a release makes on its way when nothing goes wrong: where they stand, and who is pinged. Everybody decides on
//! Discord, so that whatever comes on Telegram comes unasked.

use std::fmt::Write;

use sandbox::{cast::TRAIN, wire::Service, world::WorldSettings};
use serde_json::Value;

use crate::story::Story;

/// Something that the bot said unasked: where, its first line, and who was pinged.
struct Told {
    place: String,
    title: String,
    pinged: Vec<&'static str>,
}

/// Those who are mentioned in a text.
fn mentioned(text: &str) -> Vec<&'static str> {
    let is_named = |person: &&sandbox::cast::Person| {
        text.contains(&format!("<@{}>", person.discord))
            || text.contains(&format!("tg://user?id={}\"", person.telegram))
    };
    TRAIN.iter().filter(is_named).map(|person| person.name).collect()
}

fn on_discord(story: &Story) -> Vec<Told> {
    let discord = story.world.discord();
    let named = |channel: &str| {
        let named = ["releases", "incidents"]
            .into_iter()
            .find(|name| discord.channel_id(name).is_some_and(|id| id.to_string() == channel));
        named.unwrap_or("thread").to_owned()
    };
    let sent = story.world.wire().recorded().into_iter().filter(|request| {
        request.service == Service::Discord && request.method == "POST" && request.path.ends_with("/messages")
    });
    sent.map(|request| {
        let channel = request.path.trim_end_matches("/messages").rsplit('/').next().unwrap_or_default().to_owned();
        let title = request.body["embeds"][0]["title"].as_str().unwrap_or_default().to_owned();
        let pinged = mentioned(request.body["content"].as_str().unwrap_or_default());
        Told { place: named(&channel), title, pinged }
    })
    .collect()
}

fn on_telegram(story: &Story) -> Vec<Told> {
    let telegram = story.world.telegram();
    let sent = story.world.wire().recorded().into_iter().filter(|request| {
        request.service == Service::Telegram && request.path.ends_with("/sendMessage")
            || request.path.ends_with("/SendMessage")
    });
    sent.map(|request| {
        let body = &request.body;
        let of = |name: &str| {
            telegram.chat_id(name).is_some_and(|id| body["chat_id"].to_string().trim_matches('"') == id.to_string())
        };
        let place = if of("Incidents") {
            "incidents"
        } else if body["reply_parameters"] == Value::Null {
            "releases"
        } else {
            "thread"
        };
        let text = body["text"].as_str().unwrap_or_default();
        let title = text.split("<b>").nth(1).and_then(|rest| rest.split("</b>").next()).unwrap_or(text).to_owned();
        Told { place: place.to_owned(), title, pinged: mentioned(text) }
    })
    .collect()
}

/// The posts of a path, one a line, and how many there are in each chat.
fn table(path: &str, story: &Story) -> String {
    let (discord, telegram) = (on_discord(story), on_telegram(story));
    let counted = |told: &[Told]| {
        let of = |place: &str| told.iter().filter(|told| told.place == place).count();
        let pings: usize = told.iter().map(|told| told.pinged.len()).sum();
        let (channel, thread, incidents) = (of("releases"), of("thread"), of("incidents"));
        format!("{} (channel {channel}, thread {thread}, incidents {incidents}), {pings} pinged", told.len())
    };
    let mut text = format!("━━ {path}\nDiscord {}\nTelegram {}\n", counted(&discord), counted(&telegram));
    for told in &discord {
        // In the other chat the same is told, and whoever was there last is pinged there.
        let twin = telegram.iter().find(|twin| twin.title == told.title && !twin.pinged.is_empty());
        let there = twin.map(|twin| format!(" + {} on Telegram", twin.pinged.join(", "))).unwrap_or_default();
        let _ = writeln!(text, "  {:<9} {}  [{}{there}]", told.place, told.title, told.pinged.join(", "));
    }
    text
}

/// Decides at several gates, with some minutes after each.
async fn gives(story: &Story, gates: &[(&str, &str, i64)]) {
    for (who, gate, minutes) in gates {
        story.discord_gives(who, gate).await;
        story.pass(*minutes).await;
    }
}

async fn approves(story: &Story, who: &str, gate: &str) {
    story.discord(who, "approve", &[("gate", gate)]).await;
}

async fn hotfix(story: &Story, severity: &[(&str, &str)], branch: &str) {
    let options = [&[("description", "the total is wrong")], severity].concat();
    story.discord("dave", "hotfix", &options).await;
    story.push("dave-gh", branch, "src/fix.txt", "right\n", "fix(total): right").await;
    story.pass(4).await;
    approves(story, "erin", "review").await;
    story.pass(9).await;
}

async fn quick_release(story: &Story) {
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.discord_gives("bob", "qa").await;
    story.pass(4).await;
    story.discord("alice", "release merge", &[]).await;
    story.pass(15).await;
    story.discord_gives("erin", "post-deploy").await;
    story.pass(5).await;
}

async fn quick_fix(story: &Story) {
    hotfix(story, &[], "hotfix/v2.1.2").await;
    story.discord("alice", "release merge", &[]).await;
    story.pass(15).await;
    story.discord_gives("erin", "post-deploy").await;
    story.pass(5).await;
}

async fn week(story: &Story) {
    story.until("2026-03-05 15:00").await;
    story.until("2026-03-05 17:00").await;
    approves(story, "carol", "features").await;
    story.until("2026-03-06 11:00").await;
    story.discord_gives("bob", "qa").await;
    approves(story, "carol", "product").await;
    story.until("2026-03-09 09:00").await;
    story.until("2026-03-09 09:45").await;
    story.pass(4).await;
    story.discord_gives("erin", "pre-flight").await;
    approves(story, "alice", "review").await;
    story.until("2026-03-09 10:00").await;
    story.pass(9).await;
    gives(story, &[("erin", "smoke", 0), ("bob", "qa-live", 0)]).await;
    approves(story, "carol", "verify").await;
    story.until("2026-03-09 11:00").await;
}

async fn train_fix(story: &Story) {
    hotfix(story, &[], "hotfix/v1.3.1").await;
    story.discord("alice", "release merge", &[]).await;
    story.pass(14).await;
    story.discord_gives("erin", "post-deploy").await;
    story.pass(9).await;
}

async fn module(story: &Story) {
    story.discord("alice", "release prepare", &[]).await;
    story.discord("alice", "release add", &[("stories", "S-10001 S-10002")]).await;
    story.pass(9).await;
    approves(story, "bob", "S-10001").await;
    story.pass(9).await;
    approves(story, "bob", "S-10002").await;
    story.discord_press("carol", "Stories complete").await;
    story.pass(9).await;
    gives(story, &[("bob", "qa", 9), ("bob", "first-pass", 9), ("grace", "drill", 18)]).await;
    gives(story, &[("bob", "certification", 9), ("grace", "verify", 4)]).await;
}

async fn month(story: &Story) {
    story.until("2026-03-02 09:00").await;
    for name in ["S-20001", "S-20004"] {
        story.discord("alice", "release add", &[("stories", name)]).await;
        for _ in ["dev", "qa"] {
            story.pass(18).await;
            approves(story, "bob", name).await;
        }
    }
    story.pass(2).await;
    story.discord_press("carol", "Stories complete").await;
    story.pass(9).await;
    gives(story, &[("bob", "first-pass", 9), ("grace", "drill", 18)]).await;
    gives(story, &[("bob", "certification", 9), ("grace", "verify", 4)]).await;
}

async fn passes_fix(story: &Story) {
    hotfix(story, &[], "hotfix_26.02.01-release").await;
    gives(story, &[("bob", "first-pass", 9), ("grace", "drill", 9), ("bob", "certification", 13)]).await;
}

async fn flow(story: &Story) {
    story.discord("alice", "release prepare", &[]).await;
    story.pass(13).await;
    story.discord_gives("bob", "acceptance").await;
    story.pass(4).await;
    story.discord("alice", "release merge", &[]).await;
    story.pass(75).await;
    story.discord_gives("grace", "verify").await;
    story.pass(9).await;
}

async fn flow_fix(story: &Story) {
    story.discord("dave", "hotfix", &[("description", "orders are lost")]).await;
    story.push("dave-gh", "hotfix/v2.1.2", "src/lost.txt", "none\n", "fix(orders): lose none").await;
    story.pass(13).await;
    story.discord_gives("bob", "regression").await;
    story.pass(1).await;
    story.discord("alice", "release merge", &[]).await;
    story.pass(13).await;
    story.discord_gives("grace", "verify").await;
    story.pass(9).await;
}

async fn trunk(story: &Story) {
    story.discord("alice", "release prepare", &[]).await;
    story.pass(14).await;
    story.discord("dave", "release promote", &[]).await;
    story.pass(9).await;
    story.discord_gives("bob", "qa").await;
    story.pass(69).await;
    story.discord("carol", "release promote", &[("environment", "prod")]).await;
    story.pass(9).await;
    story.discord_gives("grace", "verify").await;
    story.pass(4).await;
}

async fn trunk_fix(story: &Story) {
    hotfix(story, &[("severity", "critical")], "hotfix/v1.8.1-the-total-is-wrong").await;
    story.pass(8).await;
    story.discord_gives("bob", "qa").await;
    story.pass(9).await;
    story.discord("carol", "release promote", &[]).await;
    story.pass(9).await;
    story.discord_gives("grace", "verify").await;
    story.pass(4).await;
}

/// A path in its world, as a table; at its end the release is over.
macro_rules! paths {
    ($($name:ident: $settings:expr, $walk:ident;)*) => { $(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            let story = Story::begin_with($settings).await;
            $walk(&story).await;
            let table = table(stringify!($name), &story);
            insta::assert_snapshot!(table);
            story.end().await;
        }
    )* };
}

paths! {
    a_quick_release: WorldSettings::default(), quick_release;
    a_quick_hotfix: WorldSettings::default(), quick_fix;
    a_weekly_train: WorldSettings::weekly_train(), week;
    a_hotfix_beside_the_train: WorldSettings::weekly_train(), train_fix;
    a_module: WorldSettings::module(), module;
    a_hotfix_of_a_module: WorldSettings::module(), passes_fix;
    a_month: WorldSettings::monthly(), month;
    a_git_flow: WorldSettings::git_flow(), flow;
    a_git_flow_hotfix: WorldSettings::git_flow(), flow_fix;
    a_version_on_trunk: WorldSettings::trunk(), trunk;
    a_hotfix_on_trunk: WorldSettings::trunk(), trunk_fix;
}
