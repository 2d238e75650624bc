//! Freezes in the store, and the exemptions from them.

use super::{Store, StoreProblem, Tree, Writing};
use crate::domain::freeze::{Freeze, exemption::Exemption};

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

    /// Stores an exemption, new or changed.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_exemption(&mut self, exemption: &Exemption) -> Result<(), StoreProblem> {
        self.put(Tree::Exemptions, &exemption.id.to_be_bytes(), exemption)
    }

    /// Every exemption, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn exemptions(&self) -> Result<Vec<Exemption>, StoreProblem> {
        Ok(self.scan(Tree::Exemptions, &[])?.into_iter().map(|(_, exemption)| exemption).collect())
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

    /// Every exemption, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn exemptions(&self) -> Result<Vec<Exemption>, StoreProblem> {
        Ok(self.scan(Tree::Exemptions, &[])?.into_iter().map(|(_, exemption)| exemption).collect())
    }
}
