//! Updates as Telegram sends them, and what is heard in them.
#![allow(clippy::unwrap_used)]

use chrono::TimeZone;
use serde_json::{Value, json};

use super::*;
use crate::domain::message::asking::{Asker, heeded};

fn hear(update: Value) -> Option<Incoming> {
    hear_while(update, vec![])
}

fn hear_while(update: Value, open: Vec<OpenQuestion>) -> Option<Incoming> {
    let update = Update::read(&update).unwrap();
    let me = Me { id: 7, username: "shipmate_bot".into() };
    let heeded = words(&update, &me).and_then(|words| heeded(&words, open));
    heard(&update, &me, Utc.with_ymd_and_hms(2026, 3, 9, 21, 0, 0).unwrap(), heeded)
}

fn alice() -> Value {
    json!({ "id": 42, "is_bot": false, "first_name": "Alice", "last_name": "Ng", "username": "alice" })
}

fn bot(id: u64, name: &str) -> Value {
    json!({ "id": id, "is_bot": true, "first_name": name, "username": name })
}

fn group() -> Value {
    json!({ "id": -1005, "type": "supergroup", "title": "Releases", "is_forum": true })
}

fn private() -> Value {
    json!({ "id": 42, "type": "private", "first_name": "Alice" })
}

/// A message in `chat` from Alice, with some of its fields replaced.
fn message(chat: Value, text: &str, other: Value) -> Value {
    let mut message = json!({ "message_id": 31, "date": 1_773_090_000, "chat": chat, "from": alice(), "text": text });
    if let (Some(fields), Value::Object(other)) = (message.as_object_mut(), other) {
        fields.extend(other);
    }
    message
}

fn update(message: Value) -> Value {
    json!({ "update_id": 900, "message": message })
}

fn said_in(chat: Value, text: &str) -> Option<Result<String, String>> {
    hear(update(message(chat, text, json!({})))).map(|heard| heard.said.map(|command| command.to_string()))
}

fn command(text: &str) -> Option<Result<String, String>> {
    Some(Ok(text.to_owned()))
}

#[test]
fn a_command_in_a_group_is_heard_whole() {
    let heard = hear(update(message(group(), "/release prepare api bump=minor", json!({})))).unwrap();
    assert_eq!(
        heard,
        Incoming {
            id: "telegram:900".into(),
            at: Utc.with_ymd_and_hms(2026, 3, 9, 21, 0, 0).unwrap(),
            speaker: Speaker {
                account: Account::Telegram(42),
                shown_as: "Alice Ng".into(),
                username: Some("alice".into()),
                platform_roles: vec![]
            },
            place: Place::Telegram { chat: -1005, topic: None },
            within: Within::Nothing,
            said: Ok(Invocation::new("release prepare").with("project", "api").with("bump", "minor")),
            reply: ReplyTo::TelegramMessage { chat: -1005, topic: None, message: 31 },
            answers: None,
        }
    );
}

#[test]
fn commands_are_ours_by_name_or_by_being_known() {
    let prepare = || command("/release prepare project=api");
    assert_eq!(said_in(group(), "/release@shipmate_bot prepare api"), prepare());
    assert_eq!(said_in(group(), "/release_prepare@Shipmate_Bot project=api"), prepare());
    assert_eq!(said_in(group(), "/release@other_bot prepare api"), None);
    assert_eq!(said_in(group(), "/weather"), None);
    assert_eq!(said_in(group(), "hello there"), None);
    assert_eq!(said_in(private(), "/start"), command("/start"));
}

#[test]
fn what_is_for_us_but_cannot_be_read_is_answered() {
    let refused = |heard: Option<Result<String, String>>| heard.unwrap().unwrap_err();
    assert!(refused(said_in(group(), "/weather@shipmate_bot")).contains("no command"));
    assert!(refused(said_in(private(), "/weather")).contains("/help"));
    assert_eq!(said_in(group(), "/release"), command("/release"));
    assert!(refused(said_in(group(), "/freeze")).contains("start"));
    assert!(refused(said_in(private(), "hello")).contains("/help"));
}

#[test]
fn a_topic_is_a_place_and_a_reply_thread_is_not() {
    let topic = |is_topic: bool| {
        let fields = json!({ "message_thread_id": 8, "is_topic_message": is_topic });
        hear(update(message(group(), "/help", fields))).unwrap()
    };
    assert_eq!(topic(true).place, Place::Telegram { chat: -1005, topic: Some(8) });
    assert_eq!(topic(true).reply, ReplyTo::TelegramMessage { chat: -1005, topic: Some(8), message: 31 });
    assert_eq!(topic(false).place, Place::Telegram { chat: -1005, topic: None });
}

/// What is asked of somebody in the group by message 30.
fn asked(user: u64) -> OpenQuestion {
    let asker = Asker { number: 1, user, name: "Alice Ng".into(), username: None, until: DateTime::UNIX_EPOCH };
    let said = Invocation::new("freeze start").with("project", "api");
    let place = Place::Telegram { chat: -1005, topic: None };
    OpenQuestion { asker, place, said, argument: "reason".into(), message: Some(30) }
}

#[test]
fn an_answer_to_our_question_is_the_whole_command() {
    let complete = |reason: &str| format!("/freeze start project=api reason=\"{reason}\"");
    let topic = json!({ "message_id": 8, "date": 1, "chat": group(), "from": bot(7, "shipmate_bot"),
        "forum_topic_created": { "name": "Releases", "icon_color": 7322096 } });
    let ours = |id: i32| message(group(), "Why?", json!({ "from": bot(7, "shipmate_bot"), "message_id": id }));
    let reply = |to: Value| json!({ "reply_to_message": to });
    let not_hers = messages::question::not_theirs("Alice Ng");
    for (about, asker, text, fields, expected) in [
        ("a reply", 42, " the DB is full ", reply(ours(30)), Some(Ok(complete("the DB is full")))),
        ("what looks like a command", 42, "/tmp is full", reply(ours(30)), Some(Ok(complete("/tmp is full")))),
        ("a command", 42, "/help", reply(ours(30)), Some(Ok("/help".to_owned()))),
        ("somebody else's question", 43, "the DB is full", reply(ours(30)), Some(Err(not_hers))),
        ("a plain sentence", 42, "the DB is full", json!({}), Some(Ok(complete("the DB is full")))),
        ("… where every message answers its topic", 42, "it is full", reply(topic), Some(Ok(complete("it is full")))),
        ("… of somebody else", 43, "the DB is full", json!({}), None),
        ("an answer to another message of ours", 42, "thanks", reply(ours(29)), None),
        ("an answer to a person", 42, "thanks", reply(message(group(), "Why?", json!({ "message_id": 30 }))), None),
        ("another bot's command", 42, "/weather", json!({}), None),
    ] {
        let heard = hear_while(update(message(group(), text, fields)), vec![asked(asker)]);
        let answers = heard.as_ref().is_some_and(|heard| heard.answers.is_some());
        let said = heard.map(|heard| heard.said.map(|said| said.to_string()));
        assert_eq!(answers, matches!(&said, Some(Ok(said)) if said != "/help"), "{about}");
        assert_eq!(said, expected, "{about}");
    }
}

fn press(data: &str, below: Value) -> Value {
    let press = json!({ "id": "4382", "from": alice(), "chat_instance": "x", "data": data, "message": below });
    json!({ "update_id": 901, "callback_query": press })
}

#[test]
fn a_press_says_the_command_of_the_button() {
    let ours = json!({ "from": bot(7, "shipmate_bot"), "message_thread_id": 8, "is_topic_message": true });
    let heard = hear(press("approve|gate=qa", message(group(), "QA?", ours))).unwrap();
    assert_eq!(heard.said, Ok(Invocation::new("approve").with("gate", "qa")));
    assert_eq!(heard.speaker.account, Account::Telegram(42));
    assert_eq!(heard.place, Place::Telegram { chat: -1005, topic: Some(8) });
    let reply = ReplyTo::TelegramPress { query: "4382".into(), chat: -1005, topic: Some(8), message: 31 };
    assert_eq!(heard.reply, reply);
}

#[test]
fn a_press_below_an_old_message_is_heard_too() {
    let old = json!({ "message_id": 3, "date": 0, "chat": group() });
    let heard = hear(press("gibberish\\", old)).unwrap();
    assert_eq!(heard.place, Place::Telegram { chat: -1005, topic: None });
    assert!(heard.said.unwrap_err().contains("button"));
}

#[test]
fn whoever_hides_behind_a_chat_is_nobody() {
    let anonymous = |text: &str| {
        let fields = json!({ "from": bot(1_087_968_824, "GroupAnonymousBot"), "sender_chat": group() });
        hear(update(message(group(), text, fields))).unwrap()
    };
    let decides = anonymous("/approve");
    assert_eq!(decides.speaker.account, Account::Telegram(0));
    assert_eq!(decides.speaker.shown_as, "Releases");
    assert!(decides.said.unwrap_err().contains("Remain anonymous"));
    assert_eq!(anonymous("/help").said, Ok(Invocation::new("help")));
}

#[test]
fn what_nobody_says_to_us_now_is_not_heard() {
    let help = |other: Value| message(group(), "/help", other);
    assert_eq!(hear(update(help(json!({ "from": bot(8, "other_bot") })))), None);
    let origin = json!({ "type": "hidden_user", "sender_user_name": "Bob", "date": 1 });
    assert_eq!(hear(update(help(json!({ "forward_origin": origin })))), None);
    assert_eq!(hear(json!({ "update_id": 1, "edited_message": help(json!({ "edit_date": 2 })) })), None);
    assert_eq!(hear(json!({ "update_id": 1, "channel_post": help(json!({})) })), None);
    assert_eq!(hear(json!({ "update_id": 1, "something_new": {} })), None);
    let mut photo = help(json!({ "new_chat_title": "Ships" }));
    photo.as_object_mut().unwrap().remove("text");
    assert_eq!(hear(update(photo)), None);
}

#[test]
fn the_message_of_ours_that_is_named() {
    let ours = |more: Value| {
        let mut own = message(group(), "🚀 api v2.2.0\nStaging", json!({ "from": bot(7, "shipmate_bot") }));
        own["message_id"] = json!(30);
        more.as_object().unwrap().iter().for_each(|(name, value)| own[name] = value.clone());
        own
    };
    let named = |update: Value| {
        let update = Update::read(&update).unwrap();
        super::named(&update, &Me { id: 7, username: "shipmate_bot".into() })
            .map(|own| (own.chat, own.message, own.title))
    };
    let card = Some((-1005, 30, "🚀 api v2.2.0".to_owned()));
    let by = |own: Value, field: &str| update(message(group(), "what is this?", json!({ field: own })));
    let topic = json!({ "message_id": 8, "date": 1, "chat": group(), "from": alice(),
        "forum_topic_created": { "name": "Releases", "icon_color": 7322096 } });
    let said = message(group(), "/release status", json!({}));
    for (about, update, expected) in [
        ("its button is pressed", press("approve|gate=qa", ours(json!({}))), card.clone()),
        ("… in a topic", press("approve|gate=qa", ours(json!({ "reply_to_message": topic }))), card.clone()),
        ("… of an answer", press("approve|gate=qa", ours(json!({ "reply_to_message": said }))), None),
        ("somebody answers it", by(ours(json!({})), "reply_to_message"), card.clone()),
        ("somebody pins it", update(pins(ours(json!({})))), card.clone()),
        ("another bot's", by(ours(json!({ "from": bot(8, "other_bot") })), "reply_to_message"), None),
        ("nothing is named", update(message(group(), "hello", json!({}))), None),
    ] {
        assert_eq!(named(update), expected, "{about}");
    }
}

fn pins(own: Value) -> Value {
    let mut pins = message(group(), "", json!({ "pinned_message": own }));
    pins.as_object_mut().unwrap().remove("text");
    pins
}
