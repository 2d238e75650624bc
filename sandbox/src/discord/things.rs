//! The things in Discord: channels, messages, interactions.

use std::time::Instant;

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;

/// A bot has this much real time to acknowledge an interaction.
pub const ACKNOWLEDGE: std::time::Duration = std::time::Duration::from_secs(3);

/// How little the bot may do in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// It cannot see the channel (code 50001).
    View,
    /// It can read, but not write (code 50013; 50007 to a person).
    Send,
    /// It can write, but not open threads (code 50013).
    Threads,
    /// It can write, but not pin messages (code 50013).
    Pins,
}

/// Where a channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// In this guild.
    Guild(u64),
    /// Nowhere: it is the private talk of this person with the bot.
    Private(u64),
}

pub(super) struct Channel {
    pub id: u64,
    pub home: Home,
    pub name: String,
    pub topic: String,
    /// The channel it hangs in, for a thread.
    pub parent: Option<u64>,
    pub archived: bool,
    pub locked: bool,
    /// Somebody deleted it: the bot meets nothing there (code 10003), and a person sees what was said before.
    pub gone: bool,
    pub auto_archive: u64,
    pub denied: Option<Denied>,
    pub log: Vec<Entry>,
}

/// What happened in a channel, in order.
pub(super) enum Entry {
    Message(u64),
    Act(Act),
}

/// Something a person did that is no message.
pub(super) struct Act {
    pub text: String,
    pub interaction: u64,
}

#[derive(Clone)]
pub(super) struct Attachment {
    pub id: u64,
    pub name: String,
    pub size: usize,
}

#[derive(Clone)]
pub(super) struct Message {
    pub id: u64,
    pub channel: u64,
    pub author: u64,
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub flags: u64,
    pub nonce: Value,
    pub attachments: Vec<Attachment>,
    pub at: DateTime<Utc>,
    pub edited: Option<DateTime<Utc>>,
    pub only_for: Option<u64>,
    pub reply_to: Option<u64>,
    pub interaction: Option<u64>,
    pub pings: Vec<u64>,
    pub pinned: bool,
    /// It only says that this message was pinned (type 6).
    pub notice_of: Option<u64>,
}

impl Message {
    /// The person sees that the bot is thinking.
    pub(super) fn is_loading(&self) -> bool {
        self.flags & 128 != 0
    }
}

/// How the bot answered an interaction at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Response {
    /// With a message (type 4).
    Message,
    /// With "is thinking", the message comes later (type 5).
    DeferredMessage,
    /// Silently; it may change the message later (type 6).
    DeferredUpdate,
    /// By changing the message with the button (type 7).
    Update,
    /// With suggestions (type 8).
    Suggestions,
    /// By opening a form (type 9).
    Modal,
}

pub(super) struct Interaction {
    pub id: u64,
    pub token: String,
    /// 2 command, 3 component, 4 autocomplete, 5 modal.
    pub kind: u8,
    pub user: u64,
    pub channel: u64,
    pub what: String,
    /// The message with the component.
    pub source: Option<u64>,
    pub sent: Instant,
    pub sent_at: DateTime<Utc>,
    pub delivered: bool,
    pub response: Option<(Response, std::time::Duration)>,
    pub ephemeral: bool,
    /// The message that `@original` means.
    pub original: Option<u64>,
    /// Deferred, and the promised message has not come.
    pub promised: bool,
    pub choices: Vec<(String, Value)>,
    /// The type of the option that suggestions are asked for.
    pub focused: Option<u64>,
    /// The form that the bot opened, until it is sent.
    pub modal: Option<Value>,
    /// What is written above that form.
    pub modal_title: Option<String>,
}

impl Interaction {
    /// The person has been told by their client that the bot did not answer.
    pub(super) fn failed(&self, now: DateTime<Utc>) -> bool {
        match self.response {
            None => !self.delivered || self.sent.elapsed() > ACKNOWLEDGE,
            Some(_) => self.promised && self.token_expired(now),
        }
    }

    pub(super) fn outstanding(&self, now: DateTime<Utc>) -> bool {
        (self.response.is_none() || self.promised) && !self.failed(now)
    }

    pub(super) fn token_expired(&self, now: DateTime<Utc>) -> bool {
        now - self.sent_at > Duration::minutes(15)
    }
}

impl Channel {
    pub(super) fn new(id: u64, home: Home, name: String, parent: Option<u64>) -> Self {
        Self {
            id,
            home,
            name,
            topic: String::new(),
            parent,
            archived: false,
            locked: false,
            gone: false,
            auto_archive: 1440,
            denied: None,
            log: Vec::new(),
        }
    }
}
