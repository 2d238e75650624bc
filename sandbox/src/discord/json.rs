//! How Discord writes its things as JSON.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::{
    mentions,
    state::{GUILD, State},
    things::{Attachment, Channel, Denied, Home, Interaction, Message},
};
use crate::cast::{self, Person};

/// Every permission there is, as far as bots care.
const ALL: u64 = ((1 << 50) - 1) | PINS;
const VIEW: u64 = 1 << 10;
const SEND: u64 = 1 << 11 | 1 << 38;
const THREADS: u64 = 1 << 35 | 1 << 36;
const PINS: u64 = 1 << 51;

pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, false)
}

/// The permissions that a denial takes away.
fn taken(denied: Option<Denied>) -> u64 {
    match denied {
        None => 0,
        Some(Denied::View) => VIEW,
        Some(Denied::Send) => SEND,
        Some(Denied::Threads) => THREADS,
        Some(Denied::Pins) => PINS,
    }
}

impl State {
    pub(super) fn user_json(&self, id: u64) -> Value {
        let bot = id == self.settings.application;
        let mut user = json!({
            "id": id.to_string(), "username": self.name_of(id), "discriminator": "0", "avatar": null,
            "global_name": null, "public_flags": 0,
        });
        if bot {
            user["bot"] = json!(true);
        }
        user
    }

    pub(super) fn me_json(&self) -> Value {
        let mut user = self.user_json(self.settings.application);
        user["mfa_enabled"] = json!(false);
        user["verified"] = json!(true);
        user["email"] = Value::Null;
        user["flags"] = json!(0);
        user
    }

    /// A member of a guild; the roles of the cast are those of the team's guild, and the other one has none.
    pub(super) fn member_json(&self, guild: u64, user: u64) -> Value {
        let roles: Vec<String> = cast::ROLES
            .iter()
            .filter(|role| guild == GUILD && self.holders(role.1).contains(&user))
            .map(|role| role.1.to_string())
            .collect();
        json!({
            "user": self.user_json(user), "nick": null, "avatar": null, "roles": roles,
            "joined_at": "2024-01-01T00:00:00.000000+00:00", "premium_since": null, "deaf": false, "mute": false,
            "flags": 0, "pending": false, "communication_disabled_until": null,
        })
    }

    pub(super) fn roles_json(&self, guild: u64) -> Value {
        let everyone = ("@everyone", guild);
        let others: &[(&str, u64)] = if guild == GUILD { &cast::ROLES } else { &[] };
        let roles = std::iter::once(&everyone).chain(others).enumerate().map(|(position, (name, id))| {
            json!({
                "id": id.to_string(), "name": name, "color": 0, "hoist": false, "position": position,
                "permissions": if *id == guild { ALL.to_string() } else { "0".to_owned() },
                "managed": false, "mentionable": true, "flags": 0,
                "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
            })
        });
        roles.collect()
    }

    pub(super) fn channel_json(&self, channel: &Channel) -> Value {
        let last = self.messages.values().rev().find(|m| m.channel == channel.id).map(|m| m.id.to_string());
        let guild = match channel.home {
            Home::Guild(guild) => guild.to_string(),
            Home::Private(with) => {
                return json!({
                    "id": channel.id.to_string(), "type": 1, "last_message_id": last, "flags": 0,
                    "recipients": [self.user_json(with)],
                });
            }
        };
        let mut json = json!({
            "id": channel.id.to_string(), "guild_id": guild, "name": channel.name,
            "type": if channel.parent.is_some() { 11 } else { 0 }, "last_message_id": last, "flags": 0,
            "rate_limit_per_user": 0,
        });
        let Some(parent) = channel.parent else {
            json["topic"] = if channel.topic.is_empty() { Value::Null } else { json!(channel.topic) };
            json["nsfw"] = json!(false);
            json["position"] = json!(channel.id - super::FIRST_CHANNEL);
            json["parent_id"] = Value::Null;
            json["permission_overwrites"] = match taken(channel.denied) {
                0 => json!([]),
                deny => {
                    let bot = self.settings.application.to_string();
                    json!([{"id": bot, "type": 1, "allow": "0", "deny": deny.to_string()}])
                }
            };
            return json;
        };
        let count = self.messages.values().filter(|m| m.channel == channel.id).count();
        json["parent_id"] = json!(parent.to_string());
        json["owner_id"] = json!(self.settings.application.to_string());
        json["message_count"] = json!(count);
        json["total_message_sent"] = json!(count);
        json["member_count"] = json!(1);
        json["thread_metadata"] = json!({
            "archived": channel.archived, "locked": channel.locked, "auto_archive_duration": channel.auto_archive,
            "archive_timestamp": moment(self.now()),
        });
        json
    }

    fn attachment_json(&self, channel: u64, attachment: &Attachment) -> Value {
        let url = format!("http://{}/attachments/{channel}/{}/{}", self.address, attachment.id, attachment.name);
        json!({
            "id": attachment.id.to_string(), "filename": attachment.name, "size": attachment.size,
            "url": url, "proxy_url": url,
        })
    }

    pub(super) fn message_json(&self, message: &Message) -> Value {
        let mentioned = mentions::mentioned(&message.content);
        let mut json = json!({
            "id": message.id.to_string(), "channel_id": message.channel.to_string(),
            "author": self.user_json(message.author), "content": message.content,
            "timestamp": moment(message.at), "edited_timestamp": message.edited.map(moment), "tts": false,
            "mention_everyone": mentioned.everyone && !message.pings.is_empty(),
            "mentions": mentioned.users.iter().map(|user| self.user_json(*user)).collect::<Vec<_>>(),
            "mention_roles": mentioned.roles.iter().map(u64::to_string).collect::<Vec<_>>(),
            "attachments": message.attachments.iter().map(|a| self.attachment_json(message.channel, a)).collect::<Vec<_>>(),
            "embeds": message.embeds, "components": message.components, "pinned": message.pinned, "flags": message.flags,
            "type": 0,
        });
        if !message.nonce.is_null() {
            json["nonce"] = message.nonce.clone();
        }
        if message.author == self.settings.application {
            json["application_id"] = json!(self.settings.application.to_string());
        }
        if let Some(reply_to) = message.reply_to {
            json["type"] = json!(19);
            json["message_reference"] =
                json!({"type": 0, "message_id": reply_to.to_string(), "channel_id": message.channel.to_string()});
            if let Some(Home::Guild(guild)) = self.known(message.channel).map(|channel| channel.home) {
                json["message_reference"]["guild_id"] = json!(guild.to_string());
            }
        }
        if let Some(pinned) = message.notice_of {
            json["type"] = json!(6);
            json["message_reference"] =
                json!({"type": 0, "message_id": pinned.to_string(), "channel_id": message.channel.to_string()});
        }
        if let Some(interaction) = message.interaction.and_then(|id| self.interaction(id)) {
            json["type"] = json!(if interaction.kind == 2 { 20 } else { 19 });
            json["webhook_id"] = json!(self.settings.application.to_string());
            json["interaction_metadata"] = json!({
                "id": interaction.id.to_string(), "type": interaction.kind,
                "user": self.user_json(interaction.user), "authorizing_integration_owners": {},
            });
            if let Some(source) = interaction.source {
                json["interaction_metadata"]["interacted_message_id"] = json!(source.to_string());
            }
        }
        if let Some(thread) = self.channels.iter().find(|channel| channel.id == message.id) {
            json["thread"] = self.channel_json(thread);
            json["flags"] = json!(message.flags | 32);
        }
        json
    }

    /// The event that tells the bot of an interaction.
    pub(super) fn interaction_json(&self, interaction: &Interaction, person: Person, data: &Value) -> Value {
        let permissions = (ALL & !taken(self.denied(interaction.channel))).to_string();
        let channel = self.known(interaction.channel);
        let home = channel.map(|channel| channel.home);
        let mut event = json!({
            "id": interaction.id.to_string(), "application_id": self.settings.application.to_string(),
            "type": interaction.kind, "data": data, "channel_id": interaction.channel.to_string(),
            "channel": channel.map(|channel| self.channel_json(channel)),
            "token": interaction.token, "version": 1, "app_permissions": permissions,
            "locale": "en-US", "entitlements": [], "attachment_size_limit": 10_485_760,
        });
        match home {
            Some(Home::Guild(guild)) => {
                event["guild_id"] = json!(guild.to_string());
                event["guild"] = json!({"id": guild.to_string(), "locale": "en-US", "features": []});
                event["guild_locale"] = json!("en-US");
                event["channel"]["permissions"] = json!(ALL.to_string());
                event["member"] = self.member_json(guild, person.discord);
                event["member"]["permissions"] = json!(ALL.to_string());
                event["context"] = json!(0);
                event["authorizing_integration_owners"] = json!({"0": guild.to_string()});
            }
            // A private talk has neither guild nor member: Discord's page "Receiving and Responding to Interactions"
            // says so of the interaction object, and that the owner is then "0".
            Some(Home::Private(_)) | None => {
                event["user"] = self.user_json(person.discord);
                event["context"] = json!(1);
                event["authorizing_integration_owners"] = json!({"0": "0"});
            }
        }
        if let Some(source) = interaction.source.and_then(|id| self.messages.get(&id)) {
            event["message"] = self.message_json(source);
        }
        event
    }
}
