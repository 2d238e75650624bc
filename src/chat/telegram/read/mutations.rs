//! Each optional field of a message in forms that nobody knows, and each enumeration with a value of its own: nothing that
//! is said to the bot is lost.
#![allow(clippy::unwrap_used)]

use chrono::TimeZone;
use serde_json::{Value, json};

use super::*;

/// The optional fields of `Message`, as https://core.telegram.org/bots/api#message describes them, and one of tomorrow.
const FIELDS: &str = "message_thread_id direct_messages_topic from sender_chat sender_boost_count sender_business_bot sender_tag \
    business_connection_id forward_origin is_topic_message is_automatic_forward reply_to_message external_reply quote \
    reply_to_story reply_to_checklist_task_id reply_to_poll_option_id via_bot edit_date has_protected_content is_from_offline \
    is_paid_post media_group_id author_signature paid_star_count text entities link_preview_options suggested_post_info \
    effect_id animation audio document paid_media photo sticker story video video_note voice caption caption_entities \
    show_caption_above_media has_media_spoiler checklist contact dice game poll venue location new_chat_members \
    left_chat_member chat_owner_left chat_owner_changed new_chat_title new_chat_photo delete_chat_photo group_chat_created \
    supergroup_chat_created channel_chat_created message_auto_delete_timer_changed migrate_to_chat_id migrate_from_chat_id \
    pinned_message invoice successful_payment refunded_payment users_shared chat_shared gift unique_gift \
    gift_upgrade_sent connected_website write_access_allowed passport_data proximity_alert_triggered boost_added \
    chat_background_set checklist_tasks_done checklist_tasks_added direct_message_price_changed forum_topic_created \
    forum_topic_edited forum_topic_closed forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden \
    giveaway_created giveaway giveaway_winners giveaway_completed paid_message_price_changed suggested_post_approved \
    suggested_post_approval_failed suggested_post_declined suggested_post_paid suggested_post_refunded \
    video_chat_scheduled video_chat_started video_chat_ended video_chat_participants_invited web_app_data reply_markup \
    receiver_user ephemeral_message_id rich_message a_field_of_tomorrow";

/// The kinds of entities, as https://core.telegram.org/bots/api#messageentity describes them, and one of tomorrow.
const ENTITIES: &str = "mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough spoiler \
    blockquote expandable_blockquote code pre text_link text_mention custom_emoji date_time of_tomorrow";

fn forms() -> Vec<Value> {
    let nested = json!({ "type": "of_tomorrow", "id": "x", "chat": { "type": "of_tomorrow" }, "date": "soon" });
    vec![json!(null), json!({}), json!([]), json!(["x"]), json!("x"), json!(-1), json!(1.5), json!(true), nested]
}

fn alice() -> Value {
    json!({ "id": 42, "is_bot": false, "first_name": "Alice" })
}

/// A command in private.
fn help() -> Value {
    let chat = json!({ "id": 42, "type": "private", "first_name": "Alice" });
    json!({ "message_id": 31, "date": 1_773_090_000, "chat": chat, "from": alice(), "text": "/help" })
}

fn hear(update: Value) -> Option<Result<String, String>> {
    let me = Me { id: 7, username: "shipmate_bot".into() };
    let at = Utc.with_ymd_and_hms(2026, 3, 9, 21, 0, 0).unwrap();
    Some(heard(&Update::read(&update)?, &me, at, None)?.said.map(|said| said.to_string()))
}

/// Each field of something in each form, with its name.
fn mutated(whole: &Value, fields: &str) -> Vec<(String, Value)> {
    let each = |field: &str| {
        let field = field.to_owned();
        let whole = whole.clone();
        forms().into_iter().map(move |form| {
            let mut whole = whole.clone();
            let name = format!("{field} = {form}");
            whole[&field] = form;
            (name, whole)
        })
    };
    fields.split_whitespace().flat_map(each).collect()
}

#[test]
fn no_field_of_a_message_takes_the_command_away() {
    let (mut heard, mut answered) = (0, 0);
    for (name, message) in mutated(&help(), FIELDS) {
        // A message that was forwarded was not said by whoever forwards it, and one without a text says nothing.
        let is_forwarded = name.starts_with("forward_origin = {");
        let is_empty = name == "text = null";
        match hear(json!({ "update_id": 1, "message": message })) {
            Some(Ok(said)) => {
                assert_eq!(said, "/help", "{name}");
                heard += 1;
            }
            Some(Err(_)) => answered += 1,
            None => assert!(is_forwarded || is_empty, "lost: {name}"),
        }
    }
    assert!(heard > 900 && answered > 0, "{heard} heard, {answered} answered");
}

#[test]
fn no_enumeration_of_tomorrow_takes_the_command_away() {
    for kind in ENTITIES.split_whitespace() {
        let entity = json!({ "type": kind, "offset": 0, "length": 5, "url": 7, "user": [], "language": {} });
        let (mut message, mut quoting) = (help(), help());
        message["entities"] = json!([entity]);
        quoting["quote"] = json!({ "text": "x", "entities": [entity], "position": "first" });
        quoting["external_reply"] = json!({ "origin": { "type": "of_tomorrow" }, "date": -1 });
        for message in [message, quoting] {
            assert_eq!(hear(json!({ "update_id": 1, "message": message })), Some(Ok("/help".into())), "{kind}");
        }
    }
    for kind in ["private", "group", "supergroup", "channel", "of_tomorrow"] {
        let mut message = help();
        message["chat"]["type"] = json!(kind);
        assert_eq!(hear(json!({ "update_id": 1, "message": message })), Some(Ok("/help".into())), "{kind}");
    }
}

#[test]
fn no_field_of_a_person_a_chat_or_a_press_takes_it_away() {
    let whole = |field: &str, value: Value| {
        let mut message = help();
        message[field] = value;
        json!({ "update_id": 1, "message": message })
    };
    for (name, user) in mutated(&alice(), "first_name last_name username language_code is_premium of_tomorrow") {
        assert_eq!(hear(whole("from", user)), Some(Ok("/help".into())), "{name}");
    }
    for (name, chat) in mutated(&help()["chat"], "title username first_name is_forum is_direct_messages of_tomorrow") {
        assert_eq!(hear(whole("chat", chat)), Some(Ok("/help".into())), "{name}");
    }
    let press = json!({ "id": "4", "from": alice(), "chat_instance": "x", "data": "help", "message": help() });
    for (name, press) in
        mutated(&press, "from message inline_message_id data game_short_name chat_instance of_tomorrow")
    {
        assert!(hear(json!({ "update_id": 1, "callback_query": press })).is_some(), "lost: {name}");
    }
}
