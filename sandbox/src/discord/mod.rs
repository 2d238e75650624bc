//! A local Discord: REST and gateway on one port, with the team's guild, another one, and private talks with the bot.

mod acts;
mod answers;
mod check_commands;
mod check_components;
mod check_message;
mod control;
mod gateway;
mod guild;
mod interactions;
mod json;
mod mentions;
mod messages;
mod options;
mod pace;
mod people;
mod pins;
mod problem;
mod records;
mod request;
mod routes;
mod screen;
mod state;
mod things;
mod threads;
mod transcript;

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{net::TcpListener, task::AbortHandle};

use self::state::State;
pub use self::{
    records::{InteractionId, Record},
    screen::{Post, Thread},
    things::{ACKNOWLEDGE, Denied, Response},
};
use crate::{
    cast::{self, Person},
    chat::{Ping, Shared},
    clock::Clock,
    wire::{Service, Wire},
};

/// The id of the first channel; the others follow.
const FIRST_CHANNEL: u64 = 400_000_000_000_000_001;

/// What the local Discord is like at the start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The bot's token, without the word `Bot`.
    pub token: String,
    /// The application's id, which is also the bot user's.
    pub application: u64,
    /// The bot's user name.
    pub bot_name: String,
    /// The names of the channels in the team's guild.
    pub channels: Vec<String>,
    /// The names of the channels in another guild, where the bot is too, and everybody.
    pub channels_elsewhere: Vec<String>,
    /// The members of both guilds; each has a private talk with the bot, which is called by their name.
    pub people: Vec<Person>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            token: "sandbox-discord-token".to_owned(),
            application: 700_000_000_000_000_001,
            bot_name: "shipmate".to_owned(),
            channels: ["releases", "incidents", "general"].map(str::to_owned).to_vec(),
            channels_elsewhere: vec!["lobby".to_owned()],
            people: cast::EVERYONE.to_vec(),
        }
    }
}

/// A running local Discord. Cloning gives another handle on the same one; it stops with the last handle.
#[derive(Clone)]
pub struct Discord(Arc<Inner>);

struct Inner {
    shared: Arc<Shared<State>>,
    address: SocketAddr,
    server: AbortHandle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.server.abort();
        self.shared.change(|state| state.disconnect(&gateway::Frame::Drop));
    }
}

impl Discord {
    /// Starts to serve on a free local port.
    ///
    /// # Errors
    /// If no port can be bound.
    pub async fn start(settings: Settings, clock: Clock, wire: Wire) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(State::new(settings, clock, wire.clone(), address)));
        let router = routes::router(Arc::clone(&shared));
        let server = tokio::spawn(wire.serve(Service::Discord, listener, router)).abort_handle();
        Ok(Self(Arc::new(Inner { shared, address, server })))
    }

    /// Where REST and gateway are, as `http://127.0.0.1:port`; paths begin with `/api/v10`.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// The id of the team's guild.
    pub fn guild_id(&self) -> u64 {
        state::GUILD
    }

    /// The id of the other guild.
    pub fn another_guild_id(&self) -> u64 {
        state::ANOTHER_GUILD
    }

    /// The bot's token.
    pub fn token(&self) -> String {
        self.0.shared.look(|state| state.settings.token.clone())
    }

    /// The application's id, which is also the bot user's.
    pub fn application_id(&self) -> u64 {
        self.0.shared.look(|state| state.settings.application)
    }

    /// The id of a channel or thread by its name.
    pub fn channel_id(&self, name: &str) -> Option<u64> {
        self.0.shared.look(|state| state.place(name).ok().map(|channel| channel.id))
    }

    /// Every ping so far, in order.
    pub fn pings(&self) -> Vec<Ping> {
        self.0.shared.look(|state| state.pings.clone())
    }

    /// Grows whenever anything changes; for a page or a test that waits.
    pub fn changes(&self) -> tokio::sync::watch::Receiver<u64> {
        self.0.shared.changes()
    }
}
