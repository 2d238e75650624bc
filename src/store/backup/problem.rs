//! What can be wrong with a backup: one sentence each, with the way out.

use std::{io, path::Path};

use crate::store::StoreProblem;

/// Why there is no backup, or why it is not restored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackupProblem {
    /// The store says so.
    #[error(transparent)]
    Store(#[from] StoreProblem),
    /// The file cannot be read or written.
    #[error("{file} cannot be used ({why}): look at its folder's permissions and at the disk")]
    File {
        /// The file.
        file: String,
        /// What the system said.
        why: String,
    },
    /// It is something else.
    #[error("{file} is no backup of Shipmate's: its first line does not say so")]
    NotOne {
        /// The file.
        file: String,
    },
    /// A newer Shipmate made it.
    #[error("{file} was made by a newer Shipmate, {program}, and this one is {own}: restore it with that one")]
    Newer {
        /// The file.
        file: String,
        /// The version that made it.
        program: String,
        /// The version of this program.
        own: &'static str,
    },
    /// Its end is missing.
    #[error("{file} is cut: its last line is missing; nothing was restored, so take another backup")]
    Cut {
        /// The file.
        file: String,
    },
    /// It is not as it was written.
    #[error("{file} was changed since it was made ({why}); nothing was restored, so take another backup")]
    Changed {
        /// The file.
        file: String,
        /// What does not fit.
        why: String,
    },
    /// The folder is in use.
    #[error(
        "{dir} is not empty, there is {what}: a backup is restored into an empty folder only, so name another one or move that away"
    )]
    NotEmpty {
        /// The folder.
        dir: String,
        /// Something in it.
        what: String,
    },
    /// The running bot said this.
    #[error("the running Shipmate says: {0}")]
    Told(String),
}

impl BackupProblem {
    /// The file cannot be read or written.
    pub fn of_file(file: &str, problem: &io::Error) -> Self {
        Self::File { file: file.to_owned(), why: problem.to_string() }
    }

    pub(super) fn changed(file: &str, why: impl Into<String>) -> Self {
        Self::Changed { file: file.to_owned(), why: why.into() }
    }

    pub(super) fn of_path(path: &Path, problem: &io::Error) -> Self {
        Self::of_file(&path.display().to_string(), problem)
    }
}
