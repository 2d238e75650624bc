//! Freezes in the store, and the exemptions from them.

use super::{StoreProblem, Tree, View, Writing};
use crate::domain::freeze::{Freeze, exemption::Exemption};

impl Writing {
    /// Stores a freeze, new or changed.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_freeze(&mut self, freeze: &Freeze) -> Result<(), StoreProblem> {
        self.put(Tree::Freezes, &freeze.id.to_be_bytes(), freeze)
    }

    /// Stores an exemption, new or changed.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_exemption(&mut self, exemption: &Exemption) -> Result<(), StoreProblem> {
        self.put(Tree::Exemptions, &exemption.id.to_be_bytes(), exemption)
    }
}

impl dyn View + '_ {
    /// Every freeze, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn freezes(&self) -> Result<Vec<Freeze>, StoreProblem> {
        self.all(Tree::Freezes, &[])
    }

    /// Every exemption, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn exemptions(&self) -> Result<Vec<Exemption>, StoreProblem> {
        self.all(Tree::Exemptions, &[])
    }
}
