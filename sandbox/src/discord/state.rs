//! What Discord knows: channels, messages, interactions, commands, and who is connected.

use std::{collections::BTreeMap, net::SocketAddr};

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use super::{
    Settings,
    gateway::Frame,
    pace::Pace,
    problem::Problem,
    things::{Channel, Denied, Entry, Home, Interaction, Message},
};
use crate::{
    cast::{self, Person},
    chat::{Ping, Refused},
    clock::Clock,
    wire::Wire,
};

/// The guild of the team.
pub(super) const GUILD: u64 = 200_000_000_000_000_001;
/// Another guild, which somebody else has invited the bot to.
pub(super) const ANOTHER_GUILD: u64 = 200_000_000_000_000_002;
/// The first moment of Discord's ids, in milliseconds of the Unix epoch.
const EPOCH: i64 = 1_420_070_400_000;
/// A connection to the gateway.
pub(super) struct Session {
    pub id: u64,
    /// It has identified itself or resumed, so it gets events.
    pub ready: bool,
    pub frames: UnboundedSender<Frame>,
}

pub(super) struct State {
    pub settings: Settings,
    pub clock: Clock,
    pub wire: Wire,
    pub address: SocketAddr,
    next_id: u64,
    pub channels: Vec<Channel>,
    pub messages: BTreeMap<u64, Message>,
    pub global_commands: Vec<Value>,
    /// The commands of each guild that has any.
    pub guild_commands: BTreeMap<u64, Vec<Value>>,
    pub interactions: Vec<Interaction>,
    pub pings: Vec<Ping>,
    pub sessions: Vec<Session>,
    /// Sessions that may be resumed.
    pub resumable: Vec<String>,
    /// Whether the gateway never says that it is ready.
    pub silent: bool,
    /// How many messages it takes, if it counts them.
    pub pace: Option<Pace>,
}

impl State {
    pub(super) fn new(settings: Settings, clock: Clock, wire: Wire, address: SocketAddr) -> Self {
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
            guild_commands: BTreeMap::new(),
            interactions: Vec::new(),
            pings: Vec::new(),
            sessions: Vec::new(),
            resumable: Vec::new(),
            silent: false,
            pace: None,
        };
        let mut next = super::FIRST_CHANNEL;
        let mut add = |home: Home, name: &str| {
            state.channels.push(Channel::new(next, home, name.to_owned(), None));
            next += 1;
        };
        state.settings.channels.iter().for_each(|name| add(Home::Guild(GUILD), name));
        state.settings.channels_elsewhere.iter().for_each(|name| add(Home::Guild(ANOTHER_GUILD), name));
        state.settings.people.iter().for_each(|person| add(Home::Private(person.discord), person.name));
        state
    }

    /// The channel with this id, whether or not the bot can see it.
    pub(super) fn known(&self, id: u64) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    /// A channel where this person can do something: nobody is in another person's private talk.
    pub(super) fn place_of(&self, person: Person, name: &str) -> Result<&Channel, Refused> {
        let place = self.place(name)?;
        match place.home {
            Home::Private(owner) if owner != person.discord => {
                Refused::because(format!("{} cannot see the private talk of {name} on Discord", person.name))
            }
            Home::Private(_) | Home::Guild(_) => Ok(place),
        }
    }

    pub(super) fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(super) fn person(&self, name: &str) -> Result<Person, Refused> {
        let found = self.settings.people.iter().find(|person| person.name == name);
        found.copied().ok_or_else(|| Refused(format!("there is nobody called {name} on Discord")))
    }

    /// What the transcripts call a user.
    pub(super) fn name_of(&self, user: u64) -> String {
        if user == self.settings.application {
            return self.settings.bot_name.clone();
        }
        let found = self.settings.people.iter().find(|person| person.discord == user);
        found.map_or_else(|| format!("user {user}"), |person| person.name.to_owned())
    }

    pub(super) fn holders(&self, role: u64) -> Vec<u64> {
        let holds = |person: &&Person| cast::role_id(person.role) == Some(role);
        self.settings.people.iter().filter(holds).map(|person| person.discord).collect()
    }

    /// A channel that the bot can see.
    pub(super) fn channel(&mut self, id: u64) -> Result<&mut Channel, Problem> {
        let (denied, gone) = (self.denied(id), self.is_gone(id));
        let channel = self.channels.iter_mut().find(|channel| channel.id == id && !gone);
        let channel = channel.ok_or_else(|| Problem::unknown(10003))?;
        match denied {
            Some(Denied::View) => Err(Problem::forbidden(50001)),
            _ => Ok(channel),
        }
    }

    /// Whether somebody deleted the channel, or the one of which it is a thread.
    fn is_gone(&self, id: u64) -> bool {
        let channel = self.channels.iter().find(|channel| channel.id == id);
        channel.is_some_and(|channel| channel.gone || channel.parent.is_some_and(|parent| self.is_gone(parent)))
    }

    /// What the bot may not do there; a thread inherits from its channel.
    pub(super) fn denied(&self, id: u64) -> Option<Denied> {
        let channel = self.channels.iter().find(|channel| channel.id == id)?;
        channel.denied.or_else(|| self.denied(channel.parent?))
    }

    /// A message that the bot can reach through its channel: private replies are not among them.
    pub(super) fn message(&mut self, channel: u64, id: u64) -> Result<&mut Message, Problem> {
        self.channel(channel)?;
        let message = self.messages.get_mut(&id).filter(|m| m.channel == channel && m.only_for.is_none());
        message.ok_or_else(|| Problem::unknown(10008))
    }

    /// A channel or thread by what people call it; the newest thread wins.
    pub(super) fn place(&self, name: &str) -> Result<&Channel, Refused> {
        let name = name.trim_start_matches('#');
        let exact = self.channels.iter().rev().find(|channel| channel.name == name);
        let part = || self.channels.iter().rev().find(|c| c.parent.is_some() && c.name.contains(name));
        exact.or_else(part).ok_or_else(|| Refused(format!("there is no channel or thread called {name} on Discord")))
    }

    pub(super) fn interaction(&self, id: u64) -> Option<&Interaction> {
        self.interactions.iter().find(|interaction| interaction.id == id)
    }

    /// Puts a message into its channel.
    pub(super) fn add(&mut self, message: Message) {
        if let Some(channel) = self.channels.iter_mut().find(|channel| channel.id == message.channel) {
            channel.archived = false;
            channel.log.push(Entry::Message(message.id));
        }
        self.messages.insert(message.id, message);
    }

    pub(super) fn remove(&mut self, id: u64) {
        self.messages.remove(&id);
        for channel in &mut self.channels {
            channel.log.retain(|entry| !matches!(entry, Entry::Message(message) if *message == id));
        }
    }
}
