//! Opens a store: first in a copy, where everything is read and counted, then in place.
//!
//! sled repairs a log while it opens it, by cutting off what it cannot read. In the copy that harms nothing, so a store
//! that lost something is found and left as it was.

use std::{
    fs::File,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    thread,
    time::Duration,
};

use super::{
    StoreProblem, Tree, files, format,
    mark::{self, Mark},
    tally::Tally,
    trees::Trees,
    writer::Opened,
};

/// sled's page cache in bytes; it would take a gigabyte.
const CACHE: u64 = 32 << 20;

/// Opens the store in `dir` or creates an empty one; with the layout that it has.
pub(super) fn open(dir: &Path) -> Result<(Opened, u32), StoreProblem> {
    let problem = |problem: io::Error| StoreProblem::from_io(dir, &problem);
    let lock = files::lock(dir)?;
    files::end_rehearsal(dir).map_err(problem)?;
    let acknowledged = Mark::read(dir)?;
    let there = dir.join(files::LOG).exists();
    let (tally, schema, mark) = match acknowledged {
        Some(0) => create(dir).map_err(problem)?,
        None if !there => create(dir).map_err(problem)?,
        Some(commit) if !there => {
            return Err(StoreProblem::damaged(dir, files::LOG, format!("it is gone, and {commit} commits with it")));
        }
        _ => {
            let (tally, schema) = rehearse(dir, acknowledged)?;
            let mark = if acknowledged.is_some() { Mark::open(dir) } else { Mark::create(dir, tally.commit) };
            (tally, schema, mark.map_err(problem)?)
        }
    };
    let trees = catch_unwind(AssertUnwindSafe(|| open_sled(dir, dir)))
        .unwrap_or_else(|panic| Err(StoreProblem::sled_panicked(dir, panic.as_ref())))?;
    if Tally::recorded(&trees)?.unwrap_or_default() != tally {
        return Err(StoreProblem::damaged(dir, files::LOG, "it changed while it was opened"));
    }
    let log = File::open(dir.join(files::LOG)).map_err(problem)?;
    Ok((Opened { dir: dir.to_owned(), trees, tally, mark, log, lock }, schema))
}

/// Begins an empty store. Until the first commit moves the mark, the next start begins again.
fn create(dir: &Path) -> io::Result<(Tally, u32, Mark)> {
    let mark = Mark::create(dir, 0)?;
    files::remove_unborn(dir)?;
    Ok((Tally::default(), format::SCHEMA, mark))
}

/// Opens a copy, reads all of it and compares; says what it holds. When sled cannot use its snapshot, a fresh copy
/// without one is tried, and if that is sound the original's is set aside: the log alone holds everything.
fn rehearse(dir: &Path, acknowledged: Option<u64>) -> Result<(Tally, u32), StoreProblem> {
    let problem = |problem: io::Error| StoreProblem::from_io(dir, &problem);
    match rehearse_once(dir, acknowledged, true) {
        Err(first @ StoreProblem::Damaged { .. }) => {
            let sound = rehearse_once(dir, acknowledged, false).map_err(|_| first)?;
            files::set_snapshots_aside(dir).map_err(problem)?;
            Ok(sound)
        }
        done => done,
    }
}

fn rehearse_once(dir: &Path, acknowledged: Option<u64>, snapshots: bool) -> Result<(Tally, u32), StoreProblem> {
    let problem = |problem: io::Error| StoreProblem::from_io(dir, &problem);
    // sled may also panic, while it opens, reads or lets go of damaged files.
    let examined = catch_unwind(AssertUnwindSafe(|| {
        let copy = files::rehearsal(dir, snapshots).map_err(problem)?;
        examine(dir, &copy, acknowledged)
    }));
    let examined = examined.unwrap_or_else(|panic| Err(StoreProblem::sled_panicked(dir, panic.as_ref())));
    files::end_rehearsal(dir).map_err(problem).and(examined)
}

fn examine(dir: &Path, copy: &Path, acknowledged: Option<u64>) -> Result<(Tally, u32), StoreProblem> {
    let damaged = |file, why: &str| Err(StoreProblem::damaged(dir, file, why));
    let trees = open_sled(dir, copy)?;
    let schema = trees.get(Tree::Meta, format::SCHEMA_VERSION)?;
    let Some(schema) = schema.map(|bytes| format::decode(Tree::Meta, format::SCHEMA_VERSION, &bytes)).transpose()?
    else {
        return damaged(files::LOG, "the beginning of what was written is missing");
    };
    format::check_schema(schema)?;
    let Some(tally) = Tally::recorded(&trees)? else {
        return damaged(files::LOG, "it does not say how much was written");
    };
    match acknowledged {
        Some(commit) if commit > tally.commit => {
            let why = format!("{commit} commits were acknowledged and only {} are left", tally.commit);
            return damaged(files::LOG, &why);
        }
        Some(_) => {}
        None => {
            tracing::warn!(file = mark::FILE, "the mark is gone: whether the last writes are all there is not known")
        }
    }
    if !tally.holds(&trees)? {
        return damaged(files::LOG, "some entries are missing or older than they should be");
    }
    Ok((tally, schema))
}

/// Opens sled in `at`; problems speak of the store in `dir`.
fn open_sled(dir: &Path, at: &Path) -> Result<Trees, StoreProblem> {
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
