//! The things in Telegram: chats, topics, messages, pressed buttons.

use chrono::{DateTime, Duration, Utc};

use super::{html::Rich, keyboard::Markup};
use crate::cast::Person;

/// What kind of chat it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Private,
    Group,
    Supergroup,
}

/// What the bot is in a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A plain member: in groups it hears commands and replies only.
    Member,
    /// An administrator: it hears everything, and may pin and open topics.
    Administrator,
    /// Thrown out of a group, or blocked by a person.
    Kicked,
    /// A private chat that the person has not opened yet.
    Stranger,
}

pub(super) struct Topic {
    pub id: i64,
    pub name: String,
    pub closed: bool,
}

pub(super) struct Chat {
    pub id: i64,
    pub kind: Kind,
    pub title: String,
    pub topics: Vec<Topic>,
    pub bot: Standing,
    /// Who made the group, and alone administrates it; without one, those do whom the cast says to.
    pub maker: Option<i64>,
    pub pinned: Vec<i64>,
    /// Whether the group allows no reactions.
    pub without_reactions: bool,
    pub messages: Vec<Message>,
    pub log: Vec<Entry>,
    last_id: i64,
}

impl Chat {
    pub(super) fn new(id: i64, kind: Kind, title: String, bot: Standing) -> Self {
        let (topics, pinned, messages, log) = Default::default();
        Self { id, kind, title, topics, bot, maker: None, pinned, without_reactions: false, messages, log, last_id: 0 }
    }

    pub(super) fn next_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }

    /// Whether somebody administrates the group.
    pub(super) fn is_administrated_by(&self, person: &Person) -> bool {
        self.kind != Kind::Private && self.maker.map_or(person.telegram_admin, |maker| maker == person.telegram)
    }

    pub(super) fn is_forum(&self) -> bool {
        !self.topics.is_empty()
    }

    pub(super) fn message(&self, id: i64) -> Option<&Message> {
        self.messages.iter().find(|message| message.id == id)
    }

    pub(super) fn topic_name(&self, id: Option<i64>) -> Option<&str> {
        let id = id?;
        self.topics.iter().find(|topic| topic.id == id).map(|topic| topic.name.as_str())
    }
}

/// What happened in a chat, in order, with the topic it happened in.
pub(super) enum Entry {
    Message(i64),
    /// Somebody pressed a button; the query's number.
    Press(usize),
}

#[derive(Clone)]
pub(super) struct Message {
    pub id: i64,
    pub topic: Option<i64>,
    pub from: i64,
    pub rich: Rich,
    /// A file's name and size; the text is then its caption.
    pub document: Option<(String, usize)>,
    pub reply_to: Option<i64>,
    pub markup: Markup,
    pub at: DateTime<Utc>,
    pub edited: Option<DateTime<Utc>>,
    pub silent: bool,
    pub pings: Vec<i64>,
    /// It only says that this message was pinned.
    pub notice_of: Option<i64>,
    /// The bot's reaction to it.
    pub reaction: Option<String>,
}

/// What answers a pressed button on the person's screen.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Toast {
    /// The text; empty if the button only stops to glow.
    pub text: String,
    /// Shown as a window that must be closed, rather than fading away.
    pub alert: bool,
}

pub(super) struct Query {
    pub id: String,
    pub person: i64,
    pub topic: Option<i64>,
    pub what: String,
    pub at: DateTime<Utc>,
    pub toast: Option<Toast>,
}

impl Query {
    /// The button does not glow any more: it is too late to answer.
    pub(super) fn too_old(&self, now: DateTime<Utc>) -> bool {
        now - self.at > Duration::minutes(15)
    }
}

pub(super) struct Webhook {
    pub url: String,
    pub secret: String,
    pub error: Option<(DateTime<Utc>, String)>,
    pub number: u64,
}
