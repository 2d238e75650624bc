//! What speaks against a version that runs somewhere: an alert that fires, a deploy that failed or was rolled back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One thing that speaks against what runs in a project's environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// The environment; nothing when whoever reported it did not say, so that it speaks against none.
    pub environment: Option<String>,
    /// When it began, or happened.
    pub at: DateTime<Utc>,
    /// What it is, in a few words.
    pub what: String,
    /// Whether it goes on. What happened once never does.
    pub firing: bool,
}

impl Signal {
    /// Whether it speaks against what has run in an environment since an instant: it began since then, or goes on.
    pub fn is_against(&self, environment: &str, since: DateTime<Utc>) -> bool {
        self.environment.as_deref() == Some(environment) && (self.firing || self.at >= since)
    }
}
