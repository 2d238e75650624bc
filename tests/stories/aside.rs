//! Rows over which a part of the bot fails: everybody and everything else goes on, and a restart does not fail over them again.

use chrono::{DateTime, Utc};
use sandbox::{
    bot_toml::BotProject,
    unleash::{self, Flag},
    world::WorldSettings,
};
use serde_json::{Value, json};
use shipmate::store::{Store, StoreProblem, Tree, Writing};

use crate::story::{Story, with_hooks};

/// What an older, newer or broken program may have left: written while the bot is down; then it starts again.
async fn finds(story: &mut Story, write: impl FnOnce(&mut Writing) -> Result<(), StoreProblem> + Send + 'static) {
    story.bot.stop().await;
    let store = Store::open(&story.bot.store()).unwrap();
    store.write(write).await.unwrap();
    store.close().await.unwrap();
    story.start_bot().await;
}

/// Changes one row of a tree.
fn change(writing: &mut Writing, tree: Tree, prefix: &[u8], alter: impl Fn(&mut Value)) -> Result<(), StoreProblem> {
    let (key, mut row) = writing.scan_last::<Value>(tree, prefix, 1)?.pop().expect("there is a row");
    alter(&mut row);
    writing.put(tree, &key, &row)
}

/// What `/readyz` says once the chats are connected: its status and text.
async fn readiness(story: &Story) -> (u16, String) {
    loop {
        let answer = reqwest::get(story.door("/readyz")).await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        if !text.contains("still connecting") {
            return (status, text);
        }
        tokio::task::yield_now().await;
    }
}

/// The row was set aside: it is listed, told once in each chat, and the log names what failed in one line.
async fn is_set_aside(story: &Story, what: &str) {
    let (status, text) = readiness(story).await;
    assert!(status == 200 && text.starts_with("ready\n") && text.contains(what), "{status} {text}");
    for place in ["#incidents", "Incidents"] {
        let told = story.shown(place);
        assert_eq!(told.matches(&format!("Set aside: {what}")).count(), 1, "{place}: {told}");
        assert!(told.contains("Everything else goes on"), "{told}");
    }
}

/// After one more start it is still set aside, and not told again; and people are still answered.
async fn stays_aside(story: &mut Story, what: &str) {
    story.bot.stop().await;
    story.start_bot().await;
    story.pass(1).await;
    is_set_aside(story, what).await;
    answers(story).await;
}

/// Somebody says something in each chat, and is answered.
async fn answers(story: &Story) {
    for (person, place) in [("bob", "#releases"), ("alice", "Releases")] {
        let answered = |told: &str| told.matches("This account in bot.toml").count();
        let before = answered(&story.shown(place));
        if place == "Releases" {
            story.telegram(person, "/whoami").await;
        } else {
            story.discord(person, "whoami", &[]).await;
        }
        let told = story.shown(place);
        assert!(answered(&told) > before, "nobody answers {person} in {place}: {told}");
    }
}

/// Alice's release has a fact like this; everybody else goes on.
async fn nobody_can_make_sense_of(fact: Value) -> String {
    let mut story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    finds(&mut story, |writing| {
        change(writing, Tree::Facts, &1_u64.to_be_bytes(), move |row| row["fact"] = fact.clone())
    })
    .await;
    let what = "the release api v2.2.0";
    is_set_aside(&story, what).await;
    answers(&story).await;
    story.discord("alice", "release prepare", &[("version", "2.3.0")]).await;
    story.pass(9).await;
    let told = story.shown("#releases");
    assert!(told.contains("✋ api v2.3.0 · waits for QA"), "another release goes on: {told}");
    stays_aside(&mut story, what).await;
    story.end_in_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_of_which_nobody_can_make_sense_stops_nobody_else() {
    let log = nobody_can_make_sense_of(json!({"fact": "asked", "step": 999})).await;
    assert!(!log.contains("panicked") && log.contains("a fact names step 1000"), "{log}");
    assert!(log.contains("set aside"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_nobody_can_read_stops_nobody_else() {
    let log = nobody_can_make_sense_of(json!({"fact": "baptised"})).await;
    assert!(!log.contains("panicked") && log.contains("set aside"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_fails_over_a_release_is_started_again_and_then_goes_on_without_it() {
    let mut story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    finds(&mut story, |writing| {
        change(writing, Tree::Releases, b"", |spec| {
            let steps = spec["plan"]["steps"].as_array_mut().expect("a plan has steps");
            steps.iter_mut().for_each(|step| step["stage"] = json!(99));
        })?;
        for place in places(writing)? {
            let card = json!({"card": {"place": place, "release": 1, "revision": 99}});
            writing.put(Tree::Outbox, format!("{place}\0\0").as_bytes(), &card)?;
        }
        Ok(())
    })
    .await;
    let (status, text) = readiness(&story).await;
    assert!(status == 503 && text.contains("the driver of release 1 is down"), "{status} {text}");
    story.telegram("alice", "/why").await;
    story.pass(4).await;
    let what = "the release api v2.2.0";
    is_set_aside(&story, what).await;
    // She is told what is wrong with it, unless it is set aside just before.
    let told = story.shown("Releases");
    let answers = ["what is stored of its plan is damaged", "It stays as it is, and goes no further."];
    assert!(answers.iter().any(|answer| told.contains(answer)), "alice is answered: {told}");
    story.telegram("alice", "/why").await;
    let told = story.shown("Releases");
    assert!(told.contains("It stays as it is, and goes no further."), "{told}");
    stays_aside(&mut story, what).await;
    // A person has it tried again: it fails again, and is told again.
    story.discord("alice", "release retry", &[]).await;
    story.pass(2).await;
    let told = story.shown("#incidents");
    assert_eq!(told.matches(&format!("Set aside: {what}")).count(), 2, "{told}");
    story.end_in_trouble().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_nobody_can_read_does_not_hold_up_those_behind_it() {
    let mut story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    finds(&mut story, |writing| {
        for place in places(writing)? {
            writing.put(Tree::Outbox, format!("{place}\0\0").as_bytes(), &json!({"card": {"place": "nowhere"}}))?;
        }
        Ok(())
    })
    .await;
    story.pass(9).await;
    for (place, chat) in [("#releases", "discord"), ("Releases", "telegram")] {
        assert!(story.shown(place).contains("sign-off"), "what comes after it is shown: {}", story.shown(place));
        is_set_aside(&story, &format!("a card for {chat}:")).await;
    }
    stays_aside(&mut story, "a card for discord:").await;
    story.end().await;
}

/// Where releases are told.
fn places(writing: &Writing) -> Result<Vec<String>, StoreProblem> {
    let cards = writing.scan::<Value>(Tree::Cards, b"")?.into_iter();
    Ok(cards.map(|(key, _)| place_of(&key)).collect())
}

/// The place in the key of a card.
fn place_of(key: &[u8]) -> String {
    String::from_utf8(key.split(|byte| *byte == 0).next().unwrap_or_default().to_vec()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_said_and_nobody_can_read_does_not_keep_the_bot_from_starting() {
    let mut story = Story::begin().await;
    finds(&mut story, |writing| {
        writing.put(Tree::Inbox, &900_u64.to_be_bytes(), &json!({"speaker": {"shown_as": "Mallory"}, "said": 7}))
    })
    .await;
    story.pass(3).await;
    let what = "what Mallory said";
    is_set_aside(&story, what).await;
    stays_aside(&mut story, what).await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_of_an_absurd_time_does_not_keep_people_from_being_called_to_others() {
    let escalate = |bot_toml: &str| with_hooks(bot_toml) + "escalate = [\"5m\"]\nescalate_roles = [\"team-lead\"]\n";
    let mut story = Story::begin_configured(escalate).await;
    story.alert("Slow", "production", "firing").await;
    finds(&mut story, |writing| {
        change(writing, Tree::Reports, b"matter/", |matter| {
            matter["trouble"]["since"] = json!(DateTime::<Utc>::MAX_UTC)
        })
    })
    .await;
    story.alert("Down", "production", "firing").await;
    story.pass(8).await;
    let told = story.shown("#incidents");
    assert!(told.contains("Nobody has looked at this for 5 min: Down"), "others are called: {told}");
    let what = "the calls to incident 1";
    is_set_aside(&story, what).await;
    stays_aside(&mut story, what).await;
    story.end_in_trouble().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_that_nobody_can_read_does_not_keep_others_from_being_switched() {
    let flags = vec![Flag::new("checkout-v2", "release", "the new checkout", &["production"])];
    let unleash = Some(unleash::Settings { flags, ..unleash::Settings::default() });
    let mut story = Story::begin_with(WorldSettings { unleash, ..WorldSettings::default() }).await;
    finds(&mut story, |writing| {
        writing.next_number("switch")?;
        writing.put(Tree::Flags, &1_u64.to_be_bytes(), &json!({"number": 1, "flag": "checkout-v1", "after": "perhaps"}))
    })
    .await;
    story.pass(3).await;
    story.discord("dave", "flag off", &[("name", "checkout-v2"), ("reason", "it is slow")]).await;
    assert_eq!(story.world.unleash().unwrap().is_on("checkout-v2", "production"), Some(false));
    let what = "the switch of checkout-v1";
    is_set_aside(&story, what).await;
    stays_aside(&mut story, what).await;
    story.end().await;
}

/// Two things that are said each morning.
const TWO: &str = r#"
[[schedules]]
project = "api"
name = "triage"
title = "Bug triage"
cron = "5 4 * * *"
roll = "next-working-day"
says = "Which bugs came in?"
[[schedules]]
project = "api"
name = "tea"
title = "Tea"
cron = "10 4 * * *"
says = "Who wants tea?"
"#;

/// A story with both, in which the bot finds until when it has seen to the first one.
async fn watched_until(until: Value) -> Story {
    let settings = WorldSettings::default();
    let project = BotProject { more: TWO.to_owned(), ..settings.project.clone() };
    let mut story = Story::begin_with(WorldSettings { project, ..settings }).await;
    finds(&mut story, move |writing| {
        let key = b"watched/api/triage";
        let mut watched: Value = writing.get(Tree::Agenda, key)?.expect("it is watched");
        watched["until"] = until;
        writing.put(Tree::Agenda, key, &watched)
    })
    .await;
    story.pass(12).await;
    let told = story.shown("#releases");
    assert!(told.contains("Who wants tea?"), "the other one is said: {told}");
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_nobody_can_read_does_not_keep_others_from_being_said() {
    let mut story = watched_until(json!("yesterday")).await;
    let what = "api/triage of the schedule";
    is_set_aside(&story, what).await;
    stays_aside(&mut story, what).await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_of_an_absurd_time_is_said_all_the_same() {
    let story = watched_until(json!(DateTime::<Utc>::MIN_UTC)).await;
    assert_eq!(readiness(&story).await, (200, "ready\n".to_owned()));
    assert!(story.shown("#releases").contains("Which bugs came in?"), "{}", story.shown("#releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_whose_freezes_cannot_be_kept_is_told_of() {
    let mut story = Story::begin().await;
    finds(&mut story, |writing| writing.put(Tree::Enforcer, b"branch/acme/api\0main", &json!({"branch": 7}))).await;
    let (status, text) = readiness(&story).await;
    assert!(status == 503 && text.contains("the keeping of freezes in acme/api is down"), "{status} {text}");
    story.pass(3).await;
    let what = "the freezes of acme/api on GitHub";
    is_set_aside(&story, what).await;
    stays_aside(&mut story, what).await;
    story.end().await;
}
