//! Who switched which feature flag.

use super::{Rows, Store, StoreProblem, Tree, Writing};
use crate::domain::flag::Switch;

impl Writing {
    /// Stores a switch, new or changed.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_switch(&mut self, switch: &Switch) -> Result<(), StoreProblem> {
        self.put(Tree::Flags, &switch.number.to_be_bytes(), switch)
    }

    /// Every switch, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn switches(&self) -> Result<Vec<Switch>, StoreProblem> {
        switches(self)
    }
}

impl Store {
    /// Every switch, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn switches(&self) -> Result<Vec<Switch>, StoreProblem> {
        switches(self)
    }
}

fn switches(rows: &impl Rows) -> Result<Vec<Switch>, StoreProblem> {
    Ok(rows.scan(Tree::Flags, &[])?.into_iter().map(|(_, switch)| switch).collect())
}
