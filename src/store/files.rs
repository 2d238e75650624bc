//! The files around sled: the folder's lock, left-overs of a killed start, the copy that is read first.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use super::{StoreProblem, mark};

/// sled's log: all entries are in it.
pub(super) const LOG: &str = "db";

const LOCK: &str = "shipmate.lock";
const REHEARSAL: &str = "rehearsal";

/// How often the lock is tried, and how long it is waited for in between. A process that has just ended may hold it for a
/// moment longer: what it started inherits its open files until it becomes a program of its own.
const TRIES: usize = 300;
const PAUSE: Duration = Duration::from_millis(10);

/// Takes the folder for this process, until the returned file is dropped. Waits a few seconds for somebody who has it.
pub(super) fn lock(dir: &Path) -> Result<File, StoreProblem> {
    let problem = |problem: io::Error| StoreProblem::from_io(dir, &problem);
    fs::create_dir_all(dir).map_err(problem)?;
    let lock = File::options().create(true).write(true).truncate(false).open(dir.join(LOCK)).map_err(problem)?;
    for _ in 0..TRIES {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
            Err(TryLockError::Error(failed)) => return Err(problem(failed)),
        }
    }
    Err(StoreProblem::AnotherProcess { dir: dir.display().to_string() })
}

/// Copies what sled needs into a folder of its own in `dir`, its snapshots if wanted.
pub(super) fn rehearsal(dir: &Path, snapshots: bool) -> io::Result<PathBuf> {
    end_rehearsal(dir)?;
    let copy = dir.join(REHEARSAL);
    fs::create_dir(&copy)?;
    copy_files(dir, &copy, |name| name == LOG || name == "conf" || (snapshots && is_snapshot(name)))?;
    if dir.join("blobs").is_dir() {
        fs::create_dir(copy.join("blobs"))?;
        copy_files(&dir.join("blobs"), &copy.join("blobs"), |_| true)?;
    }
    Ok(copy)
}

/// Removes the copy, also one that a killed start left.
pub(super) fn end_rehearsal(dir: &Path) -> io::Result<()> {
    absent_is_fine(fs::remove_dir_all(dir.join(REHEARSAL)))
}

/// Removes snapshots that were never finished: sled would take them for finished ones.
pub(super) fn remove_unfinished_snapshots(dir: &Path) -> io::Result<()> {
    for name in names(dir)? {
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(dir.join(name))?;
        }
    }
    Ok(())
}

/// Renames the snapshots, which sled can do without.
pub(super) fn set_snapshots_aside(dir: &Path) -> io::Result<()> {
    for name in names(dir)?.iter().filter(|name| is_snapshot(name)) {
        fs::rename(dir.join(name), dir.join(format!("set-aside.{name}")))?;
    }
    Ok(())
}

/// Removes what an unfinished creation left; only for a store in which nothing was ever acknowledged.
pub(super) fn remove_unborn(dir: &Path) -> io::Result<()> {
    for name in names(dir)? {
        if name == LOG || name == "conf" || name.starts_with("snap.") || name == format!("{}.new", mark::FILE) {
            fs::remove_file(dir.join(name))?;
        }
    }
    absent_is_fine(fs::remove_dir_all(dir.join("blobs")))
}

fn is_snapshot(name: &str) -> bool {
    name.starts_with("snap.") && !name.ends_with(".generating")
}

/// The names in `dir`; none of ours or sled's is anything but ASCII.
fn names(dir: &Path) -> io::Result<Vec<String>> {
    let names = fs::read_dir(dir)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    names.collect()
}

fn copy_files(from: &Path, to: &Path, wanted: impl Fn(&str) -> bool) -> io::Result<()> {
    for name in names(from)?.iter().filter(|name| wanted(name)) {
        fs::copy(from.join(name), to.join(name))?;
    }
    Ok(())
}

fn absent_is_fine(done: io::Result<()>) -> io::Result<()> {
    done.or_else(|problem| if problem.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(problem) })
}
