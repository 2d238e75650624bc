//! The connection to Discord: made at once if Discord answers, else as soon as it does, and made anew when it is lost.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use super::{Discord, DiscordAccess, GatewayState, connect};
use crate::{
    chat::{inbox::Inbox, problem::ChatProblem},
    clock::Clock,
    domain::team::people::People,
    work::{Backoff, Failed, Hand, NextTurn, Worker},
};

/// The first pause between two tries to connect; it doubles up to the longest.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause between two tries to connect.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A connection that may still be in the making. Cloning gives another handle.
#[derive(Clone, Default)]
pub struct Link(Arc<RwLock<Option<Arc<Discord>>>>);

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
        let connecting = Connecting { link: link.clone(), settings, inbox: inbox.clone(), people, clock };
        match connecting.connect().await {
            Ok(()) => {}
            Err(problem @ ChatProblem::Later { .. }) => {
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
        self.current().map_or(GatewayState::Connecting, |discord| discord.state())
    }

    /// Ends the connection.
    pub async fn shutdown(&self) {
        if let Some(discord) = self.current() {
            discord.shutdown().await;
        }
    }

    fn current(&self) -> Option<Arc<Discord>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, discord: Option<Discord>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = discord.map(Arc::new);
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
}

impl Connecting {
    async fn connect(&self) -> Result<(), ChatProblem> {
        let Self { link, settings, inbox, people, clock } = self;
        let discord = connect(settings.clone(), inbox.clone(), people.clone(), clock.clone()).await?;
        link.set(Some(discord));
        Ok(())
    }
}

impl Worker for Connecting {
    async fn turn(&mut self, _: &Hand) -> Result<NextTurn, Failed> {
        let mut backoff = Backoff::new(PAUSE, LONGEST_PAUSE);
        while self.link.current().is_none() {
            tokio::time::sleep(backoff.pause()).await;
            match self.connect().await {
                Ok(()) => tracing::info!("Discord answers"),
                Err(problem) => tracing::warn!(%problem, "Discord does not answer yet"),
            }
        }
        let Some(discord) = self.link.current() else { return Ok(NextTurn::Now) };
        // A connection that a person has to mend, or that was shut down, stays as it is.
        let Some(why) = discord.ended().await else { return Ok(NextTurn::Over) };
        self.link.set(None);
        Err(Failed::Why(why))
    }
}
