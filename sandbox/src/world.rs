//! The whole local world: one clock, one wire, and every service, joined. A further service joins in the struct, in
//! `start`, and with an accessor.

use std::{
    net::{SocketAddr, TcpListener as BlockingListener},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Json, Router,
    extract::{Query, State},
    routing::get,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use tokio::{net::TcpListener, task::AbortHandle};

use crate::{
    bot_toml::BotProject,
    cast::Person,
    chat::{PATIENCE, Ping, Refused},
    clock::{Clock, Reading},
    discord::{self, Discord},
    github::{self, GitHub},
    telegram::{self, Telegram},
    unleash::{self, Unleash},
    wire::Wire,
};

/// The zone that the team lives in, in which its bot schedules and the page shows times.
pub const ZONE: Tz = chrono_tz::America::Toronto;

/// What the world is like at the start.
#[derive(Debug, Clone)]
pub struct WorldSettings {
    /// What the clock shows at first.
    pub now: DateTime<Utc>,
    /// Seconds that pass on the clock during one real second; 0 makes it stand still.
    pub rate: f64,
    /// GitHub at the start.
    pub github: github::Settings,
    /// Discord at the start.
    pub discord: discord::Settings,
    /// Telegram at the start.
    pub telegram: telegram::Settings,
    /// Unleash at the start; none if there is none.
    pub unleash: Option<unleash::Settings>,
    /// The bot's project, as its `bot.toml` will say.
    pub project: BotProject,
    /// How deploys report themselves to the bot; they do not unless this is said.
    pub reports: Option<DeployReports>,
    /// The token of the calendar that the bot is to offer, and that the page then shows; none if it offers none.
    pub calendar_token: Option<String>,
    /// The folder in which the bot is to keep its backups, and which the page then looks into; none if it makes none.
    pub backups: Option<PathBuf>,
}

/// Deploys that report themselves to the bot's `/hooks/deploy`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployReports {
    /// The bearer token, which `bot.toml` then says under `[hooks]`.
    pub token: String,
    /// The environments whose deploys do.
    pub environments: Vec<String>,
}

/// What keeps the world from starting.
#[derive(Debug, thiserror::Error)]
pub enum WorldProblem {
    /// A port cannot be had.
    #[error("no port can be had: {0}")]
    Port(#[from] std::io::Error),
    /// The repository cannot be made.
    #[error("{0}")]
    Repository(#[from] github::Problem),
}

impl Default for WorldSettings {
    /// Monday morning, 2 March 2026, 09:00 UTC, and the clock stands still.
    fn default() -> Self {
        Self {
            now: DateTime::from_timestamp(1_772_442_000, 0).unwrap_or_default(),
            rate: 0.0,
            github: github::Settings::default(),
            discord: discord::Settings::default(),
            telegram: telegram::Settings::default(),
            unleash: None,
            project: BotProject::default(),
            reports: None,
            calendar_token: None,
            backups: None,
        }
    }
}

impl WorldSettings {
    /// Thursday, 5 March 2026, 09:00 in Toronto, in the team of the weekly train; that weekend the clocks go forward.
    pub fn weekly_train() -> Self {
        let people = crate::cast::TRAIN.to_vec();
        Self {
            now: DateTime::from_timestamp(1_772_719_200, 0).unwrap_or_default(),
            github: github::Settings::weekly_train(),
            discord: discord::Settings { people: people.clone(), ..discord::Settings::default() },
            telegram: telegram::Settings { people, ..telegram::Settings::default() },
            project: BotProject::weekly_train(),
            ..Self::default()
        }
    }
}

/// A running world. It ends when it is dropped.
pub struct World {
    clock: Clock,
    wire: Wire,
    github: GitHub,
    discord: Discord,
    telegram: Telegram,
    unleash: Option<Unleash>,
    people: Vec<Person>,
    project: BotProject,
    reports: Option<DeployReports>,
    calendar_token: Option<String>,
    backups: Option<PathBuf>,
    bot_address: SocketAddr,
    clock_address: SocketAddr,
    clock_server: AbortHandle,
    clock_known: Arc<AtomicU64>,
}

impl Drop for World {
    fn drop(&mut self) {
        self.clock_server.abort();
        self.github.delete_folder();
    }
}

impl World {
    /// Starts every service on a free local port.
    ///
    /// # Errors
    /// If a port cannot be bound, or the repository cannot be made.
    pub async fn start(settings: WorldSettings) -> Result<Self, WorldProblem> {
        let (people, project) = (settings.discord.people.clone(), settings.project);
        let clock = Clock::new(settings.now, settings.rate);
        let wire = Wire::default();
        let github = GitHub::start(settings.github, clock.clone(), wire.clone()).await?;
        let discord = Discord::start(settings.discord, clock.clone(), wire.clone()).await?;
        let telegram = Telegram::start(settings.telegram, clock.clone(), wire.clone()).await?;
        let unleash = match settings.unleash {
            Some(settings) => Some(Unleash::start(settings, clock.clone(), wire.clone()).await?),
            None => None,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let clock_address = listener.local_addr()?;
        let clock_known = Arc::new(AtomicU64::new(0));
        let router = Router::new().route("/clock", get(read_clock)).with_state((clock.clone(), clock_known.clone()));
        let serve = async move { axum::serve(listener, router).await };
        let clock_server = tokio::spawn(serve).abort_handle();
        let bot_address = bots_own_address()?;
        github.send_webhooks_to(format!("http://{bot_address}/hooks/github"));
        if let Some(DeployReports { token, environments }) = &settings.reports {
            github.send_reports_to(format!("http://{bot_address}/hooks/deploy"), token.clone());
            environments.iter().for_each(|environment| github.report_deploys_to(environment, true));
        }
        Ok(Self {
            clock,
            wire,
            github,
            discord,
            telegram,
            unleash,
            people,
            project,
            reports: settings.reports,
            calendar_token: settings.calendar_token,
            backups: settings.backups,
            bot_address,
            clock_address,
            clock_server,
            clock_known,
        })
    }

    /// Where the bot is expected to listen.
    pub fn bot_address(&self) -> SocketAddr {
        self.bot_address
    }

    /// GitHub.
    pub fn github(&self) -> &GitHub {
        &self.github
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

    /// Unleash, if there is one.
    pub fn unleash(&self) -> Option<&Unleash> {
        self.unleash.as_ref()
    }

    /// Where the clock is read: `GET` answers a [`Reading`]; with `?after=VERSION` once somebody has set the clock
    /// again after that version.
    pub fn clock_url(&self) -> String {
        format!("http://{}/clock", self.clock_address)
    }

    /// How much is still under way: what the bot has to answer in both chats, and what GitHub has to deliver.
    pub fn outstanding(&self) -> usize {
        self.discord.outstanding() + self.telegram.outstanding() + self.github.outstanding()
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

    /// Whether whoever follows the clock knows what it shows: they asked for news after its present version.
    pub fn clock_is_known(&self) -> bool {
        self.clock_known.load(Ordering::SeqCst) >= self.clock.reading().version
    }

    /// Whether anybody has ever asked to hear when the clock is set.
    pub(crate) fn clock_is_followed(&self) -> bool {
        self.clock_known.load(Ordering::SeqCst) > 0
    }

    /// Everybody there is.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// What the bot's configuration says about its project.
    pub(crate) fn project(&self) -> &BotProject {
        &self.project
    }

    /// How deploys report themselves.
    pub(crate) fn reports(&self) -> Option<&DeployReports> {
        self.reports.as_ref()
    }

    /// Where the bot offers its calendar, if it is to offer one.
    pub fn calendar_url(&self) -> Option<String> {
        let token = self.calendar_token.as_ref()?;
        let project = &self.github.settings().name;
        Some(format!("http://{}/calendar.ics?project={project}&token={token}", self.bot_address))
    }

    /// The token that the bot's calendar asks for.
    pub(crate) fn calendar_token(&self) -> Option<&str> {
        self.calendar_token.as_deref()
    }

    /// The folder in which the bot is to keep its backups, if it is to make any.
    pub(crate) fn backups(&self) -> Option<&Path> {
        self.backups.as_deref()
    }

    /// A person of the cast by name.
    ///
    /// # Errors
    /// If nobody bears the name.
    pub fn person(&self, name: &str) -> Result<Person, Refused> {
        let found = self.people().iter().find(|person| person.name == name).copied();
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

/// An address that the bot keeps over restarts, as a real one would: below the ports that the system hands out, so that
/// nobody gets it while the bot is down.
fn bots_own_address() -> std::io::Result<SocketAddr> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let first = u64::from(std::process::id()) * 101;
    loop {
        let nth = NEXT.fetch_add(1, Ordering::SeqCst);
        let port = 15_000 + u16::try_from((first + nth) % 15_000).unwrap_or_default();
        match BlockingListener::bind(("127.0.0.1", port)) {
            Ok(listener) => return listener.local_addr(),
            Err(taken) if nth < 30_000 && taken.kind() == std::io::ErrorKind::AddrInUse => {}
            Err(problem) => return Err(problem),
        }
    }
}

/// After which version of the clock the reader wants to hear.
#[derive(serde::Deserialize)]
struct After {
    after: Option<u64>,
}

async fn read_clock(
    State((clock, known)): State<(Clock, Arc<AtomicU64>)>,
    Query(query): Query<After>,
) -> Json<Reading> {
    // Whoever only looks may know less.
    if let Some(version) = query.after {
        known.store(version, Ordering::SeqCst);
    }
    Json(match query.after {
        Some(version) => clock.reading_after(version).await,
        None => clock.reading(),
    })
}
