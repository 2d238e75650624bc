//! What people do on Telegram: write, reply, press buttons.

use serde_json::json;

use super::{
    Telegram, keyboard,
    records::QueryId,
    things::{Chat, Kind, Message, Standing},
};
use crate::chat::{Refused, Seen};

impl Telegram {
    /// Writes into a chat (a group by its title, the private chat with the bot by the person's own name), in a topic
    /// if one is named. Returns the message's id.
    ///
    /// # Errors
    /// If there is no such person, chat or topic.
    pub fn say(&self, user: &str, chat: &str, topic: Option<&str>, text: &str) -> Result<i64, Refused> {
        self.0.shared.change(|state| {
            let person = state.person(user)?;
            let place = state.place(chat)?;
            let topic = match topic {
                None => None,
                Some(name) => Some(topic_id(place, name)?),
            };
            let id = place.id;
            state.write_message(person, id, topic, text, None)
        })
    }

    /// Replies to a message; in the topic where that message stands.
    ///
    /// # Errors
    /// If there is no such person, chat or message.
    pub fn reply(&self, user: &str, chat: &str, to_message: i64, text: &str) -> Result<i64, Refused> {
        self.0.shared.change(|state| {
            let person = state.person(user)?;
            let place = state.place(chat)?;
            let Some(message) = place.message(to_message) else {
                return Refused::because(format!("there is no message {to_message} in {chat} on Telegram"));
            };
            let (id, topic) = (place.id, message.topic);
            state.write_message(person, id, topic, text, Some(to_message))
        })
    }

    /// Replies to the newest message by the bot that contains these words.
    ///
    /// # Errors
    /// If there is none.
    pub fn reply_to(&self, user: &str, chat: &str, words: &str, text: &str) -> Result<i64, Refused> {
        let bot = self.bot_id();
        let found = self.0.shared.change(|state| {
            let messages = &state.place(chat)?.messages;
            let found = messages.iter().rev().find(|m| m.from == bot && m.rich.text.contains(words));
            found
                .map(|message| message.id)
                .ok_or_else(|| Refused(format!("the bot said nothing like “{words}” in {chat}")))
        })?;
        self.reply(user, chat, found, text)
    }

    /// Presses the newest button with this label in a chat.
    ///
    /// # Errors
    /// If there is none, or it is a link.
    pub fn press(&self, user: &str, chat: &str, label: &str) -> Result<QueryId, Refused> {
        self.0.shared.change(|state| {
            let person = state.person(user)?;
            let place = state.place(chat)?;
            let buttons = || {
                let rows = |message: &Message| keyboard::rows(&message.markup.keyboard);
                place.messages.iter().rev().flat_map(move |m| rows(m).into_iter().flatten().map(move |b| (m.id, b)))
            };
            let exact = || buttons().find(|(_, button)| button.label == label && button.id.is_some());
            let part = || buttons().find(|(_, button)| button.label.contains(label) && button.id.is_some());
            let Some((message, button)) = exact().or_else(part) else {
                let link = buttons().any(|(_, button)| button.label.contains(label));
                let why = if link { "is a link there, not a button" } else { "is no button there" };
                return Refused::because(format!("{user} cannot press [{label}] in {chat} on Telegram: it {why}"));
            };
            let id = place.id;
            state.press(person, id, message, &button.label, &button.id.unwrap_or_default())
        })
    }

    /// Presses the button with this `callback_data` on this message.
    ///
    /// # Errors
    /// If there is none.
    pub fn press_exactly(&self, user: &str, chat: &str, message: i64, data: &str) -> Result<QueryId, Refused> {
        self.0.shared.change(|state| {
            let person = state.person(user)?;
            let place = state.place(chat)?;
            let rows = place.message(message).map(|m| keyboard::rows(&m.markup.keyboard)).unwrap_or_default();
            let Some(button) = rows.into_iter().flatten().find(|button| button.id.as_deref() == Some(data)) else {
                return Refused::because(format!("{user} sees no such button in {chat} on Telegram"));
            };
            let id = place.id;
            state.press(person, id, message, &button.label, data)
        })
    }

    /// Presses a button that this person's device still shows, whatever the message has by now: “Be aware that the message
    /// originated the query can contain no callback buttons with this data”
    /// (<https://core.telegram.org/bots/api#callbackquery>).
    ///
    /// # Errors
    /// If there is no such person or chat.
    pub fn press_outdated(&self, user: &str, chat: &str, message: i64, data: &str) -> Result<QueryId, Refused> {
        self.0.shared.change(|state| {
            let (person, id) = (state.person(user)?, state.place(chat)?.id);
            state.press(person, id, message, "", data)
        })
    }

    /// Makes a group with the bot in it, of which this person is the creator; everybody else joins as a plain member.
    /// Returns its id.
    ///
    /// # Errors
    /// If there is no such person.
    pub fn make_group(&self, user: &str, title: &str) -> Result<i64, Refused> {
        self.0.shared.change(|state| {
            let person = state.person(user)?;
            let lowest = state.chats.iter().map(|chat| chat.id).filter(|id| *id > -1_000_000_000_000).min();
            let id = lowest.unwrap_or_default().min(0) - 1;
            let mut chat = Chat::new(id, Kind::Group, title.to_owned(), Standing::Member);
            chat.maker = Some(person.telegram);
            // The bot hears of it by a service message, which reaches it in privacy mode too.
            let made = json!({
                "message_id": chat.next_id(), "date": state.now().timestamp(), "chat": state.chat_json(&chat),
                "from": state.user_json(person.telegram), "group_chat_created": true,
            });
            state.chats.push(chat);
            state.update("message", made);
            Ok(id)
        })
    }

    /// Makes the bot a member, an administrator, or throws it out.
    ///
    /// # Errors
    /// If there is no such chat.
    pub fn set_standing(&self, chat: &str, standing: Standing) -> Result<(), Refused> {
        self.0.shared.change(|state| {
            state.place(chat)?.bot = standing;
            Ok(())
        })
    }

    /// The default menu of commands that the bot has set: names and descriptions.
    pub fn menu(&self) -> Vec<(String, String)> {
        self.0.shared.look(|state| {
            let default = state.commands.iter().find(|menu| menu.0 == "{\"type\":\"default\"} ");
            let list = default.and_then(|menu| menu.1.as_array()).map(Vec::as_slice).unwrap_or_default();
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            list.iter().map(|command| (text(&command["command"]), text(&command["description"]))).collect()
        })
    }

    /// The id of the newest message in a chat; None if there is none.
    pub fn last_message(&self, chat: &str) -> Option<i64> {
        self.0.shared.look(|state| Some(state.chats.iter().find(|known| known.title == chat)?.messages.last()?.id))
    }

    /// The messages of a chat, for a page that shows them.
    pub fn messages(&self, chat: &str) -> Vec<Seen> {
        self.0.shared.look(|state| {
            let chat = state.chats.iter().find(|known| known.title == chat);
            chat.map(|chat| state.seen(chat)).unwrap_or_default()
        })
    }
}

fn topic_id(chat: &Chat, name: &str) -> Result<i64, Refused> {
    let topic = chat.topics.iter().rev().find(|topic| topic.name == name);
    topic
        .map(|topic| topic.id)
        .ok_or_else(|| Refused(format!("there is no topic {name} in {} on Telegram", chat.title)))
}
