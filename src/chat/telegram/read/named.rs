//! Which of the bot's own messages an update names: the one whose button is pressed, that is answered, or that is pinned.

use teloxide::types::{MaybeInaccessibleMessage, Message, Update, UpdateKind};

use super::Me;

/// A message of the bot's that an update brings along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat::telegram) struct OwnMessage {
    /// The chat.
    pub chat: i64,
    /// The message.
    pub message: i32,
    /// Its first line.
    pub title: String,
}

/// The message of the bot's that an update names, if it does. What is said in answer to somebody is no card.
pub(in crate::chat::telegram) fn named(update: &Update, me: &Me) -> Option<OwnMessage> {
    let found = match &update.kind {
        UpdateKind::Message(message) => message.reply_to_message().or_else(|| pinned(message)),
        UpdateKind::CallbackQuery(press) => regular(press.message.as_ref()?),
        _ => None,
    }?;
    let own = found.from.as_ref().is_some_and(|from| from.id.0 == me.id) && found.forward_origin().is_none();
    let title = found.text()?.lines().next()?.trim().to_owned();
    // In a forum every message answers the one with which its topic began.
    let alone = found.reply_to_message().is_none_or(|to| to.forum_topic_created().is_some());
    (own && alone).then_some(OwnMessage { chat: found.chat.id.0, message: found.id.0, title })
}

fn pinned(message: &Message) -> Option<&Message> {
    regular(message.pinned_message()?)
}

fn regular(message: &MaybeInaccessibleMessage) -> Option<&Message> {
    match message {
        MaybeInaccessibleMessage::Regular(message) => Some(message),
        MaybeInaccessibleMessage::Inaccessible(_) => None,
    }
}
