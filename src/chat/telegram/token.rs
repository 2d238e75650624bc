//! Whether Telegram takes the bot's token, asked before anything else.

use std::time::Duration;

use serde::de::IgnoredAny;
use teloxide::prelude::Requester;

use super::{
    call::call,
    connect::{TelegramAccess, bot},
    problem::WRONG_TOKEN,
};
use crate::chat::problem::ChatProblem;

/// How long Telegram may take for that; what it does not say soon is found out later.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks Telegram whether it knows the token.
///
/// # Errors
/// `Refused` when it does not, or when the settings can never work.
pub async fn takes_the_token(settings: &TelegramAccess) -> Result<(), ChatProblem> {
    let bot = bot(settings, PATIENCE)?;
    match call::<IgnoredAny>(&bot, bot.get_me()).await {
        Err(failure) if failure.is_wrong_token() => Err(ChatProblem::Refused(WRONG_TOKEN.to_owned())),
        Ok(_) | Err(_) => Ok(()),
    }
}
