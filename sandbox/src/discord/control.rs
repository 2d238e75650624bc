//! What befalls the bot on Discord: permissions taken away, connections cut.

use super::{
    Discord,
    gateway::Frame,
    state::{GUILD, State},
    things::{Channel, Denied},
};
use crate::chat::Refused;

impl Discord {
    /// Takes permissions from the bot in a channel, or gives them back.
    ///
    /// # Errors
    /// If there is no such channel.
    pub fn deny(&self, channel: &str, denied: Option<Denied>) -> Result<(), Refused> {
        self.0.shared.change(|state| {
            let id = state.place(channel)?.id;
            state.channels.iter_mut().filter(|channel| channel.id == id).for_each(|channel| channel.denied = denied);
            Ok(())
        })
    }

    /// Somebody deletes a channel, with its threads, or a thread.
    ///
    /// # Errors
    /// If there is no such channel or thread.
    pub fn delete_channel(&self, name: &str) -> Result<(), Refused> {
        self.befall(name, |channel| channel.gone = true)
    }

    /// Somebody closes a thread and locks it: only who may manage threads writes there.
    ///
    /// # Errors
    /// If there is no such thread.
    pub fn lock_thread(&self, name: &str, locked: bool) -> Result<(), Refused> {
        self.befall(name, |thread| (thread.archived, thread.locked) = (locked, locked))
    }

    /// A thread in which nobody writes is put away, or somebody does so.
    ///
    /// # Errors
    /// If there is no such thread.
    pub fn archive_thread(&self, name: &str) -> Result<(), Refused> {
        self.befall(name, |thread| thread.archived = true)
    }

    fn befall(&self, name: &str, what: impl FnOnce(&mut Channel)) -> Result<(), Refused> {
        self.0.shared.change(|state| {
            let id = state.place(name)?.id;
            state.channels.iter_mut().find(|channel| channel.id == id).map(what);
            Ok(())
        })
    }

    /// The commands of the team's guild are there everywhere too, private talks included, as a bot left them that once
    /// registered them without a guild: Discord keeps them until somebody takes them back.
    pub fn leave_commands_everywhere(&self) {
        self.0.shared.change(|state| {
            let mut commands = state.guild_commands.get(&GUILD).cloned().unwrap_or_default();
            for command in commands.iter_mut().filter_map(serde_json::Value::as_object_mut) {
                command.remove("guild_id");
                let id = state.id().to_string();
                command.insert("id".to_owned(), id.into());
            }
            state.global_commands = commands;
        });
    }

    /// Whether a bot is connected to the gateway and ready.
    pub fn connected(&self) -> bool {
        self.0.shared.look(State::is_connected)
    }

    /// Waits until a bot is connected to the gateway and ready.
    ///
    /// # Errors
    /// If that does not happen within [`crate::chat::PATIENCE`].
    pub async fn wait_until_connected(&self) -> Result<(), Refused> {
        let connected = |state: &State| state.is_connected().then_some(());
        self.0.shared.until("the bot did not connect to Discord's gateway", connected).await
    }

    /// From now on the gateway takes a bot's word and answers its heartbeats, and never says that it is ready; or it does again.
    pub fn never_greet(&self, silent: bool) {
        self.0.shared.change(|state| state.silent = silent);
    }

    /// The bot is told of an interaction in a form that it does not know, as after a change of Discord's, with these words in it.
    pub fn send_unreadable(&self, user: &str, words: &str) {
        let event = serde_json::json!({
            "id": "1", "type": 2, "token": "interaction-token-1", "user": user, "data": {"name": words, "options": words},
        });
        self.0.shared.change(|state| state.broadcast(&Frame::Event("INTERACTION_CREATE", event)));
    }

    /// The connections to the gateway that there are, by number.
    pub fn sessions(&self) -> Vec<u64> {
        self.0.shared.look(|state| state.sessions.iter().map(|session| session.id).collect())
    }

    /// Asks every connected bot to connect again (op 7).
    pub fn ask_to_reconnect(&self) {
        self.0.shared.change(|state| state.disconnect(&Frame::Reconnect));
    }

    /// Declares every session invalid (op 9); whether the bot may resume it or must identify again.
    pub fn invalidate_sessions(&self, resumable: bool) {
        self.0.shared.change(|state| {
            if !resumable {
                state.resumable.clear();
            }
            state.disconnect(&Frame::Invalid(resumable));
        });
    }

    /// Closes every gateway connection with a close code.
    pub fn close_gateway(&self, code: u16) {
        self.0.shared.change(|state| state.disconnect(&Frame::Close(Some(code))));
    }

    /// Closes every gateway connection without saying why.
    pub fn hang_up_gateway(&self) {
        self.0.shared.change(|state| state.disconnect(&Frame::Close(None)));
    }

    /// Cuts every gateway connection without a word.
    pub fn cut_gateway(&self) {
        self.0.shared.change(|state| state.disconnect(&Frame::Drop));
    }
}

impl State {
    /// Sends an event to every session. Whether there was any to hear it.
    pub(super) fn broadcast(&self, event: &Frame) -> bool {
        let ready = self.sessions.iter().filter(|session| session.ready);
        // Counted, so that all of them get it.
        ready.filter(|session| session.frames.send(event.clone()).is_ok()).count() > 0
    }

    /// Tells every connection something that ends its session: from now on it gets no events.
    pub(super) fn disconnect(&mut self, frame: &Frame) {
        for session in &mut self.sessions {
            session.ready = false;
            // It may be gone already.
            let _ = session.frames.send(frame.clone());
        }
    }

    fn is_connected(&self) -> bool {
        self.sessions.iter().any(|session| session.ready)
    }
}
