//! The changes that were merged where GitHub does not know of them.

use super::{StoreProblem, Tree, View, Writing};
use crate::domain::deploy::merged::MergedAll;

impl Writing {
    /// Remembers the changes that were merged in a project outside GitHub.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_merged(&mut self, project: &str, merged: &MergedAll) -> Result<(), StoreProblem> {
        self.put(Tree::Reports, &merged_key(project), merged)
    }
}

impl dyn View + '_ {
    /// The changes that were merged in a project outside GitHub.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn merged(&self, project: &str) -> Result<MergedAll, StoreProblem> {
        Ok(self.get(Tree::Reports, &merged_key(project))?.unwrap_or_default())
    }
}

fn merged_key(project: &str) -> Vec<u8> {
    format!("merged/{project}").into_bytes()
}
