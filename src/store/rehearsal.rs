//! Opens a copy of a store, where everything is read and counted.
//!
//! sled repairs a log while it opens it, by cutting off what it cannot read. In the copy that harms nothing, so a store
//! that lost something is found and left as it was.

use std::{io, path::Path};

use super::{
    StoreProblem, Tree,
    checksum::Checksum,
    files, format,
    guard::{guarded, open_sled},
};

/// Opens a copy, reads all of it and compares; says what it holds. When sled cannot use its snapshot, a fresh copy
/// without one is tried, and if that is sound the original's is set aside. It need not be: a log that sled cleaned up since
/// an earlier start is not always read to its end without the snapshot of that start.
pub(super) fn rehearse(dir: &Path, acknowledged: Option<u64>) -> Result<(Checksum, u32), StoreProblem> {
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

fn rehearse_once(dir: &Path, acknowledged: Option<u64>, snapshots: bool) -> Result<(Checksum, u32), StoreProblem> {
    let problem = |problem: io::Error| StoreProblem::from_io(dir, &problem);
    let examined = guarded(dir, || {
        let copy = files::rehearsal(dir, snapshots).map_err(problem)?;
        examine(dir, &copy, acknowledged)
    });
    files::end_rehearsal(dir).map_err(problem).and(examined)
}

fn examine(dir: &Path, copy: &Path, acknowledged: Option<u64>) -> Result<(Checksum, u32), StoreProblem> {
    let damaged = |file, why: &str| Err(StoreProblem::damaged(dir, file, why));
    let trees = open_sled(dir, copy)?;
    let schema = trees.get(Tree::Meta, format::SCHEMA_VERSION)?;
    let Some(schema) = schema.map(|bytes| format::decode(Tree::Meta, format::SCHEMA_VERSION, &bytes)).transpose()?
    else {
        return damaged(files::LOG, "the beginning of what was written is missing");
    };
    format::check_schema(schema)?;
    let Some(checksum) = Checksum::recorded(&trees)? else {
        return damaged(files::LOG, "it does not say how much was written");
    };
    match acknowledged {
        Some(commit) if commit > checksum.commit => {
            let why = format!("{commit} commits were acknowledged and only {} are left", checksum.commit);
            return damaged(files::LOG, &why);
        }
        Some(_) => {}
        None => {
            tracing::warn!(file = files::MARK, "the mark is gone: whether the last writes are all there is not known")
        }
    }
    if !checksum.holds(&trees)? {
        return damaged(files::LOG, "some entries are missing or older than they should be");
    }
    Ok((checksum, schema))
}
