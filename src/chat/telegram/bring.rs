//! Brings what an update says to the reception.

use teloxide::types::Update;

use super::{connect::Telegram, read};
use crate::chat::inbox::Heed;

impl Telegram {
    /// Stores what an update says, if it says something to us; and has a card's double taken away that it names.
    pub(super) async fn bring_in(&self, update: &Update) -> Result<(), String> {
        let me = self.0.me.get().ok_or("the bot does not know its own name yet")?;
        if let Some(own) = read::named(update, me) {
            self.0.inbox.names(own.chat, own.message, &own.title).await?;
        }
        let Some(mut heard) = read::heard(update, me, self.0.clock.now()) else { return Ok(()) };
        match self.0.inbox.heeds(&heard.speaker, heard.place, heard.said.as_ref()) {
            Heed::Heard => {}
            Heed::Told(sentence) => heard.said = Err(sentence.to_owned()),
            Heed::PassedOver => return Ok(()),
        }
        self.0.inbox.heard(heard).await.map(drop)
    }
}
