//! The whole local world: one clock, one wire, and every service, joined. A further service joins in the struct, in
//! `start`, and with an accessor.

use std::{io, net::SocketAddr};

use axum::{
    Json, Router,
    extract::{Query, State},
    routing::get,
};
use chrono::{DateTime, Utc};
use tokio::{net::TcpListener, task::AbortHandle};

use crate::{
    cast::Person,
    chat::{PATIENCE, Ping, Refused},
    clock::{Clock, Reading},
    discord::{self, Discord},
    telegram::{self, Telegram},
    wire::Wire,
};

/// What the world is like at the start.
#[derive(Debug, Clone)]
pub struct WorldSettings {
    /// What the clock shows at first.
    pub now: DateTime<Utc>,
    /// Seconds that pass on the clock during one real second; 0 makes it stand still.
    pub rate: f64,
    /// Discord at the start.
    pub discord: discord::Settings,
    /// Telegram at the start.
    pub telegram: telegram::Settings,
}

impl Default for WorldSettings {
    /// Monday morning, 2 March 2026, 09:00 UTC, and the clock stands still.
    fn default() -> Self {
        Self {
            now: DateTime::from_timestamp(1_772_442_000, 0).unwrap_or_default(),
            rate: 0.0,
            discord: discord::Settings::default(),
            telegram: telegram::Settings::default(),
        }
    }
}

/// A running world. It ends when it is dropped.
pub struct World {
    clock: Clock,
    wire: Wire,
    discord: Discord,
    telegram: Telegram,
    clock_address: SocketAddr,
    clock_server: AbortHandle,
}

impl Drop for World {
    fn drop(&mut self) {
        self.clock_server.abort();
    }
}

impl World {
    /// Starts every service on a free local port.
    ///
    /// # Errors
    /// If a port cannot be bound.
    pub async fn start(settings: WorldSettings) -> io::Result<Self> {
        let clock = Clock::new(settings.now, settings.rate);
        let wire = Wire::default();
        let discord = Discord::start(settings.discord, clock.clone(), wire.clone()).await?;
        let telegram = Telegram::start(settings.telegram, clock.clone(), wire.clone()).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let clock_address = listener.local_addr()?;
        let router = Router::new().route("/clock", get(read_clock)).with_state(clock.clone());
        let serve = async move { axum::serve(listener, router).await };
        let clock_server = tokio::spawn(serve).abort_handle();
        Ok(Self { clock, wire, discord, telegram, clock_address, clock_server })
    }

    /// The clock that everybody shares.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The wire, which records and breaks requests.
    pub fn wire(&self) -> &Wire {
        &self.wire
    }

    /// Discord.
    pub fn discord(&self) -> &Discord {
        &self.discord
    }

    /// Telegram.
    pub fn telegram(&self) -> &Telegram {
        &self.telegram
    }

    /// Where the clock is read: `GET` answers a [`Reading`]; with `?after=VERSION` once somebody has set the clock
    /// again after that version.
    pub fn clock_url(&self) -> String {
        format!("http://{}/clock", self.clock_address)
    }

    /// How much the bot still has to answer, over all chats.
    pub fn outstanding(&self) -> usize {
        self.discord.outstanding() + self.telegram.outstanding()
    }

    /// What people did and the bot did not answer in time, over all chats.
    pub fn unanswered(&self) -> Vec<String> {
        let mut unanswered = self.discord.failed();
        unanswered.extend(self.telegram.failed());
        unanswered
    }

    /// Waits until the bot has nothing left to answer.
    ///
    /// # Errors
    /// If it still has after [`PATIENCE`]; the error tells the story so far.
    pub async fn quiet(&self) -> Result<(), Refused> {
        let (mut discord, mut telegram) = (self.discord.changes(), self.telegram.changes());
        let quiet = async {
            while self.outstanding() > 0 {
                // An interaction that is never acknowledged ends by time alone, without a change.
                let _ = tokio::time::timeout(discord::ACKNOWLEDGE, async {
                    tokio::select! { _ = discord.changed() => {}, _ = telegram.changed() => {} }
                })
                .await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, quiet).await;
        waited.map_err(|_| Refused(format!("{} answers are outstanding:\n{}", self.outstanding(), self.story())))
    }

    /// A person of the cast by name.
    ///
    /// # Errors
    /// If nobody bears the name.
    pub fn person(&self, name: &str) -> Result<Person, Refused> {
        let found = crate::cast::EVERYONE.into_iter().find(|person| person.name == name);
        found.ok_or_else(|| Refused(format!("there is nobody called {name}")))
    }

    /// Every ping so far in both chats, in the order of their time.
    pub fn pings(&self) -> Vec<Ping> {
        let mut pings = self.discord.pings();
        pings.extend(self.telegram.pings());
        pings.sort_by_key(|ping| ping.at);
        pings
    }

    /// Everything that happened in these places, under a heading each: Discord channels as `#releases`, Telegram
    /// chats by their title. Places where nothing happened are left out.
    pub fn transcript(&self, places: &[&str]) -> String {
        let mut sections = Vec::new();
        for place in places {
            let (service, text) = match place.strip_prefix('#') {
                Some(channel) => ("Discord", self.discord.transcript(channel)),
                None => ("Telegram", self.telegram.transcript(place)),
            };
            if !text.is_empty() {
                sections.push(format!("━━ {service} {place} ━━\n{text}"));
            }
        }
        sections.join("\n\n")
    }

    /// Both chats as people see them: the release channels first, then the incident channels.
    pub fn story(&self) -> String {
        self.transcript(&["#releases", "Releases", "#incidents", "Incidents"])
    }
}

/// After which version of the clock the reader wants to hear.
#[derive(serde::Deserialize)]
struct After {
    after: Option<u64>,
}

async fn read_clock(State(clock): State<Clock>, Query(query): Query<After>) -> Json<Reading> {
    Json(match query.after {
        Some(version) => clock.reading_after(version).await,
        None => clock.reading(),
    })
}
