//! What the team was told of: services and repositories that do not answer.

use super::{StoreProblem, Tree, View, Writing};
use crate::domain::platform::Outage;

impl Writing {
    /// Notes that it was told that something does not answer, or that it does again.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_away(&mut self, what: &str, outage: Option<&Outage>) -> Result<(), StoreProblem> {
        match outage {
            Some(outage) => self.put(Tree::Meta, &key(what), outage)?,
            None => self.remove(Tree::Meta, &key(what)),
        }
        Ok(())
    }
}

impl dyn View + '_ {
    /// What was told of something that does not answer, unless it was told that it does again.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn away(&self, what: &str) -> Result<Option<Outage>, StoreProblem> {
        self.get(Tree::Meta, &key(what))
    }
}

fn key(what: &str) -> Vec<u8> {
    format!("away/{what}").into_bytes()
}
