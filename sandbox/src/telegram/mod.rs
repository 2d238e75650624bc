//! A local Telegram: the Bot API with private chats, groups, and a supergroup with topics.

mod acts;
mod befalls;
mod commands;
mod html;
mod json;
mod keyboard;
mod messages;
mod params;
mod people;
mod pins;
mod problem;
mod reactions;
mod records;
mod routes;
mod screen;
mod state;
mod things;
mod transcript;
mod updates;

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{net::TcpListener, task::AbortHandle};

use self::state::State;
pub use self::{
    records::QueryId,
    screen::Post,
    things::{Standing, Toast},
};
use crate::{
    cast::{self, Person},
    chat::{Ping, Shared},
    clock::Clock,
    wire::{Service, Wire},
};

/// A group in which the bot is.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its id, below zero.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// The topics besides "General". With topics it is a supergroup with a forum, without a plain group.
    pub topics: Vec<String>,
}

/// What the local Telegram is like at the start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The bot's token.
    pub token: String,
    /// The bot's user id.
    pub bot_id: i64,
    /// The bot's first name.
    pub bot_name: String,
    /// The bot's username, without the `@`.
    pub bot_username: String,
    /// The groups; everybody is in all of them.
    pub groups: Vec<Group>,
    /// Everybody who uses Telegram.
    pub people: Vec<Person>,
}

impl Default for Settings {
    fn default() -> Self {
        let group = |id, title: &str, topics: &[&str]| Group {
            id,
            title: title.to_owned(),
            topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
        };
        Self {
            token: "7000000001:sandbox-telegram-token".to_owned(),
            bot_id: 7_000_000_001,
            bot_name: "shipmate".to_owned(),
            bot_username: "shipmate_bot".to_owned(),
            groups: vec![group(-1_001_000_000_001, "Releases", &["Releases"]), group(-4_000_002, "Incidents", &[])],
            people: cast::EVERYONE.to_vec(),
        }
    }
}

/// A running local Telegram. Cloning gives another handle on the same one; it stops with the last handle.
#[derive(Clone)]
pub struct Telegram(Arc<Inner>);

struct Inner {
    shared: Arc<Shared<State>>,
    address: SocketAddr,
    server: AbortHandle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.server.abort();
        // Ends the delivery to a webhook, too.
        self.shared.change(|state| state.webhook = None);
    }
}

impl Telegram {
    /// Starts to serve on a free local port.
    ///
    /// # Errors
    /// If no port can be bound.
    pub async fn start(settings: Settings, clock: Clock, wire: Wire) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(State::new(settings, clock, wire.clone())));
        let router = routes::router(Arc::clone(&shared));
        let server = tokio::spawn(wire.serve(Service::Telegram, listener, router)).abort_handle();
        Ok(Self(Arc::new(Inner { shared, address, server })))
    }

    /// Where the Bot API is, as `http://127.0.0.1:port`; `/bot{token}/{method}` follows.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// The bot's token.
    pub fn token(&self) -> String {
        self.0.shared.look(|state| state.settings.token.clone())
    }

    /// The bot's user id.
    pub fn bot_id(&self) -> i64 {
        self.0.shared.look(|state| state.settings.bot_id)
    }

    /// The id of a group by its title, or of a private chat by the person's name.
    pub fn chat_id(&self, title: &str) -> Option<i64> {
        self.0.shared.look(|state| state.chats.iter().find(|chat| chat.title == title).map(|chat| chat.id))
    }

    /// The `message_thread_id` of a topic.
    pub fn topic_id(&self, chat: &str, topic: &str) -> Option<i64> {
        self.0.shared.look(|state| {
            let chat = state.chats.iter().find(|known| known.title == chat)?;
            chat.topics.iter().rev().find(|known| known.name == topic).map(|topic| topic.id)
        })
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
