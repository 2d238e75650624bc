//! Debts in the store: what each shipped hotfix still owes, and what it has paid.

use super::{StoreProblem, Tree, View, Writing};
use crate::domain::release::{ReleaseId, backport::MissingBackport};

impl Writing {
    /// Stores a debt, new or changed.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_debt(&mut self, debt: &MissingBackport) -> Result<(), StoreProblem> {
        self.put(Tree::Debts, &debt.release.0.to_be_bytes(), debt)
    }

    /// Forgets a debt.
    pub fn drop_debt(&mut self, id: ReleaseId) {
        self.remove(Tree::Debts, &id.0.to_be_bytes());
    }
}

impl dyn View + '_ {
    /// What a hotfix owes or owed.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn debt(&self, id: ReleaseId) -> Result<Option<MissingBackport>, StoreProblem> {
        self.get(Tree::Debts, &id.0.to_be_bytes())
    }

    /// Every debt of a project, oldest first; the settled ones too.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn debts(&self, project: &str) -> Result<Vec<MissingBackport>, StoreProblem> {
        let mut found: Vec<MissingBackport> = self.all(Tree::Debts, &[])?;
        found.retain(|debt| debt.project == project);
        Ok(found)
    }

    /// Every debt that is still open, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn open_debts(&self) -> Result<Vec<MissingBackport>, StoreProblem> {
        let mut found: Vec<MissingBackport> = self.all(Tree::Debts, &[])?;
        found.retain(|debt| !debt.is_settled());
        Ok(found)
    }
}
