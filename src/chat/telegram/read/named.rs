//! Which of the bot's own messages an update names: the one whose button is pressed, that is answered, or that is pinned.

use super::{
    Me,
    update::{MessageHeard, Update, UpdateKind},
};

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
        UpdateKind::Message(message) => message.answers.as_deref().or_else(|| message.pins.as_deref().and_then(shown)),
        UpdateKind::Press(press) => shown(press.below.as_ref()?),
        UpdateKind::Unreadable | UpdateKind::Other => None,
    }?;
    let title = found.text.as_deref()?.lines().next()?.trim().to_owned();
    // In a forum every message answers the one with which its topic began.
    let alone = found.answers.as_ref().is_none_or(|to| to.begins_topic);
    (super::is_ours(found, me) && alone).then_some(OwnMessage { chat: found.chat.id, message: found.id, title })
}

/// The chat and the number of the service message that tells of a pin of the bot's, if the update is one.
pub(in crate::chat::telegram) fn pin_notice(update: &Update, me: &Me) -> Option<(i64, i32)> {
    let UpdateKind::Message(message) = &update.kind else { return None };
    (message.pins.is_some() && super::is_ours(message, me)).then_some((message.chat.id, message.id))
}

fn shown(message: &MessageHeard) -> Option<&MessageHeard> {
    Some(message).filter(|message| !message.is_hidden)
}
