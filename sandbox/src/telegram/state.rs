//! What Telegram knows: chats, messages, updates that wait, buttons that were pressed.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{
    Settings,
    html::{self, Rich},
    problem::Problem,
    things::{Chat, Kind, Query, Standing, Topic, Webhook},
};
use crate::{
    cast::Person,
    chat::{Ping, Refused},
    clock::Clock,
    wire::Wire,
};

pub(super) struct State {
    pub settings: Settings,
    pub clock: Clock,
    pub wire: Wire,
    pub chats: Vec<Chat>,
    pub updates: Vec<Value>,
    pub queries: Vec<Query>,
    pub pings: Vec<Ping>,
    pub webhook: Option<Webhook>,
    /// The groups that became supergroups: what their ids were, and what they are.
    pub migrated: Vec<(i64, i64)>,
    /// Grows with each `getUpdates`, so that an older one notices.
    pub polls: u64,
    pub webhooks: u64,
    /// A server of before Bot API 9.5, which does not know moments.
    pub is_older: bool,
    pub allowed_updates: Vec<String>,
    /// The command menus by scope and language.
    pub commands: Vec<(String, Value)>,
    next_update: i64,
}

impl State {
    pub(super) fn new(settings: Settings, clock: Clock, wire: Wire) -> Self {
        let mut state = Self {
            clock,
            wire,
            chats: Vec::new(),
            updates: Vec::new(),
            queries: Vec::new(),
            pings: Vec::new(),
            webhook: None,
            migrated: Vec::new(),
            polls: 0,
            webhooks: 0,
            is_older: false,
            allowed_updates: Vec::new(),
            commands: Vec::new(),
            next_update: 500_000,
            settings,
        };
        for group in state.settings.groups.clone() {
            let kind = if group.topics.is_empty() { Kind::Group } else { Kind::Supergroup };
            let mut chat = Chat::new(group.id, kind, group.title, Standing::Member);
            for name in group.topics {
                let id = chat.next_id() + 1;
                chat.next_id();
                chat.topics.push(Topic { id, name, closed: false });
            }
            state.chats.push(chat);
        }
        for person in state.settings.people.clone() {
            let name = person.name.to_owned();
            state.chats.push(Chat::new(person.telegram, Kind::Private, name, Standing::Stranger));
        }
        state
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(super) fn person(&self, name: &str) -> Result<Person, Refused> {
        let found = self.settings.people.iter().find(|person| person.name == name);
        found.copied().ok_or_else(|| Refused(format!("there is nobody called {name} on Telegram")))
    }

    /// What the transcripts call a user.
    pub(super) fn name_of(&self, user: i64) -> String {
        if user == self.settings.bot_id {
            return self.settings.bot_name.clone();
        }
        let found = self.settings.people.iter().find(|person| person.telegram == user);
        found.map_or_else(|| format!("user {user}"), |person| person.name.to_owned())
    }

    /// A chat by what people call it: a group by its title, a private chat by the person's name.
    pub(super) fn place(&mut self, title: &str) -> Result<&mut Chat, Refused> {
        let found = self.chats.iter_mut().find(|chat| chat.title == title);
        found.ok_or_else(|| Refused(format!("there is no chat called {title} on Telegram")))
    }

    pub(super) fn chat(&self, id: i64) -> Option<&Chat> {
        self.chats.iter().find(|chat| chat.id == id)
    }

    pub(super) fn chat_mut(&mut self, id: i64) -> Result<&mut Chat, Problem> {
        let migrated = self.migrated.iter().find(|(old, _)| *old == id).map(|(_, new)| Problem::migrated(*new));
        let missing = migrated.unwrap_or_else(|| Problem::bad("chat not found"));
        self.chats.iter_mut().find(|chat| chat.id == id).ok_or(missing)
    }

    /// Queues an update for the bot, unless it did not want this kind.
    pub(super) fn update(&mut self, kind: &str, content: Value) {
        if !self.allowed_updates.is_empty() && !self.allowed_updates.iter().any(|allowed| allowed == kind) {
            return;
        }
        self.next_update += 1;
        let mut update = json!({"update_id": self.next_update});
        update[kind] = content;
        self.updates.push(update);
    }

    /// Who a message mentions: people of the chat, by link or by username.
    pub(super) fn mentioned(&self, rich: &Rich) -> Vec<i64> {
        let mut mentioned = Vec::new();
        for entity in &rich.entities {
            let person = self.mentioned_by(entity, &rich.text);
            mentioned.extend(person.map(|person| person.telegram).filter(|id| !mentioned.contains(id)));
        }
        mentioned
    }

    /// The person whom an entity mentions.
    pub(super) fn mentioned_by(&self, entity: &Value, text: &str) -> Option<Person> {
        let mut people = self.settings.people.iter();
        match entity["type"].as_str()? {
            "text_mention" => people.find(|person| entity["user"]["id"] == person.telegram).copied(),
            "mention" => {
                let start = entity["offset"].as_u64()? as usize;
                let units: Vec<u16> =
                    text.encode_utf16().skip(start).take(entity["length"].as_u64()? as usize).collect();
                let name = String::from_utf16_lossy(&units);
                people.find(|person| name.trim_start_matches('@') == person.telegram_username).copied()
            }
            _ => None,
        }
    }

    /// Finds `@username` and, for people, `/command` in a text and adds the entities that Telegram adds.
    pub(super) fn recognise(&self, rich: &mut Rich) {
        let text = rich.text.clone();
        let taken = |at: usize, entities: &[Value]| {
            entities.iter().any(|entity| {
                let start = entity["offset"].as_u64().unwrap_or_default() as usize;
                let code = matches!(entity["type"].as_str(), Some("code" | "pre" | "text_link" | "text_mention"));
                code && (start..start + entity["length"].as_u64().unwrap_or_default() as usize).contains(&at)
            })
        };
        for (at, sign) in text.char_indices().filter(|(_, sign)| matches!(sign, '@' | '/')) {
            let before = text[..at].chars().next_back();
            let word: String =
                text[at + 1..].chars().take_while(|c| c.is_ascii_alphanumeric() || "_@".contains(*c)).collect();
            let offset = html::length(&text[..at]);
            let starts = before.is_none_or(|before| !before.is_alphanumeric() && before != '/' && before != '<');
            if word.is_empty() || !starts || taken(offset, &rich.entities) {
                continue;
            }
            let kind = if sign == '@' { "mention" } else { "bot_command" };
            rich.entities.push(json!({"type": kind, "offset": offset, "length": html::length(&word) + 1}));
        }
        rich.entities.sort_by_key(|entity| entity["offset"].as_u64());
    }

    /// A text as the transcripts write it.
    pub(super) fn readable(&self, rich: &Rich) -> String {
        html::written(rich, |entity| self.mentioned_by(entity, &rich.text).map(|person| format!("@{}", person.name)))
    }
}
