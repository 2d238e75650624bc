//! Updates as far as they are needed: whatever else they hold, of whatever form, takes nothing away from what was said.
//!
//! Telegram adds fields, kinds of entities and kinds of chats all the time. A type that describes all of them refuses the
//! whole message for one that is new; here each field is read by itself, and one that cannot be read is as if it were not
//! there.

use serde_json::Value;

/// One update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat::telegram) struct Update {
    pub id: u32,
    pub kind: UpdateKind,
}

/// What it reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat::telegram) enum UpdateKind {
    /// Somebody wrote a message.
    Message(Box<MessageHeard>),
    /// Somebody pressed a button.
    Press(Box<Press>),
    /// One of these two, without what makes it one.
    Unreadable,
    /// Something that is not listened to.
    Other,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat::telegram) struct MessageHeard {
    pub id: i32,
    pub chat: Chat,
    /// The topic in which it stands, or the thread of replies.
    pub thread: Option<i32>,
    pub is_in_topic: bool,
    pub from: Option<User>,
    /// The chat in whose name it was written.
    pub stand_in: Option<Chat>,
    pub text: Option<String>,
    /// Whether there is a text of a form that cannot be read.
    pub is_garbled: bool,
    pub is_forwarded: bool,
    pub answers: Option<Box<MessageHeard>>,
    pub pins: Option<Box<MessageHeard>>,
    pub begins_topic: bool,
    pub migrates_to: Option<i64>,
    pub migrates_from: Option<i64>,
    /// Whether it is older than what Telegram shows: then only its place is known.
    pub is_hidden: bool,
}

/// A chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat::telegram) struct Chat {
    pub id: i64,
    pub name: Option<String>,
}

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat::telegram) struct User {
    pub id: u64,
    pub is_bot: bool,
    pub name: String,
    pub username: Option<String>,
}

/// A pressed button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat::telegram) struct Press {
    pub id: String,
    pub from: Option<User>,
    pub below: Option<MessageHeard>,
    pub data: Option<String>,
}

impl Update {
    /// An update, if it has a number: without one it can neither be known again nor be passed.
    pub(in crate::chat::telegram) fn read(update: &Value) -> Option<Self> {
        let id = u32::try_from(update["update_id"].as_i64()?).ok()?;
        let kind = match (update.get("message"), update.get("callback_query")) {
            (Some(message), _) => {
                message_of(message).map_or(UpdateKind::Unreadable, |message| UpdateKind::Message(Box::new(message)))
            }
            (None, Some(press)) => {
                press_of(press).map_or(UpdateKind::Unreadable, |press| UpdateKind::Press(Box::new(press)))
            }
            (None, None) => UpdateKind::Other,
        };
        Some(Self { id, kind })
    }
}

impl Chat {
    /// A private chat has its person's id; any other one is below zero.
    pub(in crate::chat::telegram) const fn is_private(&self) -> bool {
        self.id > 0
    }
}

fn message_of(message: &Value) -> Option<MessageHeard> {
    let inner = |field: &str| message.get(field).and_then(message_of).map(Box::new);
    let text = text(&message["text"]);
    Some(MessageHeard {
        id: small(&message["message_id"])?,
        chat: chat_of(&message["chat"])?,
        thread: small(&message["message_thread_id"]),
        is_in_topic: message["is_topic_message"] == true,
        from: user_of(&message["from"]),
        stand_in: chat_of(&message["sender_chat"]),
        is_garbled: text.is_none() && !message["text"].is_null(),
        text,
        is_forwarded: message["forward_origin"].is_object(),
        answers: inner("reply_to_message"),
        pins: inner("pinned_message"),
        begins_topic: message["forum_topic_created"].is_object(),
        migrates_to: message["migrate_to_chat_id"].as_i64(),
        migrates_from: message["migrate_from_chat_id"].as_i64(),
        is_hidden: message["date"] == 0,
    })
}

fn press_of(press: &Value) -> Option<Press> {
    Some(Press {
        id: text(&press["id"])?,
        from: user_of(&press["from"]),
        below: press.get("message").and_then(message_of),
        data: text(&press["data"]),
    })
}

fn chat_of(chat: &Value) -> Option<Chat> {
    let name = text(&chat["title"]).or_else(|| text(&chat["username"]));
    Some(Chat { id: chat["id"].as_i64()?, name })
}

fn user_of(user: &Value) -> Option<User> {
    let names = [&user["first_name"], &user["last_name"]];
    let name = names.into_iter().filter_map(text).filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ");
    Some(User { id: user["id"].as_u64()?, is_bot: user["is_bot"] == true, name, username: text(&user["username"]) })
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn small(value: &Value) -> Option<i32> {
    i32::try_from(value.as_i64()?).ok()
}
