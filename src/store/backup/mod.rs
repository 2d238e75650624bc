//! Backups: every row as of one commit, as lines of JSON, with what it is at the top and a checksum at the end.

mod line;
mod problem;
mod read;
mod restore;
mod rows;
mod write;

use std::{io::Write, path::Path};

use chrono::{DateTime, Utc};

use super::{Store, format, opening};

pub use line::{BackupEnd, BackupHead};
pub use problem::BackupProblem;
pub use read::read_backup;
pub use restore::restore;

/// Takes one row: its tree, its key, and its value as it is on disk.
pub type TakeRow<'a> = &'a mut dyn FnMut(super::Tree, &[u8], &[u8]) -> Result<(), BackupProblem>;

impl Store {
    /// Writes every row as of one commit, while others read and write. Blocks.
    ///
    /// # Errors
    /// What the store says, and when `out` takes no more.
    pub fn back_up(&self, made: DateTime<Utc>, out: &mut dyn Write) -> Result<BackupEnd, BackupProblem> {
        write::write(&BackupHead::of(format::SCHEMA, made), out, |take| rows::of_the_running(&self.0, take))
    }
}

/// Writes every row of a store that nobody uses, without changing anything in its folder. Blocks.
///
/// # Errors
/// As opening the store, and when `out` takes no more.
pub fn back_up_at_rest(dir: &Path, made: DateTime<Utc>, out: &mut dyn Write) -> Result<BackupEnd, BackupProblem> {
    opening::look(dir, |trees, layout| {
        write::write(&BackupHead::of(layout, made), out, |take| rows::of_the_resting(trees, take))
    })
}
