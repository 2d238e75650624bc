//! Pins a message and takes the pin away; the service message that tells of the bot's own pin is deleted.

use serde::de::IgnoredAny;
use teloxide::{
    payloads::{PinChatMessageSetters, UnpinChatMessageSetters},
    prelude::Requester,
    types::MessageId,
};

use super::{
    call::call,
    connect::Telegram,
    problem::from_failure,
    read::{self, Me, Update},
};
use crate::chat::problem::ChatProblem;

impl Telegram {
    /// Whether cards are to be pinned here.
    pub fn pins(&self) -> bool {
        self.0.pin
    }

    /// Pins a message without a sound.
    ///
    /// # Errors
    /// `Shut` when the bot is no administrator who may pin, `Refused` when the message is gone.
    pub async fn pin(&self, chat: i64, message_id: i32) -> Result<(), ChatProblem> {
        let bot = &self.0.bot;
        let request = bot.pin_chat_message(self.reached(chat), MessageId(message_id)).disable_notification(true);
        call::<IgnoredAny>(bot, request).await.map(drop).map_err(|failure| from_failure(failure, &place(chat)))
    }

    /// Takes a message's pin away.
    ///
    /// # Errors
    /// As [`Telegram::pin`].
    pub async fn unpin(&self, chat: i64, message_id: i32) -> Result<(), ChatProblem> {
        let bot = &self.0.bot;
        let request = bot.unpin_chat_message(self.reached(chat)).message_id(MessageId(message_id));
        call::<IgnoredAny>(bot, request).await.map(drop).map_err(|failure| from_failure(failure, &place(chat)))
    }

    /// Deletes the service message that an update is, if it tells of a pin of the bot's. One that stays does no harm.
    pub(super) async fn delete_notice(&self, update: &Update, me: &Me) {
        let Some((chat, notice)) = read::pin_notice(update, me) else { return };
        if let Err(problem) = self.delete(self.0.inbox.named_as(chat), notice).await {
            tracing::info!(%problem, chat, "the notice of a pin stays");
        }
    }
}

fn place(chat: i64) -> String {
    format!("telegram:{chat}")
}
