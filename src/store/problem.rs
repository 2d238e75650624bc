//! What can be wrong with the store: one sentence each, with the way out.

use std::{any::Any, io, path::Path};

/// Why the store cannot do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreProblem {
    /// The folder is in use.
    #[error("another Shipmate is already running on {dir}: stop that one, or give this one a folder of its own")]
    AnotherProcess {
        /// The store's folder.
        dir: String,
    },
    /// Something that was written is no longer there, or no longer what was written.
    #[error(
        "the store in {dir} is damaged: {why} (file {file}); nothing was changed, so keep a copy of the folder if you want it examined, then restore it from a backup"
    )]
    Damaged {
        /// The store's folder.
        dir: String,
        /// The file in it that is damaged, as far as can be told.
        file: String,
        /// What was found.
        why: String,
    },
    /// No room for another write.
    #[error(
        "the disk with {dir} is full, or a quota or size limit is reached ({why}): the last writes were not acknowledged and no more are taken; make room, then start Shipmate again"
    )]
    DiskFull {
        /// The store's folder.
        dir: String,
        /// What the system said.
        why: String,
    },
    /// A newer Shipmate wrote it.
    #[error(
        "{what} has format {found}, and this Shipmate knows no format above {known}: start the newer Shipmate again, or restore a backup from before it ran"
    )]
    NewerFormat {
        /// What is too new: the store, or one entry.
        what: String,
        /// The format found.
        found: u32,
        /// The newest format that this program knows.
        known: u32,
    },
    /// One entry holds something else than it should.
    #[error("the entry {key} in {tree} cannot be read ({why}): restore the store from a backup")]
    Unreadable {
        /// The tree's name.
        tree: &'static str,
        /// The key, readable.
        key: String,
        /// What was wrong with the value.
        why: String,
    },
    /// One entry cannot be put into words.
    #[error("the entry {key} for {tree} cannot be written ({why}): this is a mistake in Shipmate, please report it")]
    Unwritable {
        /// The tree's name.
        tree: &'static str,
        /// The key, readable.
        key: String,
        /// What was wrong with the value.
        why: String,
    },
    /// A decision panicked on the writer thread.
    #[error(
        "deciding on a write failed ({why}), and nothing of it was written: this is a mistake in Shipmate, please report it"
    )]
    DecisionFailed {
        /// What the panic said.
        why: String,
    },
    /// There is nothing to read.
    #[error("there is no store in {dir}: name the folder where Shipmate keeps it (`path` below `[store]`)")]
    NoStore {
        /// The folder.
        dir: String,
    },
    /// A restore was not finished.
    #[error("a backup was being restored into {dir}, and that did not come to its end: restore it there once more")]
    HalfRestored {
        /// The folder.
        dir: String,
    },
    /// The store was closed before.
    #[error("the store is closed because Shipmate is stopping: ask again when it has started")]
    Closed,
    /// The system refused.
    #[error(
        "the store in {dir} cannot be used ({why}): check the folder's permissions and the disk, then start Shipmate again"
    )]
    Io {
        /// The store's folder.
        dir: String,
        /// What the system said.
        why: String,
    },
}

impl StoreProblem {
    pub(super) fn damaged(dir: &Path, file: &str, why: impl Into<String>) -> Self {
        Self::Damaged { dir: dir.display().to_string(), file: file.to_owned(), why: why.into() }
    }

    pub(super) fn from_io(dir: &Path, problem: &io::Error) -> Self {
        let (dir, why) = (dir.display().to_string(), in_words(problem));
        match problem.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::DiskFull { dir, why }
            }
            _ => Self::Io { dir, why },
        }
    }

    pub(super) fn from_sled(dir: &Path, problem: &sled::Error) -> Self {
        match problem {
            sled::Error::Io(problem) if problem.kind() == io::ErrorKind::UnexpectedEof => {
                Self::damaged(dir, "db", "it ends too early")
            }
            // sled has no kind of its own for this.
            sled::Error::Io(problem) if problem.to_string().starts_with("could not acquire lock") => {
                Self::AnotherProcess { dir: dir.display().to_string() }
            }
            sled::Error::Io(problem) => Self::from_io(dir, problem),
            sled::Error::Corruption { .. } => Self::damaged(dir, "db", "a part of it cannot be read back"),
            sled::Error::Unsupported(why) | sled::Error::ReportableBug(why) => Self::damaged(dir, "db", why.clone()),
            sled::Error::CollectionNotFound(_) => Self::damaged(dir, "db", "a whole kind of entries is missing"),
        }
    }

    /// sled panics on some damaged files instead of saying so.
    pub(super) fn sled_panicked(dir: &Path, panic: &(dyn Any + Send)) -> Self {
        Self::damaged(dir, "db", format!("sled cannot make sense of it: {}", said(panic)))
    }

    pub(super) fn decision_failed(panic: &(dyn Any + Send)) -> Self {
        Self::DecisionFailed { why: said(panic) }
    }

    /// Whether what the store holds in memory can no longer be trusted.
    pub(super) fn breaks_the_store(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::DiskFull { .. } | Self::Io { .. })
    }
}

/// What the system said. sled hands some of it on as a program would print it, with the words in it.
fn in_words(problem: &io::Error) -> String {
    let text = problem.to_string();
    let words = text.split_once("message: \"").and_then(|(_, rest)| rest.split_once('"'));
    words.map(|(words, _)| words.to_owned()).unwrap_or(text)
}

/// What a panic said.
pub(super) fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it did not say why".into())
}
