//! What was merged where GitHub does not know of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How many merged changes of a project are remembered.
const MERGED: usize = 200;

/// A change that was merged where GitHub does not know of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// Whose, as the sender calls it.
    pub project: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Its number, such as `!7`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Who made it.
    pub author: String,
    /// Its page.
    pub url: String,
}

/// The changes that were merged in a project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedAll {
    /// When it was last heard of.
    pub at: DateTime<Utc>,
    /// In the order in which they were merged.
    pub changes: Vec<Merged>,
}

impl MergedAll {
    /// Takes a change in; whether it is news.
    pub fn take(&mut self, merged: Merged) -> bool {
        if self.changes.iter().any(|known| known.name == merged.name && known.url == merged.url) {
            return false;
        }
        let place = self.changes.partition_point(|known| known.at <= merged.at);
        self.changes.insert(place, merged);
        let surplus = self.changes.len().saturating_sub(MERGED);
        self.changes.drain(..surplus);
        true
    }
}
