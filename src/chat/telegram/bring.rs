//! Brings what an update says to the reception.

use super::{
    connect::Telegram,
    read::{self, Update},
};
use crate::{
    chat::{inbox::Heed, incoming::Incoming},
    domain::message::{
        asking::Utterance,
        post::{Place, ReplyTo},
    },
};

impl Telegram {
    /// Stores what an update says, if it says something to us; and has a card's double taken away that it names.
    pub(super) async fn bring_in(&self, update: &Update) -> Result<(), String> {
        let me = self.0.me.get().ok_or("the bot does not know its own name yet")?;
        let inbox = &self.0.inbox;
        if let Some((from, to)) = read::moved(update) {
            inbox.has_moved(from, to).await?;
        }
        self.delete_notice(update, me).await;
        if let Some(own) = read::named(update, me) {
            inbox.names(inbox.named_as(own.chat), own.message, &own.title).await?;
        }
        let words = read::words(update, me).map(|words| words_as_named(words, |chat| inbox.named_as(chat)));
        let heeded = words.map(|words| inbox.heeded(&words)).transpose()?.flatten();
        let Some(heard) = read::heard(update, me, self.0.clock.now(), heeded) else { return Ok(()) };
        let mut heard = as_named(heard, |chat| inbox.named_as(chat));
        match inbox.heeds(&heard.speaker, heard.place, heard.said.as_ref()) {
            Heed::Heard => {}
            // The question goes on waiting.
            Heed::Told(sentence) => (heard.said, heard.answers) = (Err(sentence.to_owned()), None),
            Heed::PassedOver => return Ok(()),
        }
        inbox.heard(heard).await.map(drop)
    }
}

fn words_as_named(mut words: Utterance, named: impl Fn(i64) -> i64) -> Utterance {
    if let Place::Telegram { chat, .. } = &mut words.place {
        *chat = named(*chat);
    }
    words
}

/// What was heard, with the id by which the configuration names the chat.
fn as_named(mut heard: Incoming, named: impl Fn(i64) -> i64) -> Incoming {
    if let Place::Telegram { chat, .. } = &mut heard.place {
        *chat = named(*chat);
    }
    match &mut heard.reply {
        ReplyTo::TelegramMessage { chat, .. } | ReplyTo::TelegramPress { chat, .. } => *chat = named(*chat),
        ReplyTo::Interaction { .. } => {}
    }
    heard
}
