//! What was good where: the versions that reached an environment and were not taken back, as far as others report them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How many versions of an environment are remembered.
const VERSIONS: usize = 20;
/// How many merged changes of a project are remembered.
const MERGED: usize = 200;

/// A version that reached an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Good {
    /// When it was there.
    pub at: DateTime<Utc>,
    /// The version.
    pub version: String,
    /// Its commit, if it is known.
    pub commit: Option<String>,
}

/// The versions that reached one environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownGood {
    /// When it was last heard of.
    pub at: DateTime<Utc>,
    /// In the order in which they came.
    pub versions: Vec<Good>,
}

impl KnownGood {
    /// Notes that a version is there, wherever that belongs in time.
    pub fn reached(&mut self, good: Good) {
        self.versions.retain(|known| known.version != good.version || known.at > good.at);
        let place = self.versions.partition_point(|known| known.at <= good.at);
        self.versions.insert(place, good);
        let surplus = self.versions.len().saturating_sub(VERSIONS);
        self.versions.drain(..surplus);
    }

    /// Notes that a version was taken back.
    pub fn taken_back(&mut self, version: &str, at: DateTime<Utc>) {
        self.versions.retain(|known| known.version != version || known.at > at);
    }
}

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
