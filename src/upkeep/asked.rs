//! What somebody asks for on the command line.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::{ask, file};
use crate::store::{self, backup};

/// Backs the store in `folder` up into a file, whether the bot runs or not; says so in a sentence.
///
/// # Errors
/// A sentence: then there is no such file.
pub fn back_up(folder: &Path, file: &Path, now: DateTime<Utc>) -> Result<String, String> {
    let written = file::write_whole(file, |out| ask::backup_of(folder, now, out));
    let (_, end) = written.map_err(|problem| problem.to_string())?;
    Ok(format!("{} has the {} rows of commit {}.", file.display(), end.rows, end.commit))
}

/// Writes a store anew, without the room that what is gone still takes; says so in a sentence.
///
/// # Errors
/// A sentence: then the store is as it was.
pub fn compact(folder: &Path) -> Result<String, String> {
    let (before, after) = store::compact(folder).map_err(|problem| problem.to_string())?;
    let mega = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
    Ok(format!("{} was {} and is {} now.", folder.display(), mega(before), mega(after)))
}

/// Restores a backup into an empty folder; says so in a sentence.
///
/// # Errors
/// A sentence.
pub fn restore(file: &Path, folder: &Path, now: DateTime<Utc>) -> Result<String, String> {
    let (head, end) = backup::restore(file, folder, now).map_err(|problem| problem.to_string())?;
    Ok(format!(
        "{} has the {} rows of commit {}, as of {}. Stop whatever bot still runs with this store, then start this one: what was \
         said since then it does not know.",
        folder.display(),
        end.rows,
        end.commit,
        head.made.format("%Y-%m-%d %H:%M:%S UTC")
    ))
}
