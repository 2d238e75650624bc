//! How each environment of each project stands.

use super::{Rows, Store, StoreProblem, Tree, Writing};
use crate::domain::deploy::environment::EnvironmentStatus;

impl Writing {
    /// How an environment stands; as nothing was ever seen there, if so.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn standing(&self, project: &str, environment: &str) -> Result<EnvironmentStatus, StoreProblem> {
        Ok(self.get(Tree::Environments, &key(project, environment))?.unwrap_or_default())
    }

    /// Remembers how an environment stands.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_standing(
        &mut self,
        project: &str,
        environment: &str,
        standing: &EnvironmentStatus,
    ) -> Result<(), StoreProblem> {
        self.put(Tree::Environments, &key(project, environment), standing)
    }

    /// Forgets an environment: nothing was ever seen there.
    pub fn forget_standing(&mut self, project: &str, environment: &str) {
        self.remove(Tree::Environments, &key(project, environment));
    }

    /// How every environment of a project stands, by name.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn standings(&self, project: &str) -> Result<Vec<(String, EnvironmentStatus)>, StoreProblem> {
        standings(self, project)
    }
}

impl Store {
    /// How an environment stands; as nothing was ever seen there, if so.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn standing(&self, project: &str, environment: &str) -> Result<EnvironmentStatus, StoreProblem> {
        Ok(self.get(Tree::Environments, &key(project, environment))?.unwrap_or_default())
    }

    /// How every environment of a project stands, by name.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn standings(&self, project: &str) -> Result<Vec<(String, EnvironmentStatus)>, StoreProblem> {
        standings(self, project)
    }
}

fn standings(rows: &impl Rows, project: &str) -> Result<Vec<(String, EnvironmentStatus)>, StoreProblem> {
    let prefix = key(project, "");
    let name = |key: Vec<u8>| String::from_utf8_lossy(&key[prefix.len()..]).into_owned();
    Ok(rows.scan(Tree::Environments, &prefix)?.into_iter().map(|(key, standing)| (name(key), standing)).collect())
}

fn key(project: &str, environment: &str) -> Vec<u8> {
    format!("{project}\0{environment}").into_bytes()
}
