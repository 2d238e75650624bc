//! Opens a store: first in a copy, where everything is read and counted, then in place.
//!
//! sled repairs a log while it opens it, by cutting off what it cannot read. In the copy that harms nothing, so a store
//! that lost something is found and left as it was.

use std::{
    fs::File,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use super::{
    StoreProblem, Tree, files, format,
    mark::{self, Mark},
    problem::said,
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
    let trees = open_sled(dir, dir)?;
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

/// Opens a copy, reads all of it and compares; says what it holds.
fn rehearse(dir: &Path, acknowledged: Option<u64>) -> Result<(Tally, u32), StoreProblem> {
    let problem = |problem: io::Error| StoreProblem::from_io(dir, &problem);
    let copy = files::rehearsal(dir).map_err(problem)?;
    // sled may also panic while it reads or lets go of damaged files.
    let examined = catch_unwind(AssertUnwindSafe(|| examine(dir, &copy, acknowledged)));
    files::end_rehearsal(dir).map_err(problem)?;
    examined.unwrap_or_else(|panic| Err(StoreProblem::damaged(dir, files::LOG, said(panic.as_ref()))))
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

/// Opens sled in `at`; problems speak of the store in `dir`. A snapshot that it cannot use is set aside: sled then
/// reads the whole log instead.
fn open_sled(dir: &Path, at: &Path) -> Result<Trees, StoreProblem> {
    let problem = |problem: io::Error| StoreProblem::from_io(dir, &problem);
    files::remove_unfinished_snapshots(at).map_err(problem)?;
    let open = || {
        let config = sled::Config::new().path(at).cache_capacity(CACHE).flush_every_ms(None);
        let opened = catch_unwind(AssertUnwindSafe(|| config.open()));
        match opened {
            Ok(Ok(database)) => Trees::of(dir, database),
            Ok(Err(failed)) => Err(StoreProblem::from_sled(dir, &failed)),
            Err(panic) => Err(StoreProblem::damaged(dir, files::LOG, said(panic.as_ref()))),
        }
    };
    match open() {
        Err(StoreProblem::Damaged { .. }) if files::set_snapshots_aside(at).map_err(problem)? => open(),
        opened => opened,
    }
}
