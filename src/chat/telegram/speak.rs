//! Says things on Telegram: sends, edits, and answers pressed buttons.

use std::sync::atomic::Ordering;

use serde::{Deserialize, de::IgnoredAny};
use teloxide::{
    payloads::{AnswerCallbackQuerySetters, EditMessageTextSetters, SendMessageSetters, SetMessageReactionSetters},
    prelude::Requester,
    types::{
        CallbackQueryId, ChatId, LinkPreviewOptions, MessageId, ParseMode, ReactionType, ReplyParameters, ThreadId,
    },
};

use super::{
    call::{CallFailure, call, call_with_file},
    connect::Telegram,
    problem::from_failure,
    render, split,
};
use crate::{chat::problem::ChatProblem, domain::message::Message};

/// The topic "General" exists in every forum; Telegram refuses messages that name it.
const GENERAL: i32 = 1;
/// What shows that somebody was heard; one of the signs that Telegram takes as a reaction.
const HEARD: &str = "👌";
/// Telegram takes at most this many characters in the answer to a press.
const PRESS_CHARACTERS: usize = 200;

const NO_PREVIEW: LinkPreviewOptions = LinkPreviewOptions {
    is_disabled: true,
    url: None,
    prefer_small_media: false,
    prefer_large_media: false,
    show_above_text: false,
};

#[derive(Deserialize)]
struct Sent {
    message_id: i32,
}

impl Telegram {
    /// Says something new; tells the new message's id. It makes a sound only when it pings somebody. A message that
    /// needs several parts (see [`parts`](super::parts)) is shortened and says so: send its parts instead.
    ///
    /// # Errors
    /// See [`ChatProblem`]. After `Later` the message may have been sent all the same.
    pub async fn send(
        &self,
        chat: i64,
        topic: Option<i32>,
        reply_to: Option<i32>,
        message: &Message,
    ) -> Result<i32, ChatProblem> {
        let (bot, reader, message) = (&self.0.bot, self.reader(), split::fitting(message));
        let mut request = bot
            .send_message(self.reached(chat), reader.text(&message))
            .parse_mode(ParseMode::Html)
            .link_preview_options(NO_PREVIEW)
            .disable_notification(!reader.pings(&message));
        request.message_thread_id = topic.filter(|topic| *topic != GENERAL).map(|topic| ThreadId(MessageId(topic)));
        request.reply_parameters =
            reply_to.map(|message| ReplyParameters::new(MessageId(message)).allow_sending_without_reply());
        request.reply_markup = render::markup(&message);
        let mut sent = call::<Sent>(bot, request.clone()).await;
        if self.knows_no_moments(&sent) {
            request.text = self.reader().text(&message);
            sent = call::<Sent>(bot, request.clone()).await;
        }
        if self.has_moved(chat, &sent).await {
            request.chat_id = self.reached(chat).into();
            sent = call(bot, request).await;
        }
        Ok(sent.map_err(|failure| from_failure(failure, &format!("telegram:{chat}")))?.message_id)
    }

    /// Says a text as a file, without a sound.
    ///
    /// # Errors
    /// See [`ChatProblem`].
    pub async fn send_file(
        &self,
        (chat, topic): (i64, Option<i32>),
        reply_to: Option<i32>,
        name: &str,
        text: String,
    ) -> Result<(), ChatProblem> {
        let file = reqwest::multipart::Part::text(text).file_name(name.to_owned());
        let mut form = reqwest::multipart::Form::new()
            .text("chat_id", self.reached(chat).to_string())
            .text("disable_notification", "true")
            .part("document", file);
        if let Some(topic) = topic.filter(|topic| *topic != GENERAL) {
            form = form.text("message_thread_id", topic.to_string());
        }
        if let Some(message) = reply_to {
            let answered = serde_json::json!({ "message_id": message, "allow_sending_without_reply": true });
            form = form.text("reply_parameters", answered.to_string());
        }
        let sent = call_with_file::<IgnoredAny>(&self.0.bot, "SendDocument", form).await;
        sent.map(drop).map_err(|failure| from_failure(failure, &format!("telegram:{chat}")))
    }

    /// Changes what a message says, buttons included. A message that already says this is left as it is.
    ///
    /// # Errors
    /// See [`ChatProblem`]; `Gone` when there is no such message any more.
    pub async fn edit(&self, chat: i64, message_id: i32, message: &Message) -> Result<(), ChatProblem> {
        let (bot, message) = (&self.0.bot, split::fitting(message));
        let mut request = bot
            .edit_message_text(self.reached(chat), MessageId(message_id), self.reader().text(&message))
            .parse_mode(ParseMode::Html)
            .link_preview_options(NO_PREVIEW);
        request.reply_markup = render::keyboard(&message);
        let mut edited = call::<IgnoredAny>(bot, request.clone()).await;
        if self.knows_no_moments(&edited) {
            request.text = self.reader().text(&message);
            edited = call(bot, request).await;
        }
        if self.has_moved(chat, &edited).await {
            return Err(ChatProblem::Gone("The group became a supergroup, where the message is not the bot's.".into()));
        }
        match edited {
            Err(failure) if !failure.says("message is not modified") => {
                Err(from_failure(failure, &format!("telegram:{chat}")))
            }
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Deletes a message of the bot's; one that is gone is deleted.
    ///
    /// # Errors
    /// See [`ChatProblem`]; `Refused` when it is more than 48 hours old, and the bot no administrator who may delete.
    pub async fn delete(&self, chat: i64, message_id: i32) -> Result<(), ChatProblem> {
        let bot = &self.0.bot;
        match call::<IgnoredAny>(bot, bot.delete_message(self.reached(chat), MessageId(message_id))).await {
            Err(failure) if !failure.says("message to delete not found") => {
                Err(from_failure(failure, &format!("telegram:{chat}")))
            }
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Shows below somebody's message that it was heard.
    ///
    /// # Errors
    /// See [`ChatProblem`]; `Refused` where the group allows no such reaction, or the message is gone.
    pub async fn react(&self, chat: i64, message_id: i32) -> Result<(), ChatProblem> {
        let bot = &self.0.bot;
        let heard = ReactionType::Emoji { emoji: HEARD.to_owned() };
        let request = bot.set_message_reaction(self.reached(chat), MessageId(message_id)).reaction(vec![heard]);
        call::<IgnoredAny>(bot, request)
            .await
            .map(drop)
            .map_err(|failure| from_failure(failure, &format!("telegram:{chat}")))
    }

    /// Under which id a chat is reached.
    pub(super) fn reached(&self, chat: i64) -> ChatId {
        ChatId(self.0.inbox.reached_as(chat))
    }

    /// Whether Telegram says that the group has another id by now, and that has been noted.
    async fn has_moved<T: Sync>(&self, chat: i64, answer: &Result<T, CallFailure>) -> bool {
        let Err(CallFailure::Moved(to)) = answer else { return false };
        let noted = self.0.inbox.has_moved(chat, *to).await;
        noted.inspect_err(|problem| tracing::error!(problem, "that a group has a new id could not be stored")).is_ok()
    }

    /// Whether the server says that it does not know moments, as one of before Bot API 9.5; from then on it gets words.
    fn knows_no_moments<T>(&self, answer: &Result<T, CallFailure>) -> bool {
        let refused = answer.as_ref().is_err_and(|failure| failure.says("unsupported start tag \"tg-time\""));
        if refused {
            self.0.knows_moments.store(false, Ordering::Relaxed);
        }
        refused
    }

    /// Answers a pressed button: a short text over the chat, or a window to close when `alert` is set. An empty text only
    /// ends the button's waiting; more than 200 characters are shortened and end with "…".
    ///
    /// # Errors
    /// See [`ChatProblem`]; `Gone` when the press is too old for an answer that says something.
    pub async fn answer_press(&self, query_id: &str, text: &str, alert: bool) -> Result<(), ChatProblem> {
        let bot = &self.0.bot;
        let mut request = bot.answer_callback_query(CallbackQueryId(query_id.to_owned())).show_alert(alert);
        request.text = Some(shortened(text)).filter(|text| !text.is_empty());
        match call::<IgnoredAny>(bot, request).await {
            Err(failure) if failure.says("query is too old") || failure.says("query id is invalid") => {
                if text.is_empty() {
                    Ok(())
                } else {
                    Err(ChatProblem::Gone("The press is too old to be answered.".into()))
                }
            }
            Err(failure) => Err(from_failure(failure, "the answer to a button")),
            Ok(_) => Ok(()),
        }
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= PRESS_CHARACTERS {
        return text.to_owned();
    }
    text.chars().take(PRESS_CHARACTERS - 1).chain(['…']).collect()
}
