//! Who a message mentions, whom it pings, and how mentions read.

use chrono::DateTime;
use serde_json::Value;

use super::{state::State, things::Message};
use crate::chat::{self, Ping};

/// What a text mentions, whether or not it may ping.
#[derive(Default)]
pub(super) struct Mentioned {
    pub users: Vec<u64>,
    pub roles: Vec<u64>,
    pub everyone: bool,
}

/// Finds the mentions in a text; those within code do not count.
pub(super) fn mentioned(content: &str) -> Mentioned {
    let mut mentioned = Mentioned::default();
    for (at, plain) in content.split('`').enumerate() {
        if at % 2 == 1 {
            continue;
        }
        mentioned.everyone |= plain.contains("@everyone") || plain.contains("@here");
        for tag in tags(plain) {
            let (list, id) = match tag.strip_prefix("@&") {
                Some(id) => (&mut mentioned.roles, id),
                None => (&mut mentioned.users, tag.trim_start_matches('@').trim_start_matches('!')),
            };
            let id = id.parse().ok().filter(|id| tag.starts_with('@') && !list.contains(id));
            list.extend(id);
        }
    }
    mentioned
}

/// The insides of all `<…>`.
fn tags(text: &str) -> impl Iterator<Item = &str> {
    text.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag)
}

impl State {
    /// Whom a message by the bot pings, given its `allowed_mentions`.
    pub(super) fn pinged(&self, content: &str, allowed: &Value, replied_to: Option<u64>) -> Vec<u64> {
        let mentioned = mentioned(content);
        let parse = |kind: &str| allowed.is_null() || listed(&allowed["parse"], kind);
        let mut pinged: Vec<u64> = Vec::new();
        for user in &mentioned.users {
            if parse("users") || listed(&allowed["users"], &user.to_string()) {
                pinged.push(*user);
            }
        }
        for role in &mentioned.roles {
            if parse("roles") || listed(&allowed["roles"], &role.to_string()) {
                pinged.extend(self.holders(*role));
            }
        }
        if mentioned.everyone && parse("everyone") {
            pinged.extend(self.settings.people.iter().map(|person| person.discord));
        }
        let reply_pings = allowed.is_null() || allowed["replied_user"] == true;
        if let (true, Some(message)) = (reply_pings, replied_to.and_then(|id| self.messages.get(&id))) {
            pinged.push(message.author);
        }
        let mut once = Vec::new();
        for user in pinged {
            let is_person = self.settings.people.iter().any(|person| person.discord == user);
            if is_person && !once.contains(&user) {
                once.push(user);
            }
        }
        once
    }

    /// Writes the pings of a message into the log.
    pub(super) fn log_pings(&mut self, message: &Message) {
        let place = self.channels.iter().find(|channel| channel.id == message.channel);
        let place = place.map(|channel| channel.name.clone()).unwrap_or_default();
        let text = chat::excerpt(&self.readable(&message.content));
        for user in &message.pings {
            let ping = Ping {
                at: message.at,
                person: self.name_of(*user),
                place: place.clone(),
                message: message.id.to_string(),
                text: text.clone(),
                silent: message.flags & 4096 != 0,
            };
            self.pings.push(ping);
        }
    }

    /// A text as people see it: mentions by name, times written out.
    pub(super) fn readable(&self, text: &str) -> String {
        let mut readable = String::new();
        let mut rest = text;
        while let Some(start) = rest.find('<') {
            readable.push_str(&rest[..start]);
            rest = &rest[start..];
            let known = rest.find('>').and_then(|end| Some((self.resolve(&rest[1..end])?, end)));
            match known {
                Some((name, end)) => {
                    readable.push_str(&name);
                    rest = &rest[end + 1..];
                }
                None => {
                    readable.push('<');
                    rest = &rest[1..];
                }
            }
        }
        readable + rest
    }

    pub(super) fn resolve(&self, tag: &str) -> Option<String> {
        if let Some(role) = tag.strip_prefix("@&") {
            let id = role.parse::<u64>().ok()?;
            return crate::cast::ROLES.iter().find(|role| role.1 == id).map(|role| format!("@{}", role.0));
        }
        if let Some(user) = tag.strip_prefix('@') {
            return Some(format!("@{}", self.name_of(user.trim_start_matches('!').parse().ok()?)));
        }
        if let Some(channel) = tag.strip_prefix('#') {
            let id = channel.parse::<u64>().ok()?;
            return self.channels.iter().find(|channel| channel.id == id).map(|channel| format!("#{}", channel.name));
        }
        if let Some(time) = tag.strip_prefix("t:") {
            let unix = time.split(':').next()?.parse().ok()?;
            return DateTime::from_timestamp(unix, 0).map(chat::utc);
        }
        let command = tag.strip_prefix('/')?;
        command.split_once(':').map(|(name, _)| format!("/{name}"))
    }
}

fn listed(list: &Value, wanted: &str) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(|entry| entry == wanted))
}
