//! The mark: a small file beside sled's that says how far writes were acknowledged.
//!
//! A log that lost its end looks like a shorter log. The mark remembers that there was more. Zero says that the store is
//! still being created, so nothing in it was ever acknowledged.

use std::{
    fs::{self, File},
    io::{ErrorKind, Seek, SeekFrom, Write},
    path::Path,
};

use super::{
    StoreProblem,
    files::{self, MARK},
    rights,
};

/// The mark, open for moving on.
pub(super) struct HighWaterMark(File);

impl HighWaterMark {
    /// The number of the last acknowledged commit, `None` without a mark.
    pub(super) fn read(dir: &Path) -> Result<Option<u64>, StoreProblem> {
        let text = match fs::read_to_string(dir.join(MARK)) {
            Ok(text) => text,
            Err(missing) if missing.kind() == ErrorKind::NotFound => return Ok(None),
            Err(garbled) if garbled.kind() == ErrorKind::InvalidData => String::new(),
            Err(problem) => return Err(StoreProblem::from_io(dir, &problem)),
        };
        let number = text.strip_prefix("commit ").and_then(|rest| rest.trim_end().parse().ok());
        let garbled = || StoreProblem::damaged(dir, MARK, "it does not say how far writes were acknowledged");
        number.map(Some).ok_or_else(garbled)
    }

    /// Makes a mark at `commit`, whole or not at all.
    pub(super) fn create(dir: &Path, commit: u64) -> std::io::Result<Self> {
        let fresh = dir.join(format!("{MARK}.new"));
        let mut mark = Self(rights::for_its_owner().truncate(true).open(&fresh)?);
        mark.set(commit)?;
        fs::rename(&fresh, dir.join(MARK))?;
        files::sync_folder(dir)?;
        Ok(mark)
    }

    /// Opens the mark that is there.
    pub(super) fn open(dir: &Path) -> std::io::Result<Self> {
        Ok(Self(File::options().write(true).open(dir.join(MARK))?))
    }

    /// Moves the mark to `commit`; on disk when this returns.
    pub(super) fn set(&mut self, commit: u64) -> std::io::Result<()> {
        // Always the same length, so the file's size never changes and one sector is rewritten.
        self.0.seek(SeekFrom::Start(0))?;
        self.0.write_all(format!("commit {commit:020}\n").as_bytes())?;
        self.0.sync_data()
    }
}
