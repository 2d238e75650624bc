//! Pinned messages, and the notice that Discord writes when one is pinned.

use super::{
    Discord,
    problem::Problem,
    state::State,
    things::{Denied, Message},
};

/// How many messages can be pinned in a channel: JSON error code 30003.
const MOST: usize = 50;

impl Discord {
    /// The first lines of what is pinned in a channel, the oldest message first.
    pub fn pinned(&self, channel: &str) -> Vec<String> {
        self.0.shared.look(|state| {
            let Ok(place) = state.place(channel) else { return Vec::new() };
            let pinned = state.pinned_in(place.id);
            pinned.map(|message| state.text_of(message).into_iter().next().unwrap_or_default()).collect()
        })
    }
}

impl State {
    /// `PUT channels/{channel}/messages/pins/{id}`: needs *Pin Messages*, and writes a notice into the channel.
    pub(super) fn pin(&mut self, channel: u64, id: u64) -> Result<(), Problem> {
        if self.may_pin(channel, id)?.pinned {
            return Ok(());
        }
        if self.pinned_in(channel).count() >= MOST {
            return Err(Problem::bad(30003));
        }
        self.set_pinned(id, true);
        let notice = Message { notice_of: Some(id), ..self.blank_message(channel, None, None) };
        self.add(notice);
        Ok(())
    }

    /// `DELETE channels/{channel}/messages/pins/{id}`
    pub(super) fn unpin(&mut self, channel: u64, id: u64) -> Result<(), Problem> {
        self.may_pin(channel, id)?;
        self.set_pinned(id, false);
        Ok(())
    }

    fn may_pin(&mut self, channel: u64, id: u64) -> Result<&Message, Problem> {
        self.message(channel, id)?;
        if matches!(self.denied(channel), Some(Denied::Pins)) {
            return Err(Problem::forbidden(50013));
        }
        self.messages.get(&id).ok_or_else(|| Problem::unknown(10008))
    }

    fn set_pinned(&mut self, id: u64, pinned: bool) {
        if let Some(message) = self.messages.get_mut(&id) {
            message.pinned = pinned;
        }
    }

    fn pinned_in(&self, channel: u64) -> impl Iterator<Item = &Message> {
        self.messages.values().filter(move |message| message.channel == channel && message.pinned)
    }
}
