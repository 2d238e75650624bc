//! Brings what an update says to the reception, with the roles that the chat itself vouches for.

use serde::Deserialize;
use teloxide::{
    prelude::Requester,
    types::{ChatId, Update, UserId},
};

use super::{
    call::{Failure, call},
    connect::Telegram,
    read,
};
use crate::{
    chat::heard::Heard,
    domain::{people::Account, post::Place},
};

/// The platform role of a chat's administrators, and its name in the configuration.
const ADMIN: &str = "admin";
const MAPPED_ADMIN: &str = "telegram:admin";

#[derive(Deserialize)]
struct Member {
    status: String,
}

impl Telegram {
    /// Stores what an update says, if it says something to us.
    pub(super) async fn bring_in(&self, update: &Update) -> Result<(), String> {
        let me = self.0.me.get().ok_or("the bot does not know its own name yet")?;
        let Some(mut heard) = read::heard(update, me, self.0.clock.now()) else { return Ok(()) };
        if self.is_admin(&heard).await? {
            heard.speaker.platform_roles.push(ADMIN.into());
        }
        self.0.reception.heard(heard).await.map(drop)
    }

    /// Whether the speaker administers the chat. Telegram is asked only where it matters: in groups, for known people,
    /// when the configuration gives administrators a role.
    async fn is_admin(&self, heard: &Heard) -> Result<bool, String> {
        let (Place::Telegram { chat, .. }, Account::Telegram(user)) = (heard.place, &heard.speaker.account) else {
            return Ok(false);
        };
        let people = &self.0.people;
        let matters = people.mapped_roles.contains_key(MAPPED_ADMIN) && people.find(&heard.speaker.account).is_some();
        if chat >= 0 || !matters {
            return Ok(false);
        }
        let bot = &self.0.bot;
        match call::<Member>(bot, bot.get_chat_member(ChatId(chat), UserId(*user))).await {
            Ok(member) => Ok(matches!(member.status.as_str(), "creator" | "administrator")),
            Err(Failure::Later { why, .. }) => Err(format!("whether somebody is an administrator is not known: {why}")),
            Err(failure) => {
                tracing::warn!(%failure, chat, "whether somebody is an administrator cannot be known");
                Ok(false)
            }
        }
    }
}
