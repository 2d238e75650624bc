//! Opens a store: first in a copy, where everything is read and counted, then in place; at once in place where a stop sealed it
//! and nothing has changed since.

use std::{fs::File, io, path::Path};

use super::{
    StoreProblem,
    checksum::Checksum,
    files, format,
    guard::{guarded, open_sled},
    high_water_mark::HighWaterMark,
    rehearsal, renewal, seal,
    trees::Trees,
    writer::Opened,
};

/// Opens the store in `dir` or creates an empty one; with the layout that it has.
pub(super) fn open(dir: &Path) -> Result<(Opened, u32), StoreProblem> {
    let problem = |problem: io::Error| StoreProblem::from_io(dir, &problem);
    let lock = files::lock(dir)?;
    refuse_half_restored(dir)?;
    // Before anything is read: what a start makes beside it is then out of others' reach.
    files::keep_private(dir);
    files::take_renewed(dir).map_err(problem)?;
    let acknowledged = HighWaterMark::read(dir)?;
    refuse_what_was_lost(dir, acknowledged)?;
    files::end_rehearsal(dir).map_err(problem)?;
    let is_new = acknowledged == Some(0) || !dir.join(files::LOG).exists();
    let found = if is_new {
        Some(create(dir).map_err(problem)?)
    } else if seal::holds(dir, acknowledged).map_err(problem)? {
        None
    } else {
        Some(open_old(dir, acknowledged)?)
    };
    seal::lift(dir).map_err(problem)?;
    let trees = guarded(dir, || open_sled(dir, dir))?;
    let recorded = Checksum::recorded(&trees)?.unwrap_or_default();
    let (checksum, schema, mark) = match found {
        Some(found) => found,
        None => (recorded, format::SCHEMA, HighWaterMark::open(dir).map_err(problem)?),
    };
    if recorded != checksum || acknowledged.is_some_and(|commit| recorded.commit < commit) {
        return Err(StoreProblem::damaged(dir, files::LOG, "it changed while it was opened"));
    }
    let log = File::open(dir.join(files::LOG)).map_err(problem)?;
    files::keep_private(dir);
    files::sync_folder(dir).map_err(problem)?;
    Ok((Opened { dir: dir.to_owned(), trees, checksum, mark, log, lock }, schema))
}

/// Writes the store in `dir` anew, so that sled's files are no longer than what it holds; how many bytes they had, and have.
pub(super) fn compact(dir: &Path) -> Result<(u64, u64), StoreProblem> {
    let problem = |problem: io::Error| StoreProblem::from_io(dir, &problem);
    let (_lock, acknowledged) = take_old(dir)?;
    let before = files::size(dir).map_err(problem)?;
    let (checksum, layout) = rehearsal::rehearse(dir, acknowledged)?;
    seal::lift(dir).map_err(problem)?;
    renewal::renew(dir, checksum)?;
    files::keep_private(dir);
    if layout == format::SCHEMA {
        seal::put(dir, checksum.commit).map_err(problem)?;
    }
    Ok((before, files::size(dir).map_err(problem)?))
}

/// Takes a store that is not in use, as a start takes it; with how far writes to it were acknowledged.
fn take_old(dir: &Path) -> Result<(File, Option<u64>), StoreProblem> {
    if !files::is_store(dir) {
        return Err(StoreProblem::NoStore { dir: dir.display().to_string() });
    }
    let lock = files::lock(dir)?;
    refuse_half_restored(dir)?;
    files::take_renewed(dir).map_err(|problem| StoreProblem::from_io(dir, &problem))?;
    let acknowledged = HighWaterMark::read(dir)?;
    refuse_what_was_lost(dir, acknowledged)?;
    Ok((lock, acknowledged))
}

/// Lets `work` read a copy of the store in `dir`, and says its layout; no row is changed. What a killed process left
/// unfinished is finished, as at a start.
pub(super) fn look<T, P: From<StoreProblem>>(
    dir: &Path,
    work: impl FnOnce(&Trees, u32) -> Result<T, P>,
) -> Result<T, P> {
    let problem = |problem: io::Error| StoreProblem::from_io(dir, &problem);
    let (_lock, acknowledged) = take_old(dir)?;
    let (_, layout) = rehearsal::rehearse(dir, acknowledged)?;
    let worked = guarded(dir, || {
        let copy = files::rehearsal(dir, true).map_err(problem)?;
        let trees = open_sled(dir, &copy)?;
        Ok(work(&trees, layout))
    });
    files::end_rehearsal(dir).map_err(problem)?;
    worked?
}

fn refuse_half_restored(dir: &Path) -> Result<(), StoreProblem> {
    match files::is_half_restored(dir) {
        true => Err(StoreProblem::HalfRestored { dir: dir.display().to_string() }),
        false => Ok(()),
    }
}

/// Refuses a folder that looks like a new one, but is not.
fn refuse_what_was_lost(dir: &Path, acknowledged: Option<u64>) -> Result<(), StoreProblem> {
    let problem = |problem: io::Error| StoreProblem::from_io(dir, &problem);
    let log = dir.join(files::LOG);
    let why = match acknowledged {
        Some(0) if log.exists() => {
            let commits = Checksum::last_trace(&std::fs::read(log).map_err(problem)?);
            // The first commit comes with the creation; the mark moves before there is a second.
            let why =
                format!("it says that nothing was ever acknowledged, and the log beside it holds {commits} commits");
            return if commits > 1 { Err(StoreProblem::damaged(dir, files::MARK, why)) } else { Ok(()) };
        }
        Some(commit) if commit > 0 && !log.exists() => format!("it is gone, and {commit} commits with it"),
        None if !log.exists() && files::were_used(dir).map_err(problem)? => {
            "it is gone, and the mark with it, though the folder was used".to_owned()
        }
        _ => return Ok(()),
    };
    Err(StoreProblem::damaged(dir, files::LOG, why))
}

/// Begins an empty store. Until the first commit moves the mark, the next start begins again.
fn create(dir: &Path) -> io::Result<(Checksum, u32, HighWaterMark)> {
    let mark = HighWaterMark::create(dir, 0)?;
    files::remove_unborn(dir)?;
    Ok((Checksum::default(), format::SCHEMA, mark))
}

/// Makes sure that a store is whole, and that what it holds is safe from now on.
fn open_old(dir: &Path, acknowledged: Option<u64>) -> Result<(Checksum, u32, HighWaterMark), StoreProblem> {
    let problem = |problem: io::Error| StoreProblem::from_io(dir, &problem);
    let (checksum, schema) = rehearsal::rehearse(dir, acknowledged)?;
    if schema < format::PIECES || files::have_blobs(dir).map_err(problem)? {
        renewal::renew(dir, checksum)?;
    }
    let mark = match acknowledged {
        Some(commit) => HighWaterMark::open(dir).and_then(|mut mark| {
            // A kill can come between the log and the mark.
            if commit < checksum.commit {
                tracing::info!(mark = commit, log = checksum.commit, "the mark was behind the log, and is moved up");
                mark.set(checksum.commit)?;
            }
            Ok(mark)
        }),
        None => HighWaterMark::create(dir, checksum.commit),
    };
    Ok((checksum, schema, mark.map_err(problem)?))
}
