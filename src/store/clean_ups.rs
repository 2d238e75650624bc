//! Which cancelled releases left something on GitHub that is still to be removed.

use std::sync::Arc;

use super::{
    StoreProblem, Tree, View, Writing,
    folded::{id_of, key},
};
use crate::domain::release::{Release, ReleaseId};

const CLEAN_UP: &[u8] = b"clean-up/";

impl Writing {
    /// Marks whether a release has something that is to be removed.
    ///
    /// # Errors
    /// As `put`.
    pub fn mark_clean_up(&mut self, release: &Release) -> Result<(), StoreProblem> {
        let (key, wanted) = (clean_up_key(release.spec.id), !release.to_clean_up().is_empty());
        match (wanted, self.entry(Tree::Meta, &key)?) {
            (true, None) => self.put(Tree::Meta, &key, &release.spec.id),
            (false, Some(_)) => {
                self.remove(Tree::Meta, &key);
                Ok(())
            }
            (true, Some(_)) | (false, None) => Ok(()),
        }
    }
}

impl dyn View + '_ {
    /// The releases of which something is still to be removed, oldest first.
    ///
    /// # Errors
    /// When the marks cannot be read.
    pub fn to_clean_up(&self) -> Result<Vec<ReleaseId>, StoreProblem> {
        let marks = self.entries(Tree::Meta, CLEAN_UP)?;
        Ok(marks.iter().filter_map(|(key, _)| id_of(key.get(CLEAN_UP.len()..)?)).collect())
    }

    /// The release of a project of which something is still to be removed, if there is one.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn being_removed(&self, project: &str) -> Result<Option<Arc<Release>>, StoreProblem> {
        for id in self.to_clean_up()? {
            if let Some(release) = self.shared(id)?.filter(|release| release.spec.project == project) {
                return Ok(Some(release));
            }
        }
        Ok(None)
    }
}

fn clean_up_key(id: ReleaseId) -> Vec<u8> {
    [CLEAN_UP, &key(id)].concat()
}
