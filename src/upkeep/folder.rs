//! The folder of the backups that the bot makes by itself: which there are, and which goes.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use chrono::{DateTime, NaiveDateTime, Utc};

use super::file::UNFINISHED;

/// How the name of a backup begins and ends; in between stands when it was made.
const BEGIN: &str = "shipmate-";
const END: &str = ".jsonl";
const MADE: &str = "%Y%m%dT%H%M%SZ";

/// Makes the folder if it is missing, for its owner only.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Takes away what a kill left of a backup.
pub(super) fn remove_unfinished(folder: &Path) -> io::Result<()> {
    for name in names(folder)? {
        if name
            .strip_suffix(UNFINISHED)
            .and_then(|name| name.strip_suffix('.'))
            .is_some_and(|name| made(name).is_some())
        {
            fs::remove_file(folder.join(name))?;
        }
    }
    Ok(())
}

/// Where the backup of this moment is.
pub(super) fn place(folder: &Path, now: DateTime<Utc>) -> PathBuf {
    folder.join(format!("{BEGIN}{}{END}", now.format(MADE)))
}

/// When the last backup was made by now. One from the future says that the clock was wrong, and nothing else.
pub(super) fn last(folder: &Path, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    names(folder).ok()?.iter().filter_map(|name| made(name)).filter(|made| *made <= now).max()
}

/// Removes the oldest backups, so that so many are left that were made by now.
pub(super) fn keep_only(folder: &Path, keep: usize, now: DateTime<Utc>) -> io::Result<()> {
    let by_now = |name: &String| made(name).is_some_and(|made| made <= now);
    let mut ours: Vec<String> = names(folder)?.into_iter().filter(by_now).collect();
    ours.sort();
    let surplus = ours.len().saturating_sub(keep);
    ours.iter().take(surplus).try_for_each(|name| fs::remove_file(folder.join(name)))
}

/// When a backup of this name was made, if it is one of ours.
fn made(name: &str) -> Option<DateTime<Utc>> {
    let moment = name.strip_prefix(BEGIN)?.strip_suffix(END)?;
    NaiveDateTime::parse_from_str(moment, MADE).ok().map(|moment| moment.and_utc())
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn the_newest_stay_and_those_from_the_future_take_nobodys_place() {
        let folder = tempfile::tempdir().unwrap();
        let now = DateTime::from_timestamp(1_772_442_000, 0).unwrap();
        for days in [-3, -2, -1, 0, 5, 6, 7] {
            fs::write(place(folder.path(), now + TimeDelta::days(days)), "").unwrap();
        }
        keep_only(folder.path(), 2, now).unwrap();
        let mut left: Vec<i64> = names(folder.path())
            .unwrap()
            .iter()
            .filter_map(|name| made(name))
            .map(|made| (made - now).num_days())
            .collect();
        left.sort_unstable();
        assert_eq!(left, [-1, 0, 5, 6, 7]);
        assert_eq!(last(folder.path(), now), Some(now));
    }
}
