//! Pins the card of a release as long as it is open, where the bot may; a card that cannot be pinned is as good.

use super::Delivery;
use crate::{
    chat::problem::ChatProblem,
    domain::message::post::Place,
    store::outbox::{CardPin, CardRow},
};

impl Delivery {
    /// Brings a card's pin up to date: what it is then.
    pub(super) async fn pin(&self, place: Place, card: &CardRow, is_open: bool) -> Result<CardPin, ChatProblem> {
        let (Some(message), wanted) = (card.message, is_open && self.pins_in(place)?) else { return Ok(card.pin) };
        let pinned = match (wanted, card.pin) {
            (true, CardPin::Off) => self.set_pin(place, message, true).await.map(|()| CardPin::On),
            (false, CardPin::On) => self.set_pin(place, message, false).await.map(|()| CardPin::Off),
            (true, CardPin::On | CardPin::Refused) | (false, CardPin::Off | CardPin::Refused) => Ok(card.pin),
        };
        match pinned {
            Err(
                problem @ (ChatProblem::Gone(_)
                | ChatProblem::NoThread(_)
                | ChatProblem::Shut(_)
                | ChatProblem::Refused(_)),
            ) => {
                tracing::info!(%problem, ?place, wanted, "the pin of a card is refused");
                Ok(if wanted { CardPin::Refused } else { CardPin::Off })
            }
            done => done,
        }
    }

    fn pins_in(&self, place: Place) -> Result<bool, ChatProblem> {
        match place {
            Place::Discord { .. } => Ok(true),
            Place::Telegram { .. } => Ok(self.chats.telegram()?.pins()),
        }
    }

    async fn set_pin(&self, place: Place, message: u64, on: bool) -> Result<(), ChatProblem> {
        match place {
            Place::Discord { channel } => {
                let discord = self.chats.discord()?;
                if on { discord.pin(channel, message).await } else { discord.unpin(channel, message).await }
            }
            Place::Telegram { chat, .. } => {
                let (telegram, message) = (self.chats.telegram()?, i32::try_from(message).unwrap_or_default());
                if on { telegram.pin(chat, message).await } else { telegram.unpin(chat, message).await }
            }
        }
    }
}
