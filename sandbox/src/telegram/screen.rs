//! A chat in pieces, for a page that draws it.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{
    Telegram, keyboard,
    state::State,
    things::{Chat, Message},
};
use crate::chat::{self, Button};

/// One message on the screen.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Post {
    /// Its id in the chat.
    pub id: i64,
    /// Who wrote it, by the name in the cast; the bot under its own name.
    pub author: String,
    /// Whether the bot wrote it.
    pub bot: bool,
    /// When it was written, on the sandbox's clock.
    pub at: DateTime<Utc>,
    /// Whether it has been changed since.
    pub edited: bool,
    /// Its text, or the caption of its file.
    pub text: String,
    /// What in the text is bold, a link, a mention: offsets and lengths in UTF-16 units. Mentioned people come by name.
    pub entities: Vec<Value>,
    /// The name of its file.
    pub file: Option<String>,
    /// The message that it replies to: its id, its author and its first words.
    pub reply_to: Option<(i64, String, String)>,
    /// Its buttons, row by row.
    pub buttons: Vec<Vec<Button>>,
    /// Whether it waits for a reply, and whose: everybody's if no names are given.
    pub asks: Option<Option<Vec<String>>>,
    /// The bot's reaction to it.
    pub reaction: Option<String>,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Whom it mentions.
    pub pings: Vec<String>,
}

impl Telegram {
    /// The messages of a chat, oldest first: those of one topic, or those outside any. Empty if there is no such chat.
    pub fn screen(&self, chat: &str, topic: Option<&str>) -> Vec<Post> {
        self.0.shared.look(|state| {
            let Some(chat) = state.chats.iter().find(|known| known.title == chat) else { return Vec::new() };
            let wanted = topic.and_then(|name| chat.topics.iter().rev().find(|topic| topic.name == name));
            let wanted = wanted.map(|topic| topic.id);
            let messages = chat.messages.iter().filter(|message| message.topic == wanted);
            messages.map(|message| state.on_screen(chat, message)).collect()
        })
    }
}

impl State {
    /// For whom a request to reply opens the field: everybody if it is not selective; otherwise those who are mentioned in the
    /// text, and whoever wrote the message that it answers (<https://core.telegram.org/bots/api#forcereply>).
    pub(super) fn asked(&self, chat: &Chat, message: &Message) -> Option<Vec<String>> {
        let answered = message.reply_to.and_then(|id| chat.message(id)).map(|answered| answered.from);
        let asked = message.pings.iter().copied().chain(answered.filter(|from| !message.pings.contains(from)));
        message.markup.selective.then(|| asked.map(|user| self.name_of(user)).collect())
    }

    fn on_screen(&self, chat: &Chat, message: &Message) -> Post {
        let replied = message.reply_to.and_then(|id| chat.message(id));
        let answered = || chat.messages.iter().any(|later| later.reply_to == Some(message.id));
        let asks = message.markup.force_reply && !answered();
        let entities = message.rich.entities.iter().map(|entity| {
            let mut entity = entity.clone();
            if let Some(person) = self.mentioned_by(&entity, &message.rich.text) {
                entity["name"] = person.name.into();
            }
            entity
        });
        Post {
            id: message.id,
            author: self.name_of(message.from),
            bot: message.from == self.settings.bot_id,
            at: message.at,
            edited: message.edited.is_some(),
            text: message.rich.text.clone(),
            entities: entities.collect(),
            file: message.document.as_ref().map(|document| document.0.clone()),
            reply_to: message.reply_to.map(|id| match replied {
                Some(replied) => (id, self.name_of(replied.from), chat::excerpt(&replied.rich.text)),
                None => (id, String::new(), "a deleted message".to_owned()),
            }),
            buttons: keyboard::rows(&message.markup.keyboard),
            asks: asks.then(|| self.asked(chat, message)),
            reaction: message.reaction.clone(),
            pinned: chat.pinned.contains(&message.id),
            pings: message.pings.iter().map(|user| self.name_of(*user)).collect(),
        }
    }
}
