//! What the warden wrote on GitHub, commit by commit, and what it read there, branch by branch.

use serde::{Deserialize, Serialize};

use super::{Rows, Store, StoreProblem, Tree, Writing};
use crate::domain::freeze::guard::Guard;

/// The status that was last written on a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The commit.
    pub sha: String,
    /// Whether it closes.
    pub red: bool,
    /// What it says.
    pub description: String,
    /// The branch that its pull request went to.
    pub base: String,
}

impl Writing {
    /// Remembers what was written on a commit of a repository.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_written(&mut self, repository: &str, written: &Written) -> Result<(), StoreProblem> {
        self.put(Tree::Warden, &key("status", repository, &written.sha), written)
    }

    /// Forgets what was written on a commit.
    pub fn forget_written(&mut self, repository: &str, sha: &str) {
        self.remove(Tree::Warden, &key("status", repository, sha));
    }

    /// Remembers what was read of a branch.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_guard(&mut self, repository: &str, guard: &Guard) -> Result<(), StoreProblem> {
        self.put(Tree::Warden, &key("branch", repository, &guard.branch), guard)
    }

    /// What was last read of a repository's branches.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn guards(&self, repository: &str) -> Result<Vec<Guard>, StoreProblem> {
        guards(self, repository)
    }
}

impl Store {
    /// Everything that was written on commits of a repository and counts still.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn written(&self, repository: &str) -> Result<Vec<Written>, StoreProblem> {
        Ok(self.scan(Tree::Warden, &key("status", repository, ""))?.into_iter().map(|(_, row)| row).collect())
    }

    /// What was written on one commit of a repository, if that counts still.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn written_on(&self, repository: &str, sha: &str) -> Result<Option<Written>, StoreProblem> {
        self.get(Tree::Warden, &key("status", repository, sha))
    }

    /// What was last read of a repository's branches.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn guards(&self, repository: &str) -> Result<Vec<Guard>, StoreProblem> {
        guards(self, repository)
    }
}

fn guards(rows: &impl Rows, repository: &str) -> Result<Vec<Guard>, StoreProblem> {
    Ok(rows.scan(Tree::Warden, &key("branch", repository, ""))?.into_iter().map(|(_, row)| row).collect())
}

/// GitHub does not tell capitals apart in the names of repositories.
fn key(kind: &str, repository: &str, name: &str) -> Vec<u8> {
    format!("{kind}/{}\0{name}", repository.to_lowercase()).into_bytes()
}
