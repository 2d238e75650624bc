//! What people do on Telegram: write, reply, press buttons.

use serde_json::json;

use super::{
    Telegram,
    html::Rich,
    keyboard,
    state::{Chat, Entry, Kind, Message, Query, Standing, State, Toast},
};
use crate::{
    cast::Person,
    chat::{self, Refused, Seen},
};

/// One press of a button, which the bot must answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub struct QueryId(pub String);

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

    /// How the bot answered a press; None until it has.
    pub fn toast(&self, query: &QueryId) -> Option<Toast> {
        self.0.shared.look(|state| state.queries.iter().find(|known| known.id == query.0)?.toast.clone())
    }

    /// Waits until the bot has answered a press.
    ///
    /// # Errors
    /// If that does not happen within [`chat::PATIENCE`].
    pub async fn answered(&self, query: &QueryId) -> Result<Toast, Refused> {
        let answer = |state: &State| state.queries.iter().find(|known| known.id == query.0)?.toast.clone();
        self.0.shared.until("the bot did not answer the button on Telegram", answer).await
    }

    /// Every answer to a press, in the order of the presses: who saw it and what.
    pub fn toasts(&self) -> Vec<(String, Toast)> {
        self.0.shared.look(|state| {
            let shown =
                state.queries.iter().filter_map(|query| Some((state.name_of(query.person), query.toast.clone()?)));
            shown.collect()
        })
    }

    /// How many updates the bot has not confirmed, and presses it has not answered.
    pub fn outstanding(&self) -> usize {
        self.0.shared.look(|state| {
            let open = |query: &&Query| query.toast.is_none() && !query.too_old(state.now());
            state.updates.len() + state.queries.iter().filter(open).count()
        })
    }

    /// The presses that the bot never answered and can no longer answer.
    pub fn failed(&self) -> Vec<String> {
        self.0.shared.look(|state| {
            let failed = |query: &&Query| query.toast.is_none() && query.too_old(state.now());
            state.queries.iter().filter(failed).map(|query| query.what.clone()).collect()
        })
    }

    /// Waits until a bot asks for updates or has set a webhook.
    ///
    /// # Errors
    /// If that does not happen within [`chat::PATIENCE`].
    pub async fn wait_until_connected(&self) -> Result<(), Refused> {
        let connected = |state: &State| (state.polls > 0 || state.webhook.is_some()).then_some(());
        self.0.shared.until("the bot did not ask Telegram for updates", connected).await
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

impl State {
    fn write_message(
        &mut self,
        person: Person,
        chat: i64,
        topic: Option<i64>,
        text: &str,
        reply_to: Option<i64>,
    ) -> Result<i64, Refused> {
        let now = self.now();
        let mut rich = Rich { text: text.trim().to_owned(), entities: Vec::new() };
        self.recognise(&mut rich);
        let missing = || Refused("there is no such chat on Telegram".to_owned());
        let place = self.chat_mut(chat).map_err(|_| missing())?;
        if place.kind == Kind::Private {
            if place.id != person.telegram {
                return Refused::because(format!("{} cannot write into somebody else's private chat", person.name));
            }
            place.bot = Standing::Member;
        }
        let id = place.next_id();
        let message = Message {
            id,
            topic,
            from: person.telegram,
            rich,
            document: None,
            reply_to,
            markup: Default::default(),
            at: now,
            edited: None,
            silent: false,
            pings: Vec::new(),
        };
        let json = self.add(chat, message).map_err(|_| missing())?;
        if self.chat(chat).is_some_and(|chat| self.bot_hears(chat, text, reply_to)) {
            self.update("message", json);
        }
        Ok(id)
    }

    /// Privacy mode: in a group the bot hears commands for it and replies to it, unless it is an administrator.
    fn bot_hears(&self, chat: &Chat, text: &str, reply_to: Option<i64>) -> bool {
        match chat.bot {
            Standing::Kicked | Standing::Stranger => false,
            Standing::Administrator => true,
            Standing::Member if chat.kind == Kind::Private => true,
            Standing::Member => {
                let word = text.trim().split_whitespace().next().unwrap_or_default();
                let bot = &self.settings.bot_username;
                let for_us = word.split_once('@').is_none_or(|(_, name)| name.eq_ignore_ascii_case(bot));
                let replied = reply_to.and_then(|id| chat.message(id));
                (word.starts_with('/') && for_us) || replied.is_some_and(|m| m.from == self.settings.bot_id)
            }
        }
    }

    fn press(&mut self, person: Person, chat: i64, message: i64, label: &str, data: &str) -> Result<QueryId, Refused> {
        let number = self.queries.len();
        let id = format!("{}", 4_000_000_000_000_000_000 + number as u64);
        let place = self.chat(chat).ok_or_else(|| Refused("the chat is gone".to_owned()))?;
        let message = place.message(message).ok_or_else(|| Refused("the message is gone".to_owned()))?;
        let headline = chat::excerpt(&self.readable(&message.rich));
        let what = format!("{} presses [{label}] on “{headline}”", person.name);
        let topic = message.topic;
        let update = json!({
            "id": id, "from": self.user_json(person.telegram), "message": self.message_json(place, message),
            "chat_instance": chat.to_string(), "data": data,
        });
        self.queries.push(Query { id: id.clone(), person: person.telegram, topic, what, at: self.now(), toast: None });
        self.update("callback_query", update);
        if let Ok(place) = self.chat_mut(chat) {
            place.log.push(Entry::Press(number));
        }
        Ok(QueryId(id))
    }
}
