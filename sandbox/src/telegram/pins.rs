//! Pinned messages, and the service message that tells of a pin.

use serde_json::json;

use super::{
    Telegram,
    params::Params,
    problem::{Answer, Problem},
    state::State,
    things::{Kind, Message, Standing},
};
use crate::chat;

impl Telegram {
    /// What is pinned in a chat, by its first lines, in the order in which it was pinned.
    pub fn pinned(&self, chat: &str) -> Vec<String> {
        self.0.shared.change(|state| {
            let Ok(id) = state.place(chat).map(|place| place.id) else { return Vec::new() };
            let place = state.chat(id);
            let pinned = place.into_iter().flat_map(|place| place.pinned.iter().filter_map(|id| place.message(*id)));
            pinned.map(|message| chat::excerpt(&state.readable(&message.rich))).collect()
        })
    }
}

impl State {
    /// `pinChatMessage`, `unpinChatMessage`: in a group for an administrator. A pin is told by a service message, which
    /// the bot hears of too (`Message.pinned_message`, <https://core.telegram.org/bots/api#message>).
    pub(super) fn pin(&mut self, params: &Params, pin: bool) -> Answer {
        let (now, bot) = (self.now(), self.settings.bot_id);
        let chat = self.named_chat(params)?;
        if chat.kind != Kind::Private && chat.bot != Standing::Administrator {
            return Err(Problem::bad("not enough rights to manage pinned messages in the chat"));
        }
        let id = params.int("message_id").or(chat.pinned.last().copied()).unwrap_or_default();
        let Some(topic) = chat.message(id).map(|message| message.topic) else {
            return Err(Problem::bad(if pin { "message to pin not found" } else { "message to unpin not found" }));
        };
        let was = chat.pinned.contains(&id);
        chat.pinned.retain(|pinned| *pinned != id);
        chat.pinned.extend(pin.then_some(id));
        if pin && !was {
            let (chat_id, notice) = (chat.id, chat.next_id());
            let silent = params.flag("disable_notification");
            let notice = Message {
                id: notice,
                topic,
                from: bot,
                rich: Default::default(),
                document: None,
                reply_to: None,
                markup: Default::default(),
                at: now,
                edited: None,
                silent,
                pings: Vec::new(),
                notice_of: Some(id),
                reaction: None,
            };
            let told = self.add(chat_id, notice)?;
            self.update("message", told);
        }
        Ok(json!(true))
    }
}
