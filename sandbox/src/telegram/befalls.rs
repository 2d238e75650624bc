//! What befalls the bot's places on Telegram: topics closed and deleted, groups that become supergroups.

use serde_json::json;

use super::{
    Telegram,
    things::{Chat, Entry, Kind},
};
use crate::chat::Refused;

impl Telegram {
    /// Somebody closes a topic, or opens it again. Only administrators write in a closed one.
    ///
    /// # Errors
    /// If there is no such chat or topic.
    pub fn close_topic(&self, chat: &str, topic: &str, closed: bool) -> Result<(), Refused> {
        self.0.shared.change(|state| {
            let known = state.place(chat)?;
            let topic = known.topics.iter_mut().find(|known| known.name == topic);
            let topic = topic.ok_or_else(|| Refused(format!("there is no such topic in {chat} on Telegram")))?;
            topic.closed = closed;
            Ok(())
        })
    }

    /// Somebody deletes a topic, with all that was said there.
    ///
    /// # Errors
    /// If there is no such chat or topic.
    pub fn delete_topic(&self, chat: &str, topic: &str) -> Result<(), Refused> {
        self.0.shared.change(|state| {
            let known = state.place(chat)?;
            let id = known.topics.iter().find(|known| known.name == topic).map(|topic| topic.id);
            let id = id.ok_or_else(|| Refused(format!("there is no such topic in {chat} on Telegram")))?;
            known.topics.retain(|topic| topic.id != id);
            known.messages.retain(|message| message.topic != Some(id));
            Ok(())
        })
    }

    /// The server is one of before Bot API 9.5, or not: an older one knows no moments (`tg-time`).
    pub fn is_older(&self, older: bool) {
        self.0.shared.change(|state| state.is_older = older);
    }

    /// An administrator allows no reactions in a group, or allows them again.
    ///
    /// # Errors
    /// If there is no such chat.
    pub fn allow_reactions(&self, chat: &str, allowed: bool) -> Result<(), Refused> {
        self.0.shared.change(|state| {
            state.place(chat)?.without_reactions = !allowed;
            Ok(())
        })
    }

    /// Telegram forgets the updates that nobody asked for: it keeps them for a day.
    pub fn forget_updates(&self) {
        self.0.shared.change(|state| state.updates.clear());
    }

    /// A group becomes a supergroup: it has another id from then on, and what was said before is none of the bot's there.
    /// Returns the new id. Both chats tell of it by a service message: `migrate_to_chat_id`, `migrate_from_chat_id`.
    ///
    /// # Errors
    /// If there is no such group, or it is one already.
    pub fn migrate(&self, chat: &str) -> Result<i64, Refused> {
        self.0.shared.change(|state| {
            let now = state.now().timestamp();
            let known = state.place(chat)?;
            if known.kind != Kind::Group {
                return Refused::because(format!("{chat} is no basic group on Telegram"));
            }
            let (old, new) = (known.id, -1_000_000_000_000 - known.id.abs());
            let (before, by) = (known.next_id(), known.maker.unwrap_or(state.settings.people[0].telegram));
            let before = json!({
                "message_id": before, "date": now, "from": state.user_json(by), "migrate_to_chat_id": new,
                "chat": { "id": old, "type": "group", "title": chat },
            });
            let known = state.place(chat)?;
            become_a_supergroup(known, new);
            let after = known.next_id();
            let known = state.chat(new).map(|known| state.chat_json(known));
            let after = json!({
                "message_id": after, "date": now, "from": state.user_json(by), "migrate_from_chat_id": old,
                "chat": known,
            });
            state.migrated.push((old, new));
            state.update("message", before);
            state.update("message", after);
            Ok(new)
        })
    }
}

/// What people saw stays on their screens, under ids by which the bot cannot name it.
fn become_a_supergroup(chat: &mut Chat, id: i64) {
    (chat.id, chat.kind) = (id, Kind::Supergroup);
    chat.messages.iter_mut().for_each(|message| message.id = -message.id);
    chat.pinned.iter_mut().for_each(|pinned| *pinned = -*pinned);
    for entry in &mut chat.log {
        if let Entry::Message(message) = entry {
            *message = -*message;
        }
    }
}
