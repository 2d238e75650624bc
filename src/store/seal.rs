//! The seal: what sled's files were, byte for byte, when a stop let go of them.
//!
//! Files that are still what they were then lost nothing since, so they are not opened in a copy first. A start breaks the seal
//! before anything is changed, and only a stop makes another one: after a kill there is none.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read, Write},
    path::Path,
};

use ring::digest::{Context, SHA256};

use super::{
    files::{self, SEAL},
    format::SCHEMA,
    rights,
};
use crate::domain::hex;

/// How much of a file is in memory at once.
const BUFFER: usize = 1 << 20;

/// Seals what a stop let go of, once sled's threads have let go of it too. `commit` is the last that was acknowledged.
pub(super) fn put(dir: &Path, commit: u64) -> io::Result<()> {
    files::wait_for_sled(dir)?;
    let (fresh, sealed) = (dir.join(format!("{SEAL}.new")), sealed(dir, commit)?);
    let mut file = rights::for_its_owner().truncate(true).open(&fresh)?;
    file.write_all(sealed.as_bytes()).and_then(|()| file.sync_data())?;
    fs::rename(&fresh, dir.join(SEAL))?;
    files::sync_folder(dir)
}

/// Whether sled's files are what a stop of this layout left after the commit that was acknowledged last.
pub(super) fn holds(dir: &Path, acknowledged: Option<u64>) -> io::Result<bool> {
    let Some(commit) = acknowledged else { return Ok(false) };
    match fs::read_to_string(dir.join(SEAL)) {
        Ok(seal) => Ok(seal.starts_with(&head(commit)) && !files::have_blobs(dir)? && seal == sealed(dir, commit)?),
        Err(none) if [ErrorKind::NotFound, ErrorKind::InvalidData].contains(&none.kind()) => Ok(false),
        Err(problem) => Err(problem),
    }
}

/// Removes the seal: from here on the files change.
pub(super) fn lift(dir: &Path) -> io::Result<()> {
    match fs::remove_file(dir.join(SEAL)) {
        Err(problem) if problem.kind() != ErrorKind::NotFound => Err(problem),
        Err(_) | Ok(()) => Ok(()),
    }
}

fn head(commit: u64) -> String {
    format!("layout {SCHEMA}, commit {commit}\n")
}

fn sealed(dir: &Path, commit: u64) -> io::Result<String> {
    let mut sealed = head(commit);
    for name in files::of_sled(dir)? {
        sealed += &format!("{} {name}\n", digest_of(&dir.join(&name))?);
    }
    Ok(sealed)
}

fn digest_of(path: &Path) -> io::Result<String> {
    let (mut file, mut context, mut buffer) = (File::open(path)?, Context::new(&SHA256), vec![0; BUFFER]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex::encoded(context.finish().as_ref())),
            read => context.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}
