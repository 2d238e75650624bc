//! `/whoami`: who somebody is to the bot.

use crate::{
    chat::incoming::Incoming,
    domain::message::Message,
    handlers::Asked,
    messages::{releases, whereabouts::with_ids},
};

impl Asked<'_> {
    pub(super) fn whoami(&self) -> Message {
        let Incoming { speaker, place, within, .. } = self.heard;
        let message = releases::whoami(self.known.as_ref(), &speaker.shown_as, &self.context.people);
        with_ids(message, &speaker.account, *place, *within)
    }
}
