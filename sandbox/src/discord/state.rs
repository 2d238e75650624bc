//! What Discord knows: channels, messages, interactions, commands, and who is connected.

use std::{net::SocketAddr, time::Instant};

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use super::{Settings, gateway::Frame, problem::Problem};
use crate::{
    cast::{self, Person},
    chat::{Ping, Refused},
    clock::Clock,
    wire::Wire,
};

/// The one guild.
pub(super) const GUILD: u64 = 200_000_000_000_000_001;
/// The first moment of Discord's ids, in milliseconds of the Unix epoch.
const EPOCH: i64 = 1_420_070_400_000;
/// A bot has this much real time to acknowledge an interaction.
pub(super) const ACKNOWLEDGE: std::time::Duration = std::time::Duration::from_secs(3);

/// How little the bot may do in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// It cannot see the channel (code 50001).
    View,
    /// It can read, but not write (code 50013).
    Send,
    /// It can write, but not open threads (code 50013).
    Threads,
}

pub(super) struct Channel {
    pub id: u64,
    pub name: String,
    pub topic: String,
    /// The channel it hangs in, for a thread.
    pub parent: Option<u64>,
    pub archived: bool,
    pub locked: bool,
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
}

impl Message {
    /// The person sees that the bot is thinking.
    pub fn is_loading(&self) -> bool {
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
    pub fn failed(&self, now: DateTime<Utc>) -> bool {
        match self.response {
            None => !self.delivered || self.sent.elapsed() > ACKNOWLEDGE,
            Some(_) => self.promised && self.token_expired(now),
        }
    }

    pub fn outstanding(&self, now: DateTime<Utc>) -> bool {
        (self.response.is_none() || self.promised) && !self.failed(now)
    }

    pub fn token_expired(&self, now: DateTime<Utc>) -> bool {
        now - self.sent_at > Duration::minutes(15)
    }
}

pub(super) struct Session {
    pub id: u64,
    pub frames: UnboundedSender<Frame>,
}

pub(super) struct State {
    pub settings: Settings,
    pub clock: Clock,
    pub wire: Wire,
    pub address: SocketAddr,
    next_id: u64,
    pub channels: Vec<Channel>,
    pub messages: std::collections::BTreeMap<u64, Message>,
    pub global_commands: Vec<Value>,
    pub guild_commands: Vec<Value>,
    pub interactions: Vec<Interaction>,
    pub pings: Vec<Ping>,
    pub sessions: Vec<Session>,
    /// Sessions that may be resumed.
    pub resumable: Vec<String>,
}

impl State {
    pub fn new(settings: Settings, clock: Clock, wire: Wire, address: SocketAddr) -> Self {
        let next_id = ((clock.now().timestamp_millis() - EPOCH).max(1) as u64) << 22;
        let mut state = Self {
            next_id,
            settings,
            clock,
            wire,
            address,
            channels: Vec::new(),
            messages: Default::default(),
            global_commands: Vec::new(),
            guild_commands: Vec::new(),
            interactions: Vec::new(),
            pings: Vec::new(),
            sessions: Vec::new(),
            resumable: Vec::new(),
        };
        for (at, name) in state.settings.channels.clone().into_iter().enumerate() {
            let id = super::FIRST_CHANNEL + at as u64;
            state.channels.push(Channel::new(id, name, None));
        }
        state
    }

    pub fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn person(&self, name: &str) -> Result<Person, Refused> {
        let found = self.settings.people.iter().find(|person| person.name == name);
        found.copied().ok_or_else(|| Refused(format!("there is nobody called {name} on Discord")))
    }

    /// What the transcripts call a user.
    pub fn name_of(&self, user: u64) -> String {
        if user == self.settings.application {
            return self.settings.bot_name.clone();
        }
        let found = self.settings.people.iter().find(|person| person.discord == user);
        found.map_or_else(|| format!("user {user}"), |person| person.name.to_owned())
    }

    pub fn holders(&self, role: u64) -> Vec<u64> {
        let holds = |person: &&Person| cast::role_id(person.role) == Some(role);
        self.settings.people.iter().filter(holds).map(|person| person.discord).collect()
    }

    /// A channel that the bot can see.
    pub fn channel(&mut self, id: u64) -> Result<&mut Channel, Problem> {
        let denied = self.denied(id);
        let channel = self.channels.iter_mut().find(|channel| channel.id == id);
        let channel = channel.ok_or_else(|| Problem::unknown(10003))?;
        match denied {
            Some(Denied::View) => Err(Problem::forbidden(50001)),
            _ => Ok(channel),
        }
    }

    /// What the bot may not do there; a thread inherits from its channel.
    pub fn denied(&self, id: u64) -> Option<Denied> {
        let channel = self.channels.iter().find(|channel| channel.id == id)?;
        channel.denied.or_else(|| self.denied(channel.parent?))
    }

    /// A message that the bot can reach through its channel: private replies are not among them.
    pub fn message(&mut self, channel: u64, id: u64) -> Result<&mut Message, Problem> {
        self.channel(channel)?;
        let message = self.messages.get_mut(&id).filter(|m| m.channel == channel && m.only_for.is_none());
        message.ok_or_else(|| Problem::unknown(10008))
    }

    /// A channel or thread by what people call it; the newest thread wins.
    pub fn place(&self, name: &str) -> Result<&Channel, Refused> {
        let name = name.trim_start_matches('#');
        let exact = self.channels.iter().rev().find(|channel| channel.name == name);
        let part = || self.channels.iter().rev().find(|c| c.parent.is_some() && c.name.contains(name));
        exact.or_else(part).ok_or_else(|| Refused(format!("there is no channel or thread called {name} on Discord")))
    }

    pub fn interaction(&self, id: u64) -> Option<&Interaction> {
        self.interactions.iter().find(|interaction| interaction.id == id)
    }

    /// Puts a message into its channel.
    pub fn add(&mut self, message: Message) {
        if let Some(channel) = self.channels.iter_mut().find(|channel| channel.id == message.channel) {
            channel.archived = false;
            channel.log.push(Entry::Message(message.id));
        }
        self.messages.insert(message.id, message);
    }

    pub fn remove(&mut self, id: u64) {
        self.messages.remove(&id);
        for channel in &mut self.channels {
            channel.log.retain(|entry| !matches!(entry, Entry::Message(message) if *message == id));
        }
    }
}

impl Channel {
    pub fn new(id: u64, name: String, parent: Option<u64>) -> Self {
        Self {
            id,
            name,
            topic: String::new(),
            parent,
            archived: false,
            locked: false,
            auto_archive: 1440,
            denied: None,
            log: Vec::new(),
        }
    }
}
