//! Reads what Telegram reports: an update becomes something heard, or nothing.

mod named;

use chrono::{DateTime, Utc};
use commands::{Invocation, Permission, UsageError};
use teloxide::types::{CallbackQuery, Chat, MaybeInaccessibleMessage, Message, Update, UpdateKind, User};

use super::ask;
use crate::{
    chat::incoming::Incoming,
    domain::{
        message::post::{Place, ReplyTo},
        team::{
            here::Within,
            people::{Account, Speaker},
        },
    },
    logging,
};
pub(super) use named::named;

/// The account of everybody whom Telegram does not name. No person has it.
const NOBODY: Account = Account::Telegram(0);

/// The answer to small talk in a private chat.
const HINT: &str = "I understand commands, and replies to my questions; /help lists the commands.";

/// The bot as Telegram knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Me {
    pub id: u64,
    pub username: String,
}

/// What was said, if the update is something said to us. Edits, other bots and talk among people are not.
pub(super) fn heard(update: &Update, me: &Me, at: DateTime<Utc>) -> Option<Incoming> {
    let id = format!("telegram:{}", update.id.0);
    match &update.kind {
        UpdateKind::Message(message) => from_message(id, message, me, at),
        UpdateKind::CallbackQuery(press) => from_press(id, press, at),
        UpdateKind::Error(_) => {
            logging::of_strangers(|left_out| {
                tracing::warn!(id, left_out, "an update of an unknown form was passed over")
            });
            None
        }
        _ => None,
    }
}

/// Which group says that it has another id from now on: both ids.
pub(super) fn moved(update: &Update) -> Option<(i64, i64)> {
    let UpdateKind::Message(message) = &update.kind else { return None };
    let chat = message.chat.id.0;
    let to = message.migrate_to_chat_id().map(|to| (chat, to.0));
    to.or_else(|| message.migrate_from_chat_id().map(|from| (from.0, chat)))
}

fn from_message(id: String, message: &Message, me: &Me, at: DateTime<Utc>) -> Option<Incoming> {
    // What somebody forwards was not said by them.
    if message.forward_origin().is_some() {
        return None;
    }
    let speaker = speaker(message)?;
    let mut said = said(message, me)?;
    if let Ok(command) = &said
        && speaker.account == NOBODY
        && needs_a_person(command)
    {
        said = Err("You write in the name of a group or channel, so I cannot tell who you are. \
                    Write as yourself to use this command (group admins: turn off “Remain anonymous”)."
            .into());
    }
    let (chat, topic) = (message.chat.id.0, topic(message));
    let reply = ReplyTo::TelegramMessage { chat, topic, message: message.id.0 };
    Some(Incoming { id, at, speaker, place: Place::Telegram { chat, topic }, within: Within::Nothing, said, reply })
}

fn from_press(id: String, press: &CallbackQuery, at: DateTime<Utc>) -> Option<Incoming> {
    let below = press.message.as_ref()?;
    let chat = below.chat().id.0;
    let topic = match below {
        MaybeInaccessibleMessage::Regular(message) => topic(message),
        MaybeInaccessibleMessage::Inaccessible(_) => None,
    };
    let said = press.data.as_deref().and_then(Invocation::decode);
    Some(Incoming {
        id,
        at,
        speaker: person(&press.from),
        place: Place::Telegram { chat, topic },
        within: Within::Nothing,
        said: said.ok_or_else(|| "I do not understand this button any more; /help lists the commands.".into()),
        reply: ReplyTo::TelegramPress { query: press.id.0.clone(), chat, topic, message: below.id().0 },
    })
}

/// The command in a message, or why it cannot be read; nothing if it is not for us.
fn said(message: &Message, me: &Me) -> Option<Result<Invocation, String>> {
    let text = message.text()?;
    let for_us = message.chat.is_private() || names_a_bot(text);
    match commands::parse_text(text, &me.username) {
        // Perhaps another bot's command, perhaps an answer such as "/tmp is full".
        Some(Err(problem @ UsageError::Unknown { did_you_mean: None, .. })) => {
            answer(message, text, me).map(Ok).or_else(|| for_us.then(|| Err(problem.to_string())))
        }
        Some(command) => Some(command.map_err(|problem| problem.to_string())),
        None if names_a_bot(text) => None,
        None => answer(message, text, me).map(Ok).or_else(|| for_us.then(|| Err(HINT.into()))),
    }
}

/// The command that a reply to one of our own questions completes.
fn answer(message: &Message, words: &str, me: &Me) -> Option<Invocation> {
    let asked = message.reply_to_message()?;
    let ours = asked.from.as_ref().is_some_and(|from| from.id.0 == me.id) && asked.forward_origin().is_none();
    ours.then(|| ask::answered(asked.text()?, words.trim())).flatten()
}

/// Whether the text begins as `/command@some_bot` does.
fn names_a_bot(text: &str) -> bool {
    let head = text.trim_start().split(char::is_whitespace).next().unwrap_or_default();
    head.starts_with('/') && head.contains('@')
}

fn needs_a_person(command: &Invocation) -> bool {
    commands::spec(&command.path).is_none_or(|spec| spec.needs != Permission::Anyone)
}

/// Who wrote a message; nothing for bots, which are never answered.
fn speaker(message: &Message) -> Option<Speaker> {
    // Anonymous admins and channels come with a stand-in account that many people share.
    if let Some(stand_in) = &message.sender_chat {
        return Some(Speaker { account: NOBODY, shown_as: chat_name(stand_in), platform_roles: vec![] });
    }
    message.from.as_ref().filter(|from| !from.is_bot).map(person)
}

fn person(user: &User) -> Speaker {
    Speaker { account: Account::Telegram(user.id.0), shown_as: user.full_name(), platform_roles: vec![] }
}

fn chat_name(chat: &Chat) -> String {
    chat.title().or(chat.username()).unwrap_or("somebody").to_owned()
}

/// The forum topic of a message. Ordinary replies also carry a thread id, which is not a topic.
fn topic(message: &Message) -> Option<i32> {
    message.thread_id.filter(|_| message.is_topic_message).map(|thread| thread.0.0)
}

#[cfg(test)]
mod tests;
