//! Under which ids repositories are known: one that is called otherwise by now is recognised by it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// What `bot.toml` calls each repository, by its id; as far as GitHub has been asked.
#[derive(Debug, Default)]
pub struct RepositoryIds(Mutex<BTreeMap<u64, String>>);

impl RepositoryIds {
    /// Learns which repository has an id.
    pub fn learn(&self, id: u64, called: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, called.to_owned());
    }

    /// What `bot.toml` calls the repository with this id.
    pub fn called(&self, id: u64) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }
}
