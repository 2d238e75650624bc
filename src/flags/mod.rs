//! Feature flags, in our own words: one small interface to whoever keeps them.

pub mod switcher;
mod unleash;

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

pub use unleash::Unleash;

/// A feature flag in the environment that the bot switches it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its name.
    pub name: String,
    /// Whether it is on.
    pub on: bool,
    /// What it is for; may be empty.
    pub about: String,
}

/// Why a flag was not read or switched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlagProblem {
    /// Trying again may help.
    Later(String),
    /// Only a person can help.
    Person(String),
}

impl fmt::Display for FlagProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Later(sentence) | Self::Person(sentence)) = self;
        f.write_str(sentence)
    }
}

/// Whoever keeps the flags.
#[derive(Debug)]
pub enum Provider {
    /// Unleash, by its Admin API.
    Unleash(Unleash),
}

/// The flags.
#[derive(Debug)]
pub struct Flags {
    provider: Provider,
    /// The names that were read last, to suggest them.
    names: Mutex<Vec<String>>,
}

impl Flags {
    /// The flags of a provider; nothing is read yet.
    pub fn new(provider: Provider) -> Self {
        Self { provider, names: Mutex::default() }
    }

    /// The environment in which flags are read and switched.
    pub fn environment(&self) -> &str {
        match &self.provider {
            Provider::Unleash(unleash) => unleash.environment(),
        }
    }

    /// All flags, by name.
    ///
    /// # Errors
    /// Why they cannot be read.
    pub async fn list(&self) -> Result<Vec<Flag>, FlagProblem> {
        let mut flags = match &self.provider {
            Provider::Unleash(unleash) => unleash.list().await?,
        };
        flags.sort_by(|one, other| one.name.cmp(&other.name));
        *self.names.lock().unwrap_or_else(PoisonError::into_inner) =
            flags.iter().map(|flag| flag.name.clone()).collect();
        Ok(flags)
    }

    /// Switches a flag, and reads it back; the same switch again changes nothing.
    ///
    /// # Errors
    /// Why it is not as it should be.
    pub async fn set(&self, name: &str, on: bool) -> Result<(), FlagProblem> {
        match &self.provider {
            Provider::Unleash(unleash) => unleash.set(name, on).await,
        }
    }

    /// The names that were read last.
    pub fn names(&self) -> Vec<String> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
