//! Services that are not reached at all: names that are not found, and servers that keep silent.

use std::time::Duration;

use chrono::TimeDelta;
use sandbox::wire::{Mishap, Service};

use super::away::SOON;
use crate::story::Story;

/// Each chat: its name, its service, and the place in the other one where its silence is told.
const CHATS: [(&str, Service, &str); 2] =
    [("Discord", Service::Discord, "Incidents"), ("Telegram", Service::Telegram, "#incidents")];

impl Story {
    /// Lets minutes pass, however long the bot waits for an answer in real time, until a place shows something.
    async fn told_though_silent(&self, place: &str, words: &str) {
        let told = async {
            while !self.shown(place).contains(words) {
                self.world.clock().advance(TimeDelta::minutes(1));
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        };
        let told = tokio::time::timeout(4 * SOON, told).await;
        told.unwrap_or_else(|_| panic!("{place} does not say “{words}”: {}", self.bot.log()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_not_found_are_told_and_so_is_that_they_are() {
    let mut story = Story::begin().await;
    story.bot.stop().await;
    let github = story.world.github().api_url();
    story.bot.reconfigure(|text| text.replace(&github, "http://github.invalid:9"));
    story.start_bot().await;
    story.told_within(8, "Incidents", "GitHub gives me no good answer").await;
    story.bot.stop().await;
    story.bot.reconfigure(|text| text.replace("http://github.invalid:9", &github));
    story.start_bot().await;
    story.told_within(8, "Incidents", "GitHub answers again").await;
    assert_eq!(story.times("#incidents", "GitHub gives me no good answer"), 1, "a restart is no news");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_whose_name_is_not_found_is_told_in_the_other() {
    for (name, _, place) in CHATS {
        let mut story = Story::begin().await;
        story.bot.stop().await;
        let url = match name {
            "Discord" => story.world.discord().url(),
            _ => story.world.telegram().url(),
        };
        let line = |url: &str| format!("api_url = \"{url}\"\n");
        let nowhere = "http://chat.invalid:9";
        story.bot.reconfigure(|text| text.replace(&line(&url), &line(nowhere)));
        story.bot.start();
        story.told_though_silent(place, &format!("{name} gives me no good answer")).await;
        story.bot.stop().await;
        story.bot.reconfigure(|text| text.replace(&line(nowhere), &line(&url)));
        story.start_bot().await;
        story.told_within(8, place, &format!("{name} answers again")).await;
        assert_eq!(story.times(place, &format!("{name} gives me no good answer")), 1, "{}", story.shown(place));
        println!("unreached: {name}, by its name: told once, back once");
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_keeps_silent_is_told_in_the_other_and_nothing_is_lost() {
    for (name, service, place) in CHATS {
        let story = Story::begin().await;
        story.world.wire().break_down(service, Mishap::Silence);
        let releases = match name {
            "Discord" => {
                story.world.discord().cut_gateway();
                story.world.telegram().say("alice", "Releases", Some("Releases"), "/release prepare").unwrap();
                "#releases"
            }
            _ => {
                story.world.discord().command("alice", "releases", "release prepare", &[]).unwrap();
                "Releases"
            }
        };
        story.told_though_silent(place, &format!("{name} gives me no good answer")).await;
        story.world.wire().mend(service);
        story.is_ready_again().await;
        story.told_within(20, place, &format!("{name} answers again")).await;
        story.pass(20).await;
        assert_eq!(story.times(place, &format!("{name} gives me no good answer")), 1, "{}", story.shown(place));
        assert!(story.shown(releases).contains("your turn"), "{}", story.shown(releases));
        println!("unreached: {name}, silent: told once, back once, nothing lost");
        story.end().await;
    }
}
