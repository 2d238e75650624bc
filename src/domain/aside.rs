//! Rows that were set aside: a part of the bot failed over each of them again and again, and goes on without it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::ReleaseId;

/// A row of the store that a part of the bot works on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Row {
    /// What somebody said: its number in the inbox.
    Incoming(u64),
    /// What is to be said: its key in the outbox, in hexadecimal.
    Post(String),
    /// A release.
    Release(ReleaseId),
    /// An incident whose suspects are looked up.
    Suspects(u64),
    /// An incident to which people are called.
    Calls(u64),
    /// A switch of a feature flag.
    Switch(u64),
    /// An entry of the agenda: its key.
    Entry(String),
    /// What a hotfix owes.
    MissingBackport(ReleaseId),
    /// The freezes of a repository on GitHub.
    Freezes(String),
    /// What is deployed of a project.
    Deployed(String),
}

impl Row {
    /// Names it for ever.
    pub fn key(&self) -> String {
        match self {
            Self::Incoming(number) => format!("heard/{number}"),
            Self::Post(key) => format!("post/{key}"),
            Self::Release(id) => format!("release/{}", id.0),
            Self::Suspects(number) => format!("suspects/{number}"),
            Self::Calls(number) => format!("calls/{number}"),
            Self::Switch(number) => format!("switch/{number}"),
            Self::Entry(key) => format!("entry/{key}"),
            Self::MissingBackport(id) => format!("debt/{}", id.0),
            Self::Freezes(repository) => format!("freezes/{repository}"),
            Self::Deployed(project) => format!("deployed/{project}"),
        }
    }
}

/// A row that was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// Which.
    pub row: Row,
    /// What it is, in words.
    pub what: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What went wrong.
    pub why: String,
    /// The Shipmate that failed over it; another one tries it again.
    pub version: String,
    /// Whether it cannot even be read: then it is as if it were not there.
    #[serde(default)]
    pub unreadable: bool,
}
