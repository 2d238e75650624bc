//! Reads what Telegram reports: an update becomes something heard, or nothing.

mod named;
mod update;

use chrono::{DateTime, Utc};
use commands::{Invocation, Permission, UsageError};

use crate::{
    chat::incoming::Incoming,
    domain::{
        message::{
            asking::{Heeded, OpenQuestion, Utterance},
            post::{Place, ReplyTo},
        },
        team::{
            here::Within,
            people::{Account, Speaker},
        },
    },
    logging, messages,
};
pub(super) use named::{named, pin_notice};
pub(super) use update::Update;
use update::{Chat, MessageHeard, Press, UpdateKind, User};

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

/// The answer to what was meant for us and cannot be read.
const UNREADABLE: &str = "I could not read what you said, so nothing was done. Please say it again as a plain message.";

/// What was said, if the update is something said to us. Edits, other bots and talk among people are not.
pub(super) fn heard(update: &Update, me: &Me, at: DateTime<Utc>, heeded: Option<Heeded>) -> Option<Incoming> {
    let id = format!("telegram:{}", update.id);
    match &update.kind {
        UpdateKind::Message(message) => from_message(id, message, (me, at), heeded),
        UpdateKind::Press(press) => Some(from_press(id, press, at)),
        UpdateKind::Unreadable => {
            logging::of_strangers(|left_out| {
                tracing::warn!(
                    id,
                    left_out,
                    "an update of an unknown form was passed over: it does not say where it comes from"
                );
            });
            None
        }
        UpdateKind::Other => None,
    }
}

/// Which group says that it has another id from now on: both ids.
pub(super) fn moved(update: &Update) -> Option<(i64, i64)> {
    let UpdateKind::Message(message) = &update.kind else { return None };
    let to = message.migrates_to.map(|to| (message.chat.id, to));
    to.or_else(|| message.migrates_from.map(|from| (from, message.chat.id)))
}

/// The words of an update, if somebody says some who may be answering a question.
pub(super) fn words(update: &Update, me: &Me) -> Option<Utterance> {
    let UpdateKind::Message(message) = &update.kind else { return None };
    let from = message.from.as_ref().filter(|from| !from.is_bot && message.stand_in.is_none())?;
    // In a forum every message answers the one with which its topic began.
    let answers = message.answers.as_ref().filter(|to| !to.begins_topic);
    message.text.as_ref().filter(|_| !message.is_forwarded)?;
    // What answers somebody else is said to them.
    if answers.is_some_and(|answered| !is_ours(answered, me)) {
        return None;
    }
    Some(Utterance {
        user: from.id,
        place: Place::Telegram { chat: message.chat.id, topic: topic(message) },
        message: u64::try_from(message.id).ok()?,
        answers: answers.and_then(|answered| u64::try_from(answered.id).ok()),
    })
}

fn from_message(
    id: String,
    message: &MessageHeard,
    (me, at): (&Me, DateTime<Utc>),
    heeded: Option<Heeded>,
) -> Option<Incoming> {
    // What somebody forwards was not said by them.
    if message.is_forwarded || message.from.as_ref().is_some_and(|from| from.is_bot && message.stand_in.is_none()) {
        return None;
    }
    let (mut said, answers) = match said(message, me, heeded)? {
        Meaning::Command(said) => (said, None),
        Meaning::Answer(answered, question) => (Ok(answered), Some(question)),
    };
    let speaker = speaker(message).unwrap_or_else(|| {
        said = Err(UNREADABLE.into());
        nobody("somebody".to_owned())
    });
    if said.as_ref().is_err_and(|sentence| sentence == UNREADABLE) {
        let chat = message.chat.id;
        logging::of_strangers(|left_out| {
            tracing::warn!(id, chat, left_out, "a message was answered that cannot be read")
        });
    }
    if let Ok(command) = &said
        && speaker.account == NOBODY
        && needs_a_person(command)
    {
        said = Err("You write in the name of a group or channel, so I cannot tell who you are. \
                    Write as yourself to use this command (group admins: turn off “Remain anonymous”)."
            .into());
    }
    let (chat, topic) = (message.chat.id, topic(message));
    let reply = ReplyTo::TelegramMessage { chat, topic, message: message.id };
    let place = Place::Telegram { chat, topic };
    Some(Incoming { id, at, speaker, place, within: Within::Nothing, said, reply, answers })
}

fn from_press(id: String, press: &Press, at: DateTime<Utc>) -> Incoming {
    let (chat, message) = press.below.as_ref().map_or((0, 0), |below| (below.chat.id, below.id));
    let topic = press.below.as_ref().filter(|below| !below.is_hidden).and_then(topic);
    let said = press.data.as_deref().and_then(Invocation::decode);
    let mut said = said.ok_or_else(|| "I do not understand this button any more; /help lists the commands.".into());
    let speaker = press.from.as_ref().filter(|_| press.below.is_some()).map(person).unwrap_or_else(|| {
        logging::of_strangers(|left_out| tracing::warn!(id, left_out, "a press was answered that cannot be read"));
        said =
            Err("I could not read who pressed which button, so nothing was done. Please say the command in words."
                .into());
        nobody("somebody".to_owned())
    });
    let reply = ReplyTo::TelegramPress { query: press.id.clone(), chat, topic, message };
    let place = Place::Telegram { chat, topic };
    Incoming { id, at, speaker, place, within: Within::Nothing, said, reply, answers: None }
}

/// What a message says to us.
enum Meaning {
    /// A command, or why it cannot be read.
    Command(Result<Invocation, String>),
    /// The answer to a question, with the command that it completes.
    Answer(Invocation, OpenQuestion),
}

/// What is said in a message; nothing if it is not for us.
fn said(message: &MessageHeard, me: &Me, heeded: Option<Heeded>) -> Option<Meaning> {
    if message.is_garbled {
        let ours = message.answers.as_ref().is_some_and(|asked| is_ours(asked, me));
        return (ours || message.chat.is_private()).then(|| Meaning::Command(Err(UNREADABLE.into())));
    }
    let text = message.text.as_deref()?;
    let for_us = message.chat.is_private() || names_a_bot(text);
    match commands::parse_text(text, &me.username) {
        // Perhaps another bot's command, perhaps an answer such as "/tmp is full".
        Some(Err(problem @ UsageError::Unknown { did_you_mean: None, .. })) => {
            let answers = heeded.filter(|_| message.answers.is_some());
            answer(text, answers).or_else(|| for_us.then(|| Meaning::Command(Err(problem.to_string()))))
        }
        Some(command) => Some(Meaning::Command(command.map_err(|problem| problem.to_string()))),
        None if names_a_bot(text) => None,
        None => answer(text, heeded).or_else(|| for_us.then(|| Meaning::Command(Err(HINT.into())))),
    }
}

/// What words are to the question for which they are meant.
fn answer(words: &str, heeded: Option<Heeded>) -> Option<Meaning> {
    Some(match heeded? {
        Heeded::Answer(question) => {
            Meaning::Answer(question.said.clone().with(&question.argument, words.trim()), question)
        }
        Heeded::NotTheirs(question) => Meaning::Command(Err(messages::question::not_theirs(&question.asker.name))),
    })
}

fn is_ours(message: &MessageHeard, me: &Me) -> bool {
    message.from.as_ref().is_some_and(|from| from.id == me.id) && !message.is_forwarded
}

/// Whether the text begins as `/command@some_bot` does.
fn names_a_bot(text: &str) -> bool {
    let head = text.trim_start().split(char::is_whitespace).next().unwrap_or_default();
    head.starts_with('/') && head.contains('@')
}

fn needs_a_person(command: &Invocation) -> bool {
    commands::spec(&command.path).is_none_or(|spec| spec.needs != Permission::Anyone)
}

/// Who wrote a message; nothing where that cannot be read.
fn speaker(message: &MessageHeard) -> Option<Speaker> {
    // Anonymous admins and channels come with a stand-in account that many people share.
    if let Some(stand_in) = &message.stand_in {
        return Some(nobody(chat_name(stand_in)));
    }
    message.from.as_ref().map(person)
}

fn nobody(shown_as: String) -> Speaker {
    Speaker { account: NOBODY, shown_as, username: None, platform_roles: vec![] }
}

fn person(user: &User) -> Speaker {
    Speaker {
        account: Account::Telegram(user.id),
        shown_as: user.name.clone(),
        username: user.username.clone(),
        platform_roles: vec![],
    }
}

fn chat_name(chat: &Chat) -> String {
    chat.name.clone().unwrap_or_else(|| "somebody".to_owned())
}

/// The forum topic of a message. Ordinary replies also carry a thread id, which is not a topic.
fn topic(message: &MessageHeard) -> Option<i32> {
    message.thread.filter(|_| message.is_in_topic)
}

#[cfg(test)]
mod mutations;
#[cfg(test)]
mod tests;
