//! The versions that reached each environment, and the changes that were merged elsewhere.

use super::{Store, StoreProblem, Tree, Writing};
use crate::domain::deploy::known_good::{KnownGood, MergedAll};

impl Writing {
    /// The versions that reached an environment, as others report.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn goods(&self, project: &str, environment: &str) -> Result<KnownGood, StoreProblem> {
        Ok(self.get(Tree::Reports, &goods_key(project, environment))?.unwrap_or_default())
    }

    /// Remembers the versions that reached an environment.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_goods(&mut self, project: &str, environment: &str, goods: &KnownGood) -> Result<(), StoreProblem> {
        self.put(Tree::Reports, &goods_key(project, environment), goods)
    }

    /// The changes that were merged in a project outside GitHub.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn merged(&self, project: &str) -> Result<MergedAll, StoreProblem> {
        Ok(self.get(Tree::Reports, &merged_key(project))?.unwrap_or_default())
    }

    /// Remembers the changes that were merged in a project outside GitHub.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_merged(&mut self, project: &str, merged: &MergedAll) -> Result<(), StoreProblem> {
        self.put(Tree::Reports, &merged_key(project), merged)
    }
}

impl Store {
    /// The versions that reached an environment, as others report.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn goods(&self, project: &str, environment: &str) -> Result<KnownGood, StoreProblem> {
        Ok(self.get(Tree::Reports, &goods_key(project, environment))?.unwrap_or_default())
    }

    /// The changes that were merged in a project outside GitHub.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn merged(&self, project: &str) -> Result<MergedAll, StoreProblem> {
        Ok(self.get(Tree::Reports, &merged_key(project))?.unwrap_or_default())
    }
}

fn goods_key(project: &str, environment: &str) -> Vec<u8> {
    format!("good/{project}\0{environment}").into_bytes()
}

fn merged_key(project: &str) -> Vec<u8> {
    format!("merged/{project}").into_bytes()
}
