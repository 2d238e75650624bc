//! The connection to Discord: registers the commands, then listens until it is shut down.

use std::{sync::Arc, time::Duration};

use serde::Deserialize;
use serenity::{
    all::{ApplicationId, ClientBuilder, GatewayError, GatewayIntents, GuildId},
    http::{HttpBuilder, LightMethod, Request, Route},
};
use tokio::{
    sync::{Semaphore, watch},
    time::timeout,
};

use super::{
    answer::Ear,
    call::{DiscordFailure, Rest},
    gateway::Gateway,
    problem::{Doing, problem},
    register::{global_registration, registration},
    state::GatewayState,
};
use crate::{
    chat::{inbox::Inbox, problem::ChatProblem},
    clock::Clock,
    domain::team::people::People,
};

/// How many interactions are answered at the same time.
const AT_ONCE: u32 = 256;
/// How long a shutdown waits for interactions that are being stored, and then for Discord's goodbye.
const UNDER_WAY: Duration = Duration::from_millis(500);
const GOODBYE: Duration = Duration::from_millis(400);
/// How long Discord may take to greet the bot over a connection before another one is made.
const GREETING: Duration = Duration::from_secs(20);
const SHUT_DOWN: &str = "The connection to Discord was shut down.";

/// How to reach Discord.
#[derive(Clone, PartialEq, Eq)]
pub struct DiscordAccess {
    /// The bot's token.
    pub token: String,
    /// Where Discord's API answers instead of `https://discord.com`, such as `http://127.0.0.1:4000`.
    pub api_url: Option<String>,
    /// The server in which the commands are registered, at once; without it, everywhere, which Discord may show late.
    pub guild: Option<u64>,
}

/// The connection to Discord. Dropping it ends it.
pub struct Discord {
    pub(super) rest: Arc<Rest>,
    pub(super) application_id: ApplicationId,
    pub(super) people: Arc<People>,
    state: watch::Sender<GatewayState>,
    ear: Ear,
    under_way: Arc<Semaphore>,
    gateway: Gateway,
}

/// The one thing we need to know of our application.
#[derive(Deserialize)]
struct Application {
    id: ApplicationId,
}

/// Connects to Discord: learns who the bot is, registers its commands and starts to listen. Does not wait for Discord's
/// greeting; see [`Discord::ready`].
///
/// # Errors
/// `Later` when Discord cannot be reached, `Refused` when it accepts neither the token nor the commands.
pub async fn connect(
    settings: DiscordAccess,
    inbox: Inbox,
    people: Arc<People>,
    clock: Clock,
) -> Result<Discord, ChatProblem> {
    let rest = Arc::new(Rest::new(&settings.token, settings.api_url.as_deref())?);
    let connecting = |failure: DiscordFailure| problem(&failure, Doing::Connecting);
    let asked = Request::new(Route::Oauth2ApplicationCurrent, LightMethod::Get);
    let Application { id: application_id } = rest.call(asked).await.map_err(connecting)?;
    register(&rest, application_id, settings.guild).await?;
    // Serenity asks this again and reads without a limit: what is not answered well is not let near it.
    rest.send(Request::new(Route::Gateway, LightMethod::Get)).await.map_err(connecting)?;

    let state = watch::Sender::new(GatewayState::Connecting);
    let under_way = Arc::new(Semaphore::new(AT_ONCE as usize));
    let ear = Ear::new((rest.clone(), application_id), inbox, clock, state.clone(), under_way.clone());
    // Interactions arrive without any intent. Serenity asks where the gateway is, and nothing else.
    let mut http = HttpBuilder::new(&settings.token).client(rest.client()).ratelimiter_disabled(true);
    if let Some(url) = &settings.api_url {
        http = http.proxy(url.trim_end_matches('/'));
    }
    let builder = ClientBuilder::new_with_http(http.build(), GatewayIntents::empty());
    let builder = builder.event_handler(ear.clone()).raw_event_handler(ear.clone());
    let told = state.clone();
    let ended = move |ended: serenity::Result<()>| {
        let ending =
            ended.map_or_else(|error| ending(&error), |()| GatewayState::Lost("it ended without a reason".to_owned()));
        if told.borrow().clone() != GatewayState::Broken(SHUT_DOWN.to_owned()) {
            tracing::warn!(?ending, "the connection to Discord has ended");
            told.send_replace(ending);
        }
    };
    let gateway = Gateway::open(builder, settings.api_url.is_some(), ended).await?;
    Ok(Discord { rest, application_id, people, state, ear, under_way, gateway })
}

/// Replaces whatever commands Discord had of us.
async fn register(rest: &Rest, application_id: ApplicationId, guild: Option<u64>) -> Result<(), ChatProblem> {
    let (route, commands) = match guild {
        Some(0) => return Err(ChatProblem::Refused("The Discord server's id cannot be 0.".to_owned())),
        Some(guild) => {
            let guild_id = GuildId::new(guild);
            (Route::GuildCommands { application_id, guild_id }, registration())
        }
        None => (Route::Commands { application_id }, global_registration()),
    };
    let body = serde_json::to_vec(&commands)
        .map_err(|error| ChatProblem::Refused(format!("The commands cannot be described: {error}")))?;
    let put = Request::new(route, LightMethod::Put).body(Some(body));
    rest.send(put).await.map(drop).map_err(|failure| problem(&failure, Doing::Connecting))
}

/// Why the gateway closed, and the way out where only a person has one.
fn ending(error: &serenity::Error) -> GatewayState {
    let why = match error {
        serenity::Error::Gateway(GatewayError::InvalidAuthentication | GatewayError::NoAuthentication) => {
            "Discord does not accept the bot's token any more: copy it again from the Discord developer portal (Bot, \
             Reset Token) and restart."
                .to_owned()
        }
        serenity::Error::Gateway(GatewayError::DisallowedGatewayIntents | GatewayError::InvalidGatewayIntents) => {
            "Discord refuses what the bot asks to hear: check the application in the Discord developer portal (Bot, \
             Privileged Gateway Intents) and restart."
                .to_owned()
        }
        other => return GatewayState::Lost(format!("Discord has closed the connection ({other})")),
    };
    GatewayState::Broken(why)
}

impl Discord {
    /// How the connection stands now.
    pub fn state(&self) -> GatewayState {
        self.state.borrow().clone()
    }

    /// Waits until Discord listens to the bot.
    ///
    /// # Errors
    /// The reason and the way out, when the connection has been closed for good.
    pub async fn ready(&self) -> Result<(), String> {
        let mut state = self.state.subscribe();
        let settled = state.wait_for(|state| *state != GatewayState::Connecting).await;
        match settled.as_deref() {
            Ok(GatewayState::Broken(why) | GatewayState::Lost(why)) => Err(why.clone()),
            Ok(GatewayState::Ready | GatewayState::Connecting) => Ok(()),
            Err(_) => Err(SHUT_DOWN.to_owned()),
        }
    }

    /// Waits until the connection has ended, or Discord has not greeted the bot over it for too long; why, unless it was shut
    /// down. What only a person can mend is tried anew, too: perhaps somebody has.
    pub(super) async fn ended(&self) -> Option<String> {
        let mut state = self.state.subscribe();
        loop {
            let now = state.borrow_and_update().clone();
            let changed = match now {
                GatewayState::Lost(why) => return Some(why),
                GatewayState::Broken(why) => return Some(why).filter(|why| why != SHUT_DOWN),
                GatewayState::Ready => tokio::select! {
                    changed = state.changed() => changed,
                    () = self.gateway.loses_its_session() => {
                        self.ear.lost();
                        Ok(())
                    }
                },
                GatewayState::Connecting => match timeout(GREETING, state.changed()).await {
                    Ok(changed) => changed,
                    Err(_) => return Some(format!("Discord did not greet the bot within {} s", GREETING.as_secs())),
                },
            };
            changed.ok()?;
        }
    }

    /// Ends the connection within a second. What is being stored is stored first.
    pub async fn shutdown(&self) {
        let _ = timeout(UNDER_WAY, self.under_way.acquire_many(AT_ONCE)).await;
        // Whoever comes now is not heard, and Discord tells them so.
        self.close();
        self.gateway.close(GOODBYE).await;
    }

    fn close(&self) {
        self.under_way.close();
        self.state.send_replace(GatewayState::Broken(SHUT_DOWN.to_owned()));
    }
}

impl Drop for Discord {
    fn drop(&mut self) {
        self.close();
    }
}
