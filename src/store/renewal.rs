//! Writes a whole store anew, into a fresh log: what has blobs, or could get some, has none afterwards.
//!
//! A log never becomes shorter by itself, so this is also how it does.
//! An older layout had long entries in sled's leaves, and so in blobs, which a power cut takes (see [`super::pieces`]).
//! Changing them one by one would be no better: sled removes a blob before the log that no longer needs it is on disk.

use std::{io, mem, path::Path};

use super::{
    StoreProblem, Tree,
    checksum::Checksum,
    files,
    guard::{guarded, open_sled},
    trees::{Changes, Trees},
};

/// About how many bytes are written together.
pub(super) const TOGETHER: usize = 1 << 20;

/// Puts a fresh log with the same entries in the place of the one in `dir`, which holds `checksum` and was found sound. A
/// kill at any moment leaves the one or the other.
pub(super) fn renew(dir: &Path, checksum: Checksum) -> Result<(), StoreProblem> {
    let problem = |problem: io::Error| StoreProblem::from_io(dir, &problem);
    tracing::info!("the store is written anew");
    let written = guarded(dir, || {
        let copy = files::rehearsal(dir, true).map_err(problem)?;
        let fresh = files::begin_renewal(dir).map_err(problem)?;
        write_over(&open_sled(dir, &copy)?, &open_sled(dir, &fresh)?)?;
        // Read back as the next start will find it.
        let new = open_sled(dir, &fresh)?;
        if Checksum::recorded(&new)? == Some(checksum) && checksum.holds(&new)? {
            Ok(())
        } else {
            Err(StoreProblem::damaged(dir, files::LOG, "it changed while it was written anew"))
        }
    });
    files::end_rehearsal(dir).map_err(problem).and(written)?;
    files::end_renewal(dir).and_then(|()| files::take_renewed(dir)).map_err(problem)
}

/// Writes every entry of `old` into `new`.
fn write_over(old: &Trees, new: &Trees) -> Result<(), StoreProblem> {
    let (mut changes, mut size) = (Changes::new(), 0);
    for tree in Tree::ALL {
        for entry in old.all(tree) {
            let (key, value) = entry?;
            size += key.len() + value.len();
            changes.insert((tree, key), Some(value.to_vec()));
            if size > TOGETHER {
                new.apply(mem::take(&mut changes))?;
                size = 0;
            }
        }
    }
    new.apply(changes)?;
    new.flush()
}
