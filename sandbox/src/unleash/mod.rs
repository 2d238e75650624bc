//! A local Unleash: feature flags with an environment each, behind the paths of its Admin API that a bot needs.

mod answers;
mod routes;

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};
use tokio::{net::TcpListener, task::AbortHandle};

use crate::{
    clock::Clock,
    wire::{Service, Wire},
};

/// One feature flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its name.
    pub name: String,
    /// Its type, such as `release` or `kill-switch`.
    pub kind: String,
    /// What it is for.
    pub description: String,
    /// The environments that it is on in.
    pub on_in: Vec<String>,
}

impl Flag {
    /// A flag that is on in these environments.
    pub fn new(name: &str, kind: &str, description: &str, on_in: &[&str]) -> Self {
        let on_in = on_in.iter().map(|name| (*name).to_owned()).collect();
        Self { name: name.to_owned(), kind: kind.to_owned(), description: description.to_owned(), on_in }
    }
}

/// What the local Unleash is like at the start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The one project.
    pub project: String,
    /// Its environments, each with its type.
    pub environments: Vec<(String, String)>,
    /// The token of the Admin API.
    pub token: String,
    /// A token that may look, but not change a flag.
    pub read_only_token: String,
    /// A token of the client API, which the Admin API does not take.
    pub client_token: String,
    /// The flags.
    pub flags: Vec<Flag>,
}

impl Default for Settings {
    fn default() -> Self {
        let pair = |name: &str| (name.to_owned(), name.to_owned());
        Self {
            project: "default".to_owned(),
            environments: vec![pair("development"), pair("production")],
            token: "*:*.sandboxunleashadmintoken".to_owned(),
            read_only_token: "user:sandboxunleashviewer".to_owned(),
            client_token: "default:production.sandboxunleashclienttoken".to_owned(),
            flags: Vec::new(),
        }
    }
}

/// A flag that was turned on or off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turned {
    /// The flag's name.
    pub flag: String,
    /// Where.
    pub environment: String,
    /// Whether it is on since.
    pub on: bool,
    /// When.
    pub at: DateTime<Utc>,
}

/// A running local Unleash. Cloning gives another handle on the same one; it stops with the last handle.
#[derive(Clone)]
pub struct Unleash(Arc<Inner>);

struct Inner {
    house: Arc<House>,
    address: SocketAddr,
    server: AbortHandle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// What the server and the handles share.
struct House {
    settings: Settings,
    clock: Clock,
    wire: Wire,
    began: DateTime<Utc>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    flags: Vec<Flag>,
    /// The environments in which a flag changes only by a change request.
    guarded: Vec<String>,
    turned: Vec<Turned>,
}

impl House {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Turns a flag; false if there is none of this name.
    fn turn(&self, name: &str, environment: &str, on: bool) -> bool {
        let at = self.clock.now();
        let mut state = self.state();
        let Some(flag) = state.flags.iter_mut().find(|flag| flag.name == name) else { return false };
        let was = flag.on_in.iter().any(|known| known == environment);
        if was != on {
            flag.on_in.retain(|known| known != environment);
            flag.on_in.extend(on.then(|| environment.to_owned()));
            state.turned.push(Turned { flag: name.to_owned(), environment: environment.to_owned(), on, at });
        }
        true
    }
}

impl Unleash {
    /// Starts to serve on a free local port.
    ///
    /// # Errors
    /// If no port can be bound.
    pub async fn start(settings: Settings, clock: Clock, wire: Wire) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = Mutex::new(State { flags: settings.flags.clone(), ..State::default() });
        let house = Arc::new(House { settings, began: clock.now(), clock, wire: wire.clone(), state });
        let router = routes::router(Arc::clone(&house));
        let server = tokio::spawn(wire.serve(Service::Unleash, listener, router)).abort_handle();
        Ok(Self(Arc::new(Inner { house, address, server })))
    }

    /// Where it is, as `http://127.0.0.1:port`; `/api/admin` follows.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// The token of the Admin API.
    pub fn token(&self) -> &str {
        &self.settings().token
    }

    /// What it was started with.
    pub fn settings(&self) -> &Settings {
        &self.0.house.settings
    }

    /// Every flag as it stands.
    pub fn flags(&self) -> Vec<Flag> {
        self.0.house.state().flags.clone()
    }

    /// Whether a flag is on in an environment; none if there is no such flag.
    pub fn is_on(&self, flag: &str, environment: &str) -> Option<bool> {
        let state = self.0.house.state();
        let found = state.flags.iter().find(|known| known.name == flag)?;
        Some(found.on_in.iter().any(|known| known == environment))
    }

    /// Every change of a flag, in order, whoever made it.
    pub fn turned(&self) -> Vec<Turned> {
        self.0.house.state().turned.clone()
    }

    /// A person turns a flag; false if there is none of this name.
    pub fn turn(&self, flag: &str, environment: &str, on: bool) -> bool {
        self.0.house.turn(flag, environment, on)
    }

    /// Adds a flag.
    pub fn add(&self, flag: Flag) {
        self.0.house.state().flags.push(flag);
    }

    /// Lets flags of an environment change only by change requests, which a token cannot pass.
    pub fn require_change_requests(&self, environment: &str) {
        self.0.house.state().guarded.push(environment.to_owned());
    }
}
