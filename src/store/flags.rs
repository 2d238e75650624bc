//! Who switched which feature flag.

use std::ops::Bound;

use super::{Store, StoreProblem, Tree, View, Writing};
use crate::domain::team::flag::Switch;

impl Writing {
    /// Stores a switch, new or changed.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_switch(&mut self, switch: &Switch) -> Result<(), StoreProblem> {
        self.put(Tree::Flags, &switch.number.to_be_bytes(), switch)
    }
}

impl dyn View + '_ {
    /// Every switch that can be read, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn switches(&self) -> Result<Vec<Switch>, StoreProblem> {
        // What cannot be read is set aside by whoever switches; nobody else has to fail over it.
        let rows: Vec<serde_json::Value> = self.all(Tree::Flags, &[])?;
        Ok(rows.into_iter().filter_map(|row| serde_json::from_value(row).ok()).collect())
    }

    /// A switch, by its number.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn switch(&self, number: u64) -> Result<Option<Switch>, StoreProblem> {
        self.get(Tree::Flags, &number.to_be_bytes())
    }
}

impl Store {
    /// The numbers of all switches, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn switch_numbers(&self) -> Result<Vec<u64>, StoreProblem> {
        let keys = self.0.read(|trees| trees.keys(Tree::Flags, Bound::Unbounded, usize::MAX))?;
        Ok(keys.iter().filter_map(|key| Some(u64::from_be_bytes(*key.first_chunk()?))).collect())
    }
}
