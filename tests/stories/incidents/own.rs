//! A release's own deploy goes wrong: one incident, from the failure to what runs in the end.

use chrono::TimeDelta;
use sandbox::github::Outcome;

use crate::story::{Story, with_hooks};

/// The next version is merged and on its way to production, where its deploy is going to fail.
async fn fails(alter: impl FnOnce(&str) -> String) -> Story {
    let story = Story::begin_configured(alter).await;
    story.world.github().next_outcome("production.yml", Outcome::Failure);
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    story
}

/// Presses a button where incidents are told, on Discord.
async fn press(story: &Story, person: &str, label: &str) {
    let pressed = story.world.discord().press(person, "incidents", label);
    pressed.unwrap_or_else(|refused| panic!("{refused}; {}", story.shown("#incidents")));
    story.settle().await;
}

/// Presses a button where incidents are told, on Discord, and fills in the form that it opens.
async fn press_and_say(story: &Story, person: &str, label: &str, field: &str, words: &str) {
    let pressed = story.world.discord().press(person, "incidents", label).unwrap();
    story.world.discord().submit_modal(person, pressed, &[(field, words)]).await.unwrap();
    story.settle().await;
}

/// All that `[hooks]` says about who is called when nobody looks.
fn escalating(bot_toml: &str) -> String {
    with_hooks(bot_toml) + "escalate = [\"5m\", \"15m\"]\nescalate_roles = [\"team-lead\", \"release-manager\"]\n"
}

/// The project under a name that leaves no room for it on a button.
fn with_a_long_name(bot_toml: &str) -> String {
    with_hooks(&bot_toml.replace("[projects.api", "[projects.customer-facing-apis"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_deploy_is_one_incident_until_it_is_there() {
    let mut story = fails(escalating).await;
    let told = story.shown("#incidents");
    assert_eq!(told.matches("pings:").count(), 1, "one ping for one failure:\n{told}");
    assert!(!story.shown("#releases").contains("could not deploy to production\n      pings"), "{}", story.told());
    // Nobody answers, and the bot is away when the time comes.
    story.bot.killer()();
    story.world.clock().advance(TimeDelta::minutes(5));
    story.start_bot().await;
    story.pass(1).await;
    press(&story, "alice", "Retry").await;
    story.pass(20).await;
    insta::assert_snapshot!(story.short("#incidents") + "\n" + &story.short("Incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_fails_once_more_and_is_rolled_back_by_a_button() {
    let story = fails(with_a_long_name).await;
    story.world.github().next_outcome("production.yml", Outcome::Failure);
    press(&story, "alice", "Retry").await;
    story.pass(9).await;
    press(&story, "dave", "Roll back").await;
    press(&story, "dave", "Roll back to").await;
    story.pass(1).await;
    assert!(story.world.discord().press("erin", "incidents", "Roll back").is_err(), "it is on its way already");
    story.pass(9).await;
    press_and_say(&story, "alice", "Resume production", "reason", "the disk was full").await;
    insta::assert_snapshot!(story.short("#incidents") + "\n" + &story.short("Incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_begins_the_hotfix() {
    let story = fails(with_a_long_name).await;
    press_and_say(&story, "erin", "Hotfix", "description", "the basket is empty").await;
    assert!(story.shown("#incidents").contains("> the basket is empty"), "{}", story.shown("#incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_at_it_is_somebody_who_can_do_something() {
    let story = fails(with_hooks).await;
    press(&story, "carol", "Acknowledge").await;
    assert!(story.shown("#incidents").contains("that takes the role"), "{}", story.shown("#incidents"));
    // Both press before either has seen the other's.
    story.world.discord().press("dave", "incidents", "Acknowledge").unwrap();
    story.world.telegram().press("erin", "Incidents", "Acknowledge").unwrap();
    story.settle().await;
    let both = story.shown("#incidents") + "\n" + &story.shown("Incidents");
    assert_eq!(both.matches(" was first: ").count(), 1, "{both}");
    assert_eq!(both.matches(" looks at it, since").count(), 2, "in both chats:\n{both}");
    press(&story, "alice", "Retry").await;
    story.pass(9).await;
    assert!(story.world.discord().press("erin", "incidents", "Acknowledge").is_err(), "it is over");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_says_where_a_release_that_goes_well_is_told() {
    let story = Story::begin_configured(|bot_toml| {
        let place =
            |key: &str| bot_toml.split(&format!("{key} = [\"")).nth(1).unwrap().split('"').next().unwrap().to_owned();
        let incidents = place("incidents");
        let well = "[[routes]]\nenvironment = [\"production\"]\nkind = [\"deploy-succeeded\"]";
        let staging = "[[routes]]\nenvironment = [\"staging\"]\nkind = [\"deploy-failed\"]\nto = []\n";
        with_hooks(bot_toml) + &format!("{well}\nto = [{incidents:?}]\n{staging}")
    })
    .await;
    story.world.github().next_outcome("staging.yml", Outcome::Failure);
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    assert!(!story.told().contains("api 2.2.0 failed in staging"), "nobody wants to know:\n{}", story.told());
    story.discord_press("alice", "Retry").await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    assert!(story.shown("#incidents").contains("api 2.2.0 is on production"), "{}", story.told());
    story.end().await;
}
