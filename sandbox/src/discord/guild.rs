//! Who the bot is, the guild, and the registered commands.

use serde_json::{Value, json};

use super::{
    check_commands,
    problem::Problem,
    request::Body,
    state::{ANOTHER_GUILD, GUILD, State},
    things::Home,
};

impl State {
    /// `GET applications/@me`
    pub(super) fn application_json(&self) -> Value {
        json!({
            "id": self.settings.application.to_string(), "name": self.settings.bot_name, "icon": null,
            "description": "", "bot_public": false, "bot_require_code_grant": false, "verify_key": "0".repeat(64),
            "team": null, "owner": null, "flags": 0, "bot": self.me_json(),
        })
    }

    /// `GET gateway` and `GET gateway/bot`
    pub(super) fn gateway_json(&self) -> Value {
        json!({
            "url": format!("ws://{}/gateway", self.address), "shards": 1,
            "session_start_limit": {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1},
        })
    }

    /// `GET guilds/{guild}`
    pub(super) fn guild_json(&self, guild: u64) -> Value {
        json!({
            "id": guild.to_string(), "name": if guild == GUILD { "Sandbox" } else { "Elsewhere" }, "icon": null, "splash": null, "discovery_splash": null,
            "owner_id": self.settings.people.first().map_or(0, |person| person.discord).to_string(),
            "afk_channel_id": null, "afk_timeout": 300, "verification_level": 0, "default_message_notifications": 1,
            "explicit_content_filter": 0, "roles": self.roles_json(guild), "emojis": [], "features": [], "stickers": [],
            "mfa_level": 0, "application_id": null, "system_channel_id": null, "system_channel_flags": 0,
            "rules_channel_id": null, "vanity_url_code": null, "description": null, "banner": null,
            "premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": "en-US",
            "public_updates_channel_id": null, "nsfw_level": 0, "premium_progress_bar_enabled": false,
            "max_members": 500_000, "safety_alerts_channel_id": null,
        })
    }

    /// `GET guilds/{guild}/channels`
    pub(super) fn guild_channels_json(&self, guild: u64) -> Value {
        let there = self.channels.iter().filter(|c| c.parent.is_none() && c.home == Home::Guild(guild));
        there.map(|channel| self.channel_json(channel)).collect()
    }

    /// `GET guilds/{guild}/members/{user}`
    pub(super) fn member(&self, guild: u64, user: u64) -> Result<Value, Problem> {
        let known = user == self.settings.application || self.settings.people.iter().any(|p| p.discord == user);
        if known { Ok(self.member_json(guild, user)) } else { Err(Problem::unknown(10007)) }
    }

    /// The commands of a guild that the bot is in, or those of everywhere.
    pub(super) fn commands(&mut self, application: u64, guild: Option<u64>) -> Result<&mut Vec<Value>, Problem> {
        if application != self.settings.application {
            return Err(Problem::unknown(10002));
        }
        match guild {
            None => Ok(&mut self.global_commands),
            Some(guild @ (GUILD | ANOTHER_GUILD)) => Ok(self.guild_commands.entry(guild).or_default()),
            Some(_) => Err(Problem::forbidden(50001)),
        }
    }

    /// `PUT applications/{application}/commands`, and the same for a guild: replaces all commands.
    pub(super) fn put_commands(&mut self, application: u64, guild: Option<u64>, body: &Body) -> Result<Value, Problem> {
        let wanted = body.json.as_array().ok_or_else(|| Problem::bad(50109))?;
        let known = self.commands(application, guild)?.clone();
        check_commands::check(wanted)?;
        let mut commands = Vec::new();
        for command in wanted {
            let same = known.iter().find(|known| known["name"] == command["name"]);
            let id = same.map(|known| known["id"].clone()).unwrap_or_else(|| json!(self.id().to_string()));
            let mut command = command.clone();
            command["id"] = id;
            command["application_id"] = json!(application.to_string());
            command["version"] = json!(self.id().to_string());
            command["type"] = json!(1);
            if let Some(guild) = guild {
                command["guild_id"] = json!(guild.to_string());
            }
            commands.push(command);
        }
        self.commands(application, guild)?.clone_from(&commands);
        Ok(json!(commands))
    }
}
