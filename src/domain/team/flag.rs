//! Who switched which feature flag, when and why.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A switch that somebody asked for: stored before anything is done, kept for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switch {
    /// Its number.
    pub number: u64,
    /// The flag's name.
    pub flag: String,
    /// The environment in which it is switched.
    pub environment: String,
    /// Whether it was on before.
    pub before: bool,
    /// Whether it shall be on.
    pub after: bool,
    /// Who asked.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// How it ended, if it did.
    pub ended: Option<Ended>,
}

/// How a switch ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// The flag is as it should be.
    Done {
        /// Since when.
        at: DateTime<Utc>,
    },
    /// It is not.
    Failed {
        /// When that was clear.
        at: DateTime<Utc>,
        /// Why.
        problem: String,
    },
}

impl Switch {
    /// `on` or `off`.
    pub fn word(&self) -> &'static str {
        if self.after { "on" } else { "off" }
    }
}
