//! The connection to Discord: made at once if Discord answers, else as soon as it does, and made anew when it is lost.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use super::{Discord, DiscordAccess, GatewayState, connect};
use crate::{
    chat::{inbox::Inbox, problem::ChatProblem},
    clock::Clock,
    domain::{
        platform::{Contact, Platform},
        team::people::People,
    },
    work::{Backoff, Failed, Hand, NextTurn, Worker},
};

/// The first pause between two tries to connect; it doubles up to the longest.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause between two tries to connect.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);

/// How long a connection has to be good before the one that follows it is made at once: Discord takes a thousand greetings a day.
const GOOD: Duration = Duration::from_secs(60);

/// A connection that may still be in the making. Cloning gives another handle.
#[derive(Clone, Default)]
pub struct Link(Arc<RwLock<Linked>>);

/// The connection, or why there is none.
#[derive(Clone, Default)]
struct Linked {
    discord: Option<Arc<Discord>>,
    why: Option<String>,
}

impl Link {
    /// Connects. A Discord that does not answer just now is tried again in the background.
    ///
    /// # Errors
    /// `Refused` when the settings can never work.
    pub async fn start(
        settings: DiscordAccess,
        inbox: Inbox,
        people: Arc<People>,
        clock: Clock,
    ) -> Result<Self, ChatProblem> {
        let link = Self::default();
        let backoff = Backoff::new(PAUSE, LONGEST_PAUSE);
        let connecting = Connecting { link: link.clone(), settings, inbox: inbox.clone(), people, clock, backoff };
        match connecting.connect().await {
            Ok(()) => {}
            Err(problem @ ChatProblem::Later { .. }) => {
                connecting.failed(&problem.to_string());
                tracing::warn!(%problem, "Discord does not answer yet; trying again in the background");
            }
            Err(problem) => return Err(problem),
        }
        drop(inbox.keep("the connection to Discord", move || connecting.clone()));
        Ok(link)
    }

    /// The connection.
    ///
    /// # Errors
    /// `Later` while it is still being made.
    pub fn get(&self) -> Result<Arc<Discord>, ChatProblem> {
        let later = || ChatProblem::Later { why: "Discord is not connected yet".into(), wait: None };
        self.current().ok_or_else(later)
    }

    /// How the connection stands.
    pub fn state(&self) -> GatewayState {
        let Linked { discord, why } = self.linked();
        let without = || why.map_or(GatewayState::Connecting, GatewayState::Lost);
        discord.map_or_else(without, |discord| discord.state())
    }

    /// Ends the connection.
    pub async fn shutdown(&self) {
        if let Some(discord) = self.current() {
            discord.shutdown().await;
        }
    }

    fn current(&self) -> Option<Arc<Discord>> {
        self.linked().discord
    }

    fn linked(&self) -> Linked {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, linked: Linked) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = linked;
    }
}

/// Sees to it that there is a connection.
#[derive(Clone)]
struct Connecting {
    link: Link,
    settings: DiscordAccess,
    inbox: Inbox,
    people: Arc<People>,
    clock: Clock,
    backoff: Backoff,
}

impl Connecting {
    async fn connect(&self) -> Result<(), ChatProblem> {
        let Self { link, settings, inbox, people, clock, backoff: _ } = self;
        let discord = connect(settings.clone(), inbox.clone(), people.clone(), clock.clone()).await?;
        link.set(Linked { discord: Some(Arc::new(discord)), why: None });
        Ok(())
    }

    /// There is no connection, and this is why.
    fn failed(&self, why: &str) {
        self.inbox.note(Platform::Discord, Contact::Hearing, Err(why.to_owned()));
        self.link.set(Linked { discord: None, why: Some(why.to_owned()) });
    }
}

impl Worker for Connecting {
    async fn turn(&mut self, _: &Hand) -> Result<NextTurn, Failed> {
        while self.link.current().is_none() {
            tokio::time::sleep(self.backoff.pause()).await;
            match self.connect().await {
                Ok(()) => tracing::info!("Discord answers"),
                Err(problem) => {
                    self.failed(&problem.to_string());
                    tracing::warn!(%problem, "Discord does not answer yet");
                }
            }
        }
        let Some(discord) = self.link.current() else { return Ok(NextTurn::Now) };
        let began = tokio::time::Instant::now();
        let Some(why) = discord.ended().await else { return Ok(NextTurn::Over) };
        tracing::warn!(why, "the connection to Discord is made anew");
        self.failed(&why);
        if began.elapsed() > GOOD {
            self.backoff.reset();
        }
        Ok(NextTurn::Now)
    }
}
