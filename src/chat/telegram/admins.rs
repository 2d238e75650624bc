//! Asks Telegram whether somebody administrates a chat.

use std::time::Duration;

use serde::Deserialize;
use teloxide::{
    Bot,
    prelude::Requester,
    types::{ChatId, UserId},
};

use super::{
    call::{CallFailure, call},
    connect::{TelegramAccess, bot},
    state::patience,
};
use crate::chat::problem::ChatProblem;

/// The platform role of a chat's administrators.
pub const ADMIN: &str = "admin";
/// How long one request may take, how often Telegram is asked, and the longest pause in between: somebody waits for it.
const REQUEST: Duration = Duration::from_secs(5);
const TRIES: usize = 3;
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Who administrates which chat. Cloning gives another handle.
#[derive(Clone)]
pub struct Admins(Bot);

#[derive(Deserialize)]
struct Member {
    status: String,
}

impl Admins {
    /// Telegram need not answer yet.
    ///
    /// # Errors
    /// `Refused` when the settings can never work.
    pub fn new(settings: &TelegramAccess) -> Result<Self, ChatProblem> {
        bot(settings, REQUEST).map(Self)
    }

    /// Whether somebody administrates a chat.
    ///
    /// # Errors
    /// Why that is not known just now.
    pub async fn is_admin(&self, chat: i64, user: u64) -> Result<bool, String> {
        let mut patience = patience();
        let mut tries = 1;
        loop {
            let asking = call::<Member>(&self.0, self.0.get_chat_member(ChatId(chat), UserId(user)));
            match asking.await {
                Ok(member) => return Ok(matches!(member.status.as_str(), "creator" | "administrator")),
                Err(CallFailure::Later { why, .. }) if tries == TRIES => return Err(why),
                Err(CallFailure::Later { why, wait }) => {
                    tracing::debug!(why, chat, "whether somebody is an administrator is asked again");
                    tries += 1;
                    tokio::time::sleep(wait.unwrap_or_else(|| patience.pause()).min(LONGEST_PAUSE)).await;
                }
                // "user not found", "member not found", "PARTICIPANT_ID_INVALID": not in the chat.
                Err(failure) if failure.says("not found") || failure.says("participant") => return Ok(false),
                // Such as "member list is inaccessible", where members are hidden from bots.
                Err(failure) => return Err(failure.to_string()),
            }
        }
    }
}
