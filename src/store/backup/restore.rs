//! Makes a store out of a backup, in an empty folder.

use std::{
    fs::File,
    io::{self, BufReader},
    mem,
    path::Path,
};

use chrono::{DateTime, Utc};

use super::{BackupEnd, BackupHead, BackupProblem, read_backup};
use crate::store::{
    StoreProblem,
    checksum::Checksum,
    files,
    guard::{guarded, open_sled},
    high_water_mark::HighWaterMark,
    identity, rehearsal,
    renewal::TOGETHER,
    trees::{Changes, Trees},
};

/// Restores a backup into an empty folder, made if it is missing. A kill meanwhile leaves a folder that says so when it is
/// opened, and into which the backup can be restored once more.
///
/// # Errors
/// Why it is not restored: then nothing was written, unless the disk refused in the middle.
pub fn restore(file: &Path, dir: &Path, now: DateTime<Utc>) -> Result<(BackupHead, BackupEnd), BackupProblem> {
    // Before anything is written: is it whole, and of a kind that this program knows?
    read(file, &mut |_, _, _| Ok(()))?;
    refuse_what_is_used(dir)?;
    let problem = |problem: io::Error| StoreProblem::from_io(dir, &problem);
    let _lock = files::lock(dir)?;
    refuse_what_is_used(dir)?;
    let fresh = files::begin_restoring(dir).map_err(problem)?;
    // Whatever `fill` says of the backup comes out of what watches over sled.
    let filled = guarded(dir, || Ok(fill(&open_sled(dir, &fresh)?, dir, file, now)))?;
    let (read, commit) = filled?;
    drop(HighWaterMark::create(dir, commit).map_err(problem)?);
    files::end_restoring(dir).and_then(|()| files::take_renewed(dir)).map_err(problem)?;
    rehearsal::rehearse(dir, Some(commit))?;
    files::keep_private(dir);
    Ok(read)
}

fn read(file: &Path, take: super::TakeRow<'_>) -> Result<(BackupHead, BackupEnd), BackupProblem> {
    let opened = File::open(file).map_err(|problem| BackupProblem::of_path(file, &problem))?;
    read_backup(&mut BufReader::new(opened), &file.display().to_string(), take)
}

/// Refuses a folder with something in it, but for what a restore leaves that was killed.
fn refuse_what_is_used(dir: &Path) -> Result<(), BackupProblem> {
    let found = files::first_foreign(dir).map_err(|problem| StoreProblem::from_io(dir, &problem))?;
    found.map_or(Ok(()), |what| Err(BackupProblem::NotEmpty { dir: dir.display().to_string(), what }))
}

/// Puts every row of a backup into a fresh log, and gives the store another life: what it says, and its last commit.
fn fill(
    new: &Trees,
    dir: &Path,
    file: &Path,
    now: DateTime<Utc>,
) -> Result<((BackupHead, BackupEnd), u64), BackupProblem> {
    let (mut changes, mut size) = (Changes::new(), 0);
    let read = read(file, &mut |tree, key, value| {
        size += key.len() + value.len();
        changes.insert((tree, key.to_vec()), Some(value.to_vec()));
        if size > TOGETHER {
            new.apply(mem::take(&mut changes))?;
            size = 0;
        }
        Ok(())
    })?;
    new.apply(changes)?;
    let name = file.display().to_string();
    let recorded =
        Checksum::recorded(new)?.ok_or_else(|| BackupProblem::changed(&name, "it does not say how much it has"))?;
    if !recorded.holds(new)? {
        return Err(BackupProblem::changed(&name, "its rows are not those of its commit"));
    }
    let mut another = identity::another_life(new, now)?;
    let after = recorded.after(new, &mut another)?;
    new.apply(another)?;
    new.flush()?;
    let whole = Checksum::recorded(new)? == Some(after) && after.holds(new)?;
    let damaged = || StoreProblem::damaged(dir, files::LOG, "it is not what was written");
    whole.then_some((read, after.commit)).ok_or_else(|| damaged().into())
}
