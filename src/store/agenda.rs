//! The agenda in the store: until when each entry has been dealt with, and what people decided about occurrences.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{StoreProblem, Tree, View, Writing};
use crate::domain::time::agenda::Exception;

const WATCHED: &str = "watched/";
const EXCEPTION: &str = "exception/";
const REVISION: &[u8] = b"revision";

/// Until when an entry has been dealt with: whatever was due by then has fired or was left out, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// Until when.
    pub until: DateTime<Utc>,
    /// The pattern of the entry: with another one it begins anew.
    pub pattern: String,
    /// The slot that fired last, and when it did.
    #[serde(default)]
    pub last: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Writing {
    /// Notes until when an entry has been dealt with.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_watched(&mut self, entry: &str, watched: &Watched) -> Result<(), StoreProblem> {
        self.put(Tree::Agenda, watched_key(entry).as_bytes(), watched)
    }

    /// Stores what somebody decided about an occurrence; it replaces what was decided about it before.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_exception(&mut self, exception: &Exception) -> Result<(), StoreProblem> {
        let revision = self.agenda_revision()? + 1;
        self.put(Tree::Agenda, REVISION, &revision)?;
        let key = format!("{EXCEPTION}{}/{}", exception.entry, exception.slot.to_rfc3339());
        self.put(Tree::Agenda, key.as_bytes(), exception)
    }
}

impl dyn View + '_ {
    /// Until when an entry has been dealt with.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn watched(&self, entry: &str) -> Result<Option<Watched>, StoreProblem> {
        self.get(Tree::Agenda, watched_key(entry).as_bytes())
    }

    /// Everything that was decided about single occurrences.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn exceptions(&self) -> Result<Vec<Exception>, StoreProblem> {
        self.all(Tree::Agenda, EXCEPTION.as_bytes())
    }

    /// A number that grows with every decision about an occurrence.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn agenda_revision(&self) -> Result<u64, StoreProblem> {
        Ok(self.get(Tree::Agenda, REVISION)?.unwrap_or(0))
    }
}

fn watched_key(entry: &str) -> String {
    format!("{WATCHED}{entry}")
}
