//! The connection to Discord, made at once if Discord answers, else as soon as it does.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use super::{Discord, Settings, State, connect};
use crate::{
    chat::{problem::ChatProblem, reception::Reception},
    clock::Clock,
    domain::people::People,
};

/// The longest pause between two tries to connect.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A connection that may still be in the making. Cloning gives another handle.
#[derive(Clone)]
pub struct Link(Arc<OnceLock<Discord>>);

impl Link {
    /// Connects. A Discord that does not answer just now is tried again in the background.
    ///
    /// # Errors
    /// `Refused` when the settings can never work.
    pub async fn start(
        settings: Settings,
        reception: Reception,
        people: Arc<People>,
        clock: Clock,
    ) -> Result<Self, ChatProblem> {
        let link = Self(Arc::default());
        let first = connect(settings.clone(), reception.clone(), people.clone(), clock.clone()).await;
        match first {
            Ok(discord) => drop(link.0.set(discord)),
            Err(problem @ ChatProblem::Later { .. }) => {
                tracing::warn!(%problem, "Discord does not answer yet; trying again in the background");
                let made = link.0.clone();
                tokio::spawn(async move {
                    let mut pause = Duration::from_secs(1);
                    loop {
                        tokio::time::sleep(pause).await;
                        pause = (pause * 2).min(LONGEST_PAUSE);
                        match connect(settings.clone(), reception.clone(), people.clone(), clock.clone()).await {
                            Ok(discord) => {
                                tracing::info!("Discord answers");
                                return drop(made.set(discord));
                            }
                            Err(problem) => tracing::warn!(%problem, "Discord does not answer yet"),
                        }
                    }
                });
            }
            Err(problem) => return Err(problem),
        }
        Ok(link)
    }

    /// The connection.
    ///
    /// # Errors
    /// `Later` while it is still being made.
    pub fn get(&self) -> Result<&Discord, ChatProblem> {
        let later = || ChatProblem::Later { why: "Discord is not connected yet".into(), wait: None };
        self.0.get().ok_or_else(later)
    }

    /// How the connection stands.
    pub fn state(&self) -> State {
        self.0.get().map_or(State::Connecting, Discord::state)
    }

    /// Ends the connection.
    pub async fn shutdown(&self) {
        if let Some(discord) = self.0.get() {
            discord.shutdown().await;
        }
    }
}
