//! The marks by which a release is found without reading the others, and what an older program left without any.

use std::{collections::BTreeSet, ops::Bound, sync::Arc};

use serde::Deserialize;

use super::{
    Store, StoreProblem, Tree, View, Writing,
    folded::{id_of, key},
    releases,
};
use crate::domain::{
    release::{Release, ReleaseId, ReleaseKind, ReleaseSpec},
    version::Version,
};

const VERSION: &str = "version/";
const REVIEW: &str = "review/";
/// Where the store says that every release that is over lies in one row, with its marks.
const FOLDED: &[u8] = b"folded";

/// How many releases of an older layout become one row each in one write.
const PORTION: usize = 20;

impl Writing {
    /// Marks under which version a release is found. A roll-back is found by its number only.
    pub(super) fn mark_version(&mut self, spec: &ReleaseSpec) -> Result<(), StoreProblem> {
        match spec.kind {
            ReleaseKind::Regular | ReleaseKind::Hotfix { .. } => {
                self.put(Tree::Index, &version_key(&spec.version.to_string(), &spec.project, spec.id), &spec.id)
            }
            ReleaseKind::RollBack { .. } => Ok(()),
        }
    }

    /// Marks whether a release has gates that somebody has to look at.
    ///
    /// # Errors
    /// As `put`.
    pub fn mark_review(&mut self, release: &Release) -> Result<(), StoreProblem> {
        let (key, wanted) = (review_key(release.spec.id), !release.to_review().is_empty());
        match (wanted, self.entry(Tree::Index, &key)?) {
            (true, None) => self.put(Tree::Index, &key, &release.spec.id),
            (false, Some(_)) => {
                self.remove(Tree::Index, &key);
                Ok(())
            }
            (true, Some(_)) | (false, None) => Ok(()),
        }
    }

    /// Folds the next releases of an older layout that are over, from `after` on; up to which one it looked.
    fn fold_some(&mut self, after: Option<ReleaseId>) -> Result<Option<ReleaseId>, StoreProblem> {
        let from = after.map_or(Bound::Unbounded, |id| Bound::Excluded(key(id).to_vec()));
        let keys = self.keys(Tree::Releases, from, PORTION)?;
        let found: Vec<ReleaseId> = keys.iter().filter_map(|key| id_of(key)).collect();
        for id in &found {
            if self.is_open(*id)? {
                continue;
            }
            match releases::read(*id, self) {
                Ok(Some(release)) => {
                    self.mark_version(&release.spec)?;
                    self.mark_review(&release)?;
                    self.fold(&release)?;
                }
                // What cannot be read stays as it is.
                Ok(None) | Err(StoreProblem::Unreadable { .. }) => {}
                Err(problem) => return Err(problem),
            }
        }
        Ok(found.last().copied())
    }
}

/// Marks what is open in a store of an older layout.
pub(super) fn mark_open(writing: &mut Writing) -> Result<(), StoreProblem> {
    for id in writing.open_ids()? {
        match releases::read(id, writing) {
            Ok(Some(release)) => {
                writing.mark_version(&release.spec)?;
                writing.mark_review(&release)?;
            }
            // It is set aside by whoever drives it.
            Ok(None) | Err(StoreProblem::Unreadable { .. }) => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(())
}

impl Store {
    /// Makes one row each of the next few releases that are over and that an older program left in many; `None` when all are.
    /// A kill meanwhile costs nothing: what is done stays done.
    ///
    /// # Errors
    /// What [`Store::write`] says.
    pub async fn fold_some(&self, after: Option<ReleaseId>) -> Result<Option<ReleaseId>, StoreProblem> {
        if self.is_folded()? {
            return Ok(None);
        }
        self.write(move |writing: &mut Writing| {
            let last = writing.fold_some(after)?;
            if last.is_none() {
                writing.put(Tree::Meta, FOLDED, &true)?;
            }
            Ok(last)
        })
        .await
    }
}

impl dyn View + '_ {
    /// The newest release of a version that is no roll-back, of one project or of any.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn release_of_version(
        &self,
        project: Option<&str>,
        version: &str,
    ) -> Result<Option<Arc<Release>>, StoreProblem> {
        for id in self.ids_of_version(project, version)?.into_iter().rev() {
            if let Some(release) = self.shared(id)? {
                return Ok(Some(release));
            }
        }
        Ok(None)
    }

    /// All releases of a version that are no roll-backs, oldest first: one that was cancelled leaves its version to others.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn releases_of_version(&self, project: &str, version: &str) -> Result<Vec<Arc<Release>>, StoreProblem> {
        let ids = self.ids_of_version(Some(project), version)?;
        ids.into_iter().filter_map(|id| self.shared(id).transpose()).collect()
    }

    /// By the marks, and by what has none yet.
    fn ids_of_version(&self, project: Option<&str>, version: &str) -> Result<BTreeSet<ReleaseId>, StoreProblem> {
        let prefix = format!("{VERSION}{version}\0").into_bytes();
        let mine = |key: &[u8]| {
            let rest = key.get(prefix.len()..key.len().saturating_sub(9)).unwrap_or_default();
            project.is_none_or(|project| rest == project.as_bytes())
        };
        let marks = self.entries(Tree::Index, &prefix)?;
        let mut ids: BTreeSet<ReleaseId> =
            marks.iter().filter_map(|(key, _)| mine(key).then(|| last_id(key))?).collect();
        ids.extend(self.unfolded(|spec| {
            let mine = project.is_none_or(|project| spec.project == project);
            mine && spec.version.to_string() == version && spec.is_found_by_version()
        })?);
        Ok(ids)
    }

    /// The releases with gates that somebody has to look at, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn releases_to_review(&self) -> Result<Vec<Arc<Release>>, StoreProblem> {
        let marks = self.entries(Tree::Index, REVIEW.as_bytes())?;
        let mut ids: BTreeSet<ReleaseId> = marks.iter().filter_map(|(key, _)| last_id(key)).collect();
        ids.extend(self.unfolded(|_| true)?);
        let mut found = vec![];
        for id in ids {
            found.extend(self.shared(id)?.filter(|release| !release.to_review().is_empty()));
        }
        Ok(found)
    }

    /// Whether everything that is over lies in one row each. It does, but for the time after an older program was replaced.
    fn is_folded(&self) -> Result<bool, StoreProblem> {
        Ok(self.entry(Tree::Meta, FOLDED)?.is_some())
    }

    /// What is over, has no marks yet, and is wanted. What cannot be read is not.
    fn unfolded(&self, wanted: impl Fn(&SpecHead) -> bool) -> Result<Vec<ReleaseId>, StoreProblem> {
        if self.is_folded()? {
            return Ok(vec![]);
        }
        let mut found = vec![];
        for (key, _) in self.entries(Tree::Releases, &[])? {
            let Some(id) = id_of(&key) else { continue };
            let head: Option<SpecHead> = self.get(Tree::Releases, &key).unwrap_or_default();
            if head.is_some_and(|head| wanted(&head)) && !self.is_open(id)? {
                found.push(id);
            }
        }
        Ok(found)
    }
}

/// As much of a specification as a release is found by.
#[derive(Deserialize)]
struct SpecHead {
    project: String,
    version: Version,
    kind: ReleaseKind,
}

impl SpecHead {
    fn is_found_by_version(&self) -> bool {
        !matches!(self.kind, ReleaseKind::RollBack { .. })
    }
}

fn version_key(version: &str, project: &str, id: ReleaseId) -> Vec<u8> {
    [format!("{VERSION}{version}\0{project}\0").as_bytes(), &key(id)].concat()
}

fn review_key(id: ReleaseId) -> Vec<u8> {
    [REVIEW.as_bytes(), &key(id)].concat()
}

/// The release that a mark is of: its number ends the key.
fn last_id(key: &[u8]) -> Option<ReleaseId> {
    Some(ReleaseId(u64::from_be_bytes(*key.last_chunk()?)))
}
