//! The card of an open release is pinned where the bot may, and nobody reads that it was.

use sandbox::{
    discord::Denied,
    telegram::Standing,
    wire::{Fault, Mishap, Service},
};
use serde_json::json;

use crate::story::Story;

const CARD: &str = "api v2.2.0";
const NOTICE: &str = "pinned a message";

/// A team whose bot administrates its group on Telegram, and may pin there.
async fn with_telegram() -> Story {
    let story = Story::begin_configured(|toml| toml.replace("[telegram]\n", "[telegram]\npin = true\n")).await;
    story.world.telegram().set_standing("Releases", Standing::Administrator).unwrap();
    story
}

/// How many cards of the release are pinned on Discord and on Telegram.
fn pinned(story: &Story) -> (usize, usize) {
    let cards = |lines: Vec<String>| lines.iter().filter(|line| line.contains(CARD)).count();
    (cards(story.world.discord().pinned("releases")), cards(story.world.telegram().pinned("Releases")))
}

fn notices(story: &Story) -> usize {
    story.told().matches(NOTICE).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_is_pinned_while_the_release_is_open() {
    let story = with_telegram().await;
    story.discord("alice", "release prepare", &[]).await;
    assert_eq!((pinned(&story), notices(&story)), ((1, 1), 0), "{}", story.told());
    story.pass(9).await;
    story.telegram("alice", "/release cancel the numbers are wrong").await;
    story.pass(1).await;
    assert_eq!((pinned(&story), notices(&story)), ((0, 0), 0), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn telegram_is_asked_to_pin_only_where_somebody_says_so() {
    let story = Story::begin().await;
    story.world.telegram().set_standing("Releases", Standing::Administrator).unwrap();
    story.discord("alice", "release prepare", &[]).await;
    assert_eq!(pinned(&story), (1, 0));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_may_not_be_pinned_is_as_good() {
    let story = Story::begin_configured(|toml| toml.replace("[telegram]\n", "[telegram]\npin = true\n")).await;
    story.world.discord().deny("releases", Some(Denied::Pins)).unwrap();
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    assert_eq!(pinned(&story), (0, 0));
    let told = story.told();
    assert!(told.matches("waits for QA").count() >= 2, "both cards go on: {told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_whose_notice_stayed_at_first_is_tidied_up_later() {
    let story = Story::begin().await;
    let mishap = Mishap::Answer(503, vec![], json!({ "message": "overloaded", "code": 0 }));
    let fault = Fault { service: Service::Discord, method: "GET".into(), path: "/messages".into(), mishap };
    story.world.wire().fail_next(fault);
    story.discord("alice", "release prepare", &[]).await;
    story.pass(2).await;
    assert_eq!((pinned(&story).0, notices(&story)), (1, 0), "{}", story.told());
    story.end().await;
}
