//! Debts in the store: what each shipped hotfix still owes, and what it has paid.

use super::{Store, StoreProblem, Tree, Writing};
use crate::domain::release::{ReleaseId, backport::MissingBackport};

impl Writing {
    /// What a hotfix owes or owed.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn debt(&self, id: ReleaseId) -> Result<Option<MissingBackport>, StoreProblem> {
        self.get(Tree::Debts, &id.0.to_be_bytes())
    }

    /// Every debt of a project, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn debts(&self, project: &str) -> Result<Vec<MissingBackport>, StoreProblem> {
        Ok(of(project, self.scan(Tree::Debts, &[])?))
    }

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

impl Store {
    /// Every debt of a project, oldest first; the settled ones too.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn debts(&self, project: &str) -> Result<Vec<MissingBackport>, StoreProblem> {
        Ok(of(project, self.scan(Tree::Debts, &[])?))
    }

    /// Every debt that is still open, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn open_debts(&self) -> Result<Vec<MissingBackport>, StoreProblem> {
        let found: Vec<(Vec<u8>, MissingBackport)> = self.scan(Tree::Debts, &[])?;
        Ok(found.into_iter().map(|(_, debt)| debt).filter(|debt| !debt.is_settled()).collect())
    }
}

fn of(project: &str, found: Vec<(Vec<u8>, MissingBackport)>) -> Vec<MissingBackport> {
    found.into_iter().map(|(_, debt)| debt).filter(|debt| debt.project == project).collect()
}
