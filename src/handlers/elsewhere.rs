//! What is said where the bot is not at home: it tells people their ids, and otherwise one sentence about no project.

use chrono::{DateTime, Utc};

use crate::{
    chat::incoming::Incoming,
    context::Context,
    domain::message::{
        Message,
        post::{Place, ReplyTo},
    },
    messages,
};

/// The answer and the key under which it is posted, if the bot is not at home there.
pub(super) fn answer(context: &Context, heard: &Incoming) -> Option<(Message, String)> {
    let named = context.people.find(&heard.speaker.account).is_some();
    if context.here.is_home(heard.place, heard.within, named) {
        return None;
    }
    if heard.said.as_ref().is_ok_and(|said| said.path == "whoami") {
        let ids = messages::whereabouts::ids(&heard.speaker.account, heard.place, heard.within);
        return Some((ids, super::reply_key(heard)));
    }
    Some((messages::whereabouts::not_at_home(), key(heard, context.clock.now())))
}

/// What everybody reads is said once a day in a chat: a key is never posted again. What only the speaker sees answers
/// them each time, for they would wait for it.
fn key(heard: &Incoming, now: DateTime<Utc>) -> String {
    match &heard.reply {
        ReplyTo::Interaction { .. } | ReplyTo::TelegramPress { .. } => super::reply_key(heard),
        ReplyTo::TelegramMessage { chat, .. } => {
            let chat = Place::Telegram { chat: *chat, topic: None };
            format!("elsewhere/{chat}/{}", now.format("%Y-%m-%d"))
        }
    }
}
