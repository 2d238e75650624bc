//! How an act of a person becomes an update for the bot.

use serde_json::json;

use super::{
    html::Rich,
    records::QueryId,
    state::State,
    things::{Chat, Entry, Kind, Message, Query, Standing},
};
use crate::{
    cast::Person,
    chat::{self, Refused},
};

impl State {
    pub(super) fn write_message(
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
            notice_of: None,
            reaction: None,
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
                let word = text.split_whitespace().next().unwrap_or_default();
                let bot = &self.settings.bot_username;
                let for_us = word.split_once('@').is_none_or(|(_, name)| name.eq_ignore_ascii_case(bot));
                let replied = reply_to.and_then(|id| chat.message(id));
                (word.starts_with('/') && for_us) || replied.is_some_and(|m| m.from == self.settings.bot_id)
            }
        }
    }

    pub(super) fn press(
        &mut self,
        person: Person,
        chat: i64,
        message: i64,
        label: &str,
        data: &str,
    ) -> Result<QueryId, Refused> {
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
