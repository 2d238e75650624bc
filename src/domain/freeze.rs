//! Freezes: a set. Any active one closes; lifting one never lifts another.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One freeze.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// Its number.
    pub id: u64,
    /// The projects it closes; empty means all.
    #[serde(default)]
    pub projects: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who set it.
    pub owner: String,
    /// Since when.
    pub from: DateTime<Utc>,
    /// Until when; `None` has no known end.
    pub until: Option<DateTime<Utc>>,
    /// Who lifted it, and when.
    #[serde(default)]
    pub lifted: Option<(String, DateTime<Utc>)>,
}

impl Freeze {
    /// Whether it closes a project at a moment.
    pub fn closes(&self, project: &str, now: DateTime<Utc>) -> bool {
        self.is_active(now) && (self.projects.is_empty() || self.projects.iter().any(|name| name == project))
    }

    /// Whether it is active at a moment.
    pub fn is_active(&self, now: DateTime<Utc>) -> bool {
        self.lifted.is_none() && self.from <= now && self.until.is_none_or(|until| now < until)
    }
}
