//! Freezes in the store.

use super::{Store, StoreProblem, Tree, Writing};
use crate::domain::freeze::Freeze;

impl Writing {
    /// Stores a freeze, new or changed.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_freeze(&mut self, freeze: &Freeze) -> Result<(), StoreProblem> {
        self.put(Tree::Freezes, &freeze.id.to_be_bytes(), freeze)
    }

    /// Every freeze, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn freezes(&self) -> Result<Vec<Freeze>, StoreProblem> {
        Ok(self.scan(Tree::Freezes, &[])?.into_iter().map(|(_, freeze)| freeze).collect())
    }
}

impl Store {
    /// Every freeze, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn freezes(&self) -> Result<Vec<Freeze>, StoreProblem> {
        Ok(self.scan(Tree::Freezes, &[])?.into_iter().map(|(_, freeze)| freeze).collect())
    }
}
