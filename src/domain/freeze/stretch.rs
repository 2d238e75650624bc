//! A stretch of time from one instant to another.

use chrono::{DateTime, Utc};

/// A stretch of time; its end does not belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    /// Its first instant.
    pub from: DateTime<Utc>,
    /// The instant at which it is over.
    pub until: DateTime<Utc>,
}

impl Stretch {
    /// Whether a moment lies in it.
    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.until
    }
}
