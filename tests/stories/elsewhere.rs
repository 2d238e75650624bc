//! Whose word counts where: in the places that `bot.toml` names, and nowhere else.

use std::time::Duration;

use sandbox::wire::{Fault, Mishap, Service};
use serde_json::json;

use crate::story::Story;

/// A story in which the administrators of a Telegram chat have QA's role.
async fn administrators_are_qa() -> Story {
    Story::begin_configured(|bot_toml| format!("{bot_toml}[roles.qa]\ntelegram_admins = true\n")).await
}

/// Something befalls the next question whether somebody administrates a chat.
fn get_chat_member(mishap: Mishap) -> Fault {
    Fault { service: Service::Telegram, method: String::new(), path: "GetChatMember".to_owned(), mishap }
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
    insta::assert_snapshot!(story.shown("Releases"));
    story.end().await;
}
