//! Opens a store: first in a copy, where everything is read and counted, then in place.

use std::{
    fs::File,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    thread,
    time::Duration,
};

use super::{
    StoreProblem,
    checksum::Checksum,
    files, format,
    high_water_mark::{self, HighWaterMark},
    rehearsal, renewal,
    trees::Trees,
    writer::Opened,
};

/// sled's page cache in bytes; it would take a gigabyte.
const CACHE: u64 = 32 << 20;

/// Opens the store in `dir` or creates an empty one; with the layout that it has.
pub(super) fn open(dir: &Path) -> Result<(Opened, u32), StoreProblem> {
    let problem = |problem: io::Error| StoreProblem::from_io(dir, &problem);
    let lock = files::lock(dir)?;
    files::take_renewed(dir).map_err(problem)?;
    let acknowledged = HighWaterMark::read(dir)?;
    refuse_what_was_lost(dir, acknowledged)?;
    files::end_rehearsal(dir).map_err(problem)?;
    let is_new = acknowledged == Some(0) || !dir.join(files::LOG).exists();
    let (checksum, schema, mark) = if is_new { create(dir).map_err(problem)? } else { open_old(dir, acknowledged)? };
    let trees = guarded(dir, || open_sled(dir, dir))?;
    if Checksum::recorded(&trees)?.unwrap_or_default() != checksum {
        return Err(StoreProblem::damaged(dir, files::LOG, "it changed while it was opened"));
    }
    let log = File::open(dir.join(files::LOG)).map_err(problem)?;
    files::sync_folder(dir).map_err(problem)?;
    Ok((Opened { dir: dir.to_owned(), trees, checksum, mark, log, lock }, schema))
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
            return if commits > 1 { Err(StoreProblem::damaged(dir, high_water_mark::FILE, why)) } else { Ok(()) };
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

/// Runs what calls sled: it may panic while it opens, reads or lets go of damaged files.
pub(super) fn guarded<T>(dir: &Path, work: impl FnOnce() -> Result<T, StoreProblem>) -> Result<T, StoreProblem> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(StoreProblem::sled_panicked(dir, panic.as_ref())))
}

/// Opens sled in `at`; problems speak of the store in `dir`.
pub(super) fn open_sled(dir: &Path, at: &Path) -> Result<Trees, StoreProblem> {
    files::remove_unfinished_snapshots(at).map_err(|problem| StoreProblem::from_io(dir, &problem))?;
    let config = sled::Config::new().path(at).cache_capacity(CACHE).flush_every_ms(None);
    let mut tries = 0;
    loop {
        tries += 1;
        match config.open().map_err(|problem| StoreProblem::from_sled(dir, &problem)) {
            // The folder is ours, so this is a store that was just closed: sled's threads let go of it a moment later.
            Err(StoreProblem::AnotherProcess { .. }) if tries < 200 => thread::sleep(Duration::from_millis(10)),
            opened => return Trees::of(dir, opened?),
        }
    }
}
