//! How each environment of each project stands.

use super::{StoreProblem, Tree, View, Writing};
use crate::domain::deploy::ledger::Ledger;

impl Writing {
    /// Remembers how an environment stands.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_ledger(&mut self, project: &str, environment: &str, ledger: &Ledger) -> Result<(), StoreProblem> {
        self.put(Tree::Environments, &key(project, environment), ledger)
    }

    /// Forgets an environment: nothing was ever seen there.
    pub fn forget_ledger(&mut self, project: &str, environment: &str) {
        self.remove(Tree::Environments, &key(project, environment));
    }
}

impl dyn View + '_ {
    /// How an environment stands; as nothing was ever seen there, if so.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn ledger(&self, project: &str, environment: &str) -> Result<Ledger, StoreProblem> {
        Ok(self.get(Tree::Environments, &key(project, environment))?.unwrap_or_default())
    }

    /// How every environment of a project stands, by name.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn ledgers(&self, project: &str) -> Result<Vec<(String, Ledger)>, StoreProblem> {
        let prefix = key(project, "");
        let name = |key: &[u8]| String::from_utf8_lossy(key.get(prefix.len()..).unwrap_or_default()).into_owned();
        Ok(self.scan(Tree::Environments, &prefix)?.into_iter().map(|(key, ledger)| (name(&key), ledger)).collect())
    }
}

fn key(project: &str, environment: &str) -> Vec<u8> {
    format!("{project}\0{environment}").into_bytes()
}
