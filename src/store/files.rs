//! The files around sled: the folder's lock, left-overs of a killed start, the copy that is read first.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use super::{StoreProblem, rights};

/// sled's log: all entries are in it.
pub(super) const LOG: &str = "db";
/// The mark that says how far writes were acknowledged.
pub(super) const MARK: &str = "shipmate.mark";
/// What sled's files were when a stop let go of them.
pub(super) const SEAL: &str = "shipmate.seal";

const LOCK: &str = "shipmate.lock";
const REHEARSAL: &str = "rehearsal";
const BLOBS: &str = "blobs";

/// Where a fresh log is written, and where it lies once it is whole.
const RENEWING: &str = "renewing";
const RENEWED: &str = "renewed";

/// Where a backup is restored to, until all of it is there.
const RESTORING: &str = "restoring";

/// How often the lock is tried, and how long it is waited for in between. A process that has just ended may hold it for a
/// moment longer: what it started inherits its open files until it becomes a program of its own.
const TRIES: usize = 300;
const PAUSE: Duration = Duration::from_millis(10);

/// Takes the folder for this process, until the returned file is dropped. Waits a few seconds for somebody who has it.
pub(super) fn lock(dir: &Path) -> Result<File, StoreProblem> {
    let problem = |problem: io::Error| StoreProblem::from_io(dir, &problem);
    rights::make_folder(dir).map_err(problem)?;
    let lock = rights::for_its_owner().truncate(false).open(dir.join(LOCK)).map_err(problem)?;
    match lock_patiently(&lock) {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreProblem::AnotherProcess { dir: dir.display().to_string() }),
        Err(TryLockError::Error(failed)) => Err(problem(failed)),
    }
}

fn lock_patiently(file: &File) -> Result<(), TryLockError> {
    for _ in 1..TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
            done => return done,
        }
    }
    file.try_lock()
}

/// Copies what sled needs into a folder of its own in `dir`, its snapshots if wanted.
pub(super) fn rehearsal(dir: &Path, snapshots: bool) -> io::Result<PathBuf> {
    end_rehearsal(dir)?;
    let copy = dir.join(REHEARSAL);
    rights::make_folder(&copy)?;
    copy_files(dir, &copy, |name| name == LOG || name == "conf" || (snapshots && is_snapshot(name)))?;
    if dir.join(BLOBS).is_dir() {
        fs::create_dir(copy.join(BLOBS))?;
        copy_files(&dir.join(BLOBS), &copy.join(BLOBS), |_| true)?;
    }
    Ok(copy)
}

/// Removes the copy, also one that a killed start left.
pub(super) fn end_rehearsal(dir: &Path) -> io::Result<()> {
    absent_is_fine(fs::remove_dir_all(dir.join(REHEARSAL)))
}

/// Makes an empty folder for a fresh log.
pub(super) fn begin_renewal(dir: &Path) -> io::Result<PathBuf> {
    let fresh = dir.join(RENEWING);
    absent_is_fine(fs::remove_dir_all(&fresh))?;
    rights::make_folder(&fresh)?;
    Ok(fresh)
}

/// Makes an empty folder for what is restored, in a folder that says as long as this one is there that nothing else counts.
pub(super) fn begin_restoring(dir: &Path) -> io::Result<PathBuf> {
    let fresh = dir.join(RESTORING);
    absent_is_fine(fs::remove_dir_all(&fresh))?;
    rights::make_folder(&fresh)?;
    sync_folder(dir)?;
    absent_is_fine(fs::remove_file(dir.join(MARK)))?;
    Ok(fresh)
}

/// Whether a restore began here and did not come to its end.
pub(super) fn is_half_restored(dir: &Path) -> bool {
    dir.join(RESTORING).exists()
}

/// Whether a store is here, or was.
pub(super) fn is_store(dir: &Path) -> bool {
    [LOG, MARK, RENEWED, RESTORING].iter().any(|name| dir.join(name).exists())
}

/// Something that a folder has in it, unless it is empty or a restore was killed in it.
pub(super) fn first_foreign(dir: &Path) -> io::Result<Option<String>> {
    if !dir.exists() {
        return Ok(None);
    }
    let killed = is_half_restored(dir);
    let mark = |name: &str| name == MARK || name == format!("{MARK}.new");
    let ours = |name: &str| name == LOCK || (killed && (name == RESTORING || mark(name)));
    Ok(names(dir)?.into_iter().find(|name| !ours(name)))
}

/// From here on the fresh log counts: it is on disk, and whoever starts next takes it.
pub(super) fn end_renewal(dir: &Path) -> io::Result<()> {
    end_fresh(dir, RENEWING)
}

/// From here on what was restored counts.
pub(super) fn end_restoring(dir: &Path) -> io::Result<()> {
    end_fresh(dir, RESTORING)
}

fn end_fresh(dir: &Path, fresh: &str) -> io::Result<()> {
    let fresh = dir.join(fresh);
    // Until then it is not all there.
    wait_for_sled(&fresh)?;
    for name in names(&fresh)?.iter().filter(|name| *name == LOG || is_snapshot(name)) {
        File::open(fresh.join(name))?.sync_all()?;
    }
    sync_folder(&fresh)?;
    fs::rename(fresh, dir.join(RENEWED))?;
    sync_folder(dir)
}

/// Puts a fresh log into the place of the old one, if there is one, or goes on where a kill ended that: as long as the
/// fresh log is where it was written, all of it is done once more.
pub(super) fn take_renewed(dir: &Path) -> io::Result<()> {
    let renewed = dir.join(RENEWED);
    if renewed.join(LOG).exists() {
        for name in names(dir)?.iter().filter(|name| name.starts_with("snap.")) {
            fs::remove_file(dir.join(name))?;
        }
        absent_is_fine(fs::remove_dir_all(dir.join(BLOBS)))?;
        copy_files(&renewed, dir, is_snapshot)?;
        for name in names(dir)?.iter().filter(|name| is_snapshot(name)) {
            File::open(dir.join(name))?.sync_all()?;
        }
        sync_folder(dir)?;
        fs::rename(renewed.join(LOG), dir.join(LOG))?;
        sync_folder(dir)?;
    }
    absent_is_fine(fs::remove_dir_all(renewed))?;
    absent_is_fine(fs::remove_dir_all(dir.join(RENEWING)))
}

/// The names of sled's files, in order, but for what it keeps outside its log.
pub(super) fn of_sled(dir: &Path) -> io::Result<Vec<String>> {
    let mut names = names(dir)?;
    names.retain(|name| name == LOG || name == "conf" || is_snapshot(name));
    names.sort();
    Ok(names)
}

/// How many bytes sled's files have.
pub(super) fn size(dir: &Path) -> io::Result<u64> {
    of_sled(dir)?.iter().map(|name| Ok(fs::metadata(dir.join(name))?.len())).sum()
}

/// Waits until sled's threads have let go of the log: they work on for a moment.
pub(super) fn wait_for_sled(dir: &Path) -> io::Result<()> {
    Ok(lock_patiently(&File::open(dir.join(LOG))?)?)
}

/// Whether sled keeps anything outside its log.
pub(super) fn have_blobs(dir: &Path) -> io::Result<bool> {
    let blobs = dir.join(BLOBS);
    Ok(blobs.is_dir() && !names(&blobs)?.is_empty())
}

/// Whether sled was here, in a folder without its log.
pub(super) fn were_used(dir: &Path) -> io::Result<bool> {
    let of_sled = |name: &String| name == "conf" || name == BLOBS || name.contains("snap.");
    Ok(names(dir)?.iter().any(of_sled))
}

/// Brings to disk which files there are in a folder.
pub(super) fn sync_folder(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
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

/// Renames the snapshots, for sled to begin without them.
pub(super) fn set_snapshots_aside(dir: &Path) -> io::Result<()> {
    for name in names(dir)?.iter().filter(|name| is_snapshot(name)) {
        fs::rename(dir.join(name), dir.join(format!("set-aside.{name}")))?;
    }
    Ok(())
}

/// Removes what an unfinished creation left; only for a store in which nothing was ever acknowledged.
pub(super) fn remove_unborn(dir: &Path) -> io::Result<()> {
    for name in names(dir)? {
        if name == LOG || name == "conf" || name.starts_with("snap.") || name == format!("{}.new", MARK) {
            fs::remove_file(dir.join(name))?;
        }
    }
    absent_is_fine(fs::remove_dir_all(dir.join(BLOBS)))
}

/// Lets nobody but their owner at the folder and what Shipmate keeps in it. sled makes its files as the system has it, so this
/// is done once they are there; what else lies in the folder is not ours to change.
pub(super) fn keep_private(dir: &Path) {
    let blobs = dir.join(BLOBS);
    if blobs.is_dir() {
        rights::put_right(&blobs, |_| true);
    }
    rights::put_right(dir, |name| {
        [LOG, MARK, LOCK, BLOBS, REHEARSAL, RENEWING, RENEWED, RESTORING, "conf"].contains(&name)
            || name.starts_with("snap.")
            || name.starts_with("set-aside.")
            || name.starts_with(MARK)
            || name.starts_with(SEAL)
    });
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
