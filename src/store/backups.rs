//! What is known of the backups that the bot makes by itself.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Store, StoreProblem, Tree, Writing};

pub(super) const BACKUPS: &[u8] = b"backups";

/// Since when no backup can be made, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedBackup {
    /// When one failed that was to be made.
    pub since: DateTime<Utc>,
    /// Why the last one failed.
    pub why: String,
}

impl Writing {
    /// Notes that backups cannot be made, or that they can.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_failed_backup(&mut self, failed: Option<&FailedBackup>) -> Result<(), StoreProblem> {
        match failed {
            Some(failed) => self.put(Tree::Meta, BACKUPS, failed)?,
            None => self.remove(Tree::Meta, BACKUPS),
        }
        Ok(())
    }
}

impl Store {
    /// Since when no backup can be made, if that is so.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn failed_backup(&self) -> Result<Option<FailedBackup>, StoreProblem> {
        self.get(Tree::Meta, BACKUPS)
    }
}
