//! Keeps open releases decoded, as they are on disk: a release is read far more often than it changes.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{StoreProblem, Tree, format, trees::Changes};
use crate::domain::release::{Release, ReleaseId};

/// The open releases that were read since the start. Everything in here is committed.
#[derive(Default)]
pub(super) struct Known(Mutex<BTreeMap<ReleaseId, Arc<Release>>>);

/// What a commit means for the releases.
pub(super) struct News(Changes);

impl News {
    pub(super) fn of(changes: &Changes) -> Self {
        let about = changes.iter().filter(|((tree, _), _)| matches!(tree, Tree::Releases | Tree::Facts));
        Self(about.map(|(place, value)| (place.clone(), value.clone())).collect())
    }
}

impl Known {
    /// A release as it is on disk, read with `read` unless it is known. No commit may be under way.
    pub(super) fn release(
        &self,
        id: ReleaseId,
        read: impl FnOnce() -> Result<Option<Release>, StoreProblem>,
    ) -> Result<Option<Release>, StoreProblem> {
        let known = self.locked().get(&id).cloned();
        if let Some(known) = known {
            return Ok(Some(Release::clone(&known)));
        }
        let found = read()?;
        if let Some(release) = found.as_ref().filter(|release| release.is_open()) {
            self.locked().insert(id, Arc::new(release.clone()));
        }
        Ok(found)
    }

    /// Takes over what has just been committed; forgets what is over, and what it cannot follow.
    pub(super) fn take_over(&self, news: &News) {
        let mut known = self.locked();
        for ((tree, key), value) in &news.0 {
            let Some(id) = release_of(key) else { continue };
            let Some(mut release) = known.remove(&id) else { continue };
            if follows(Arc::make_mut(&mut release), *tree, key, value.as_deref()) && release.is_open() {
                known.insert(id, release);
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<ReleaseId, Arc<Release>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Brings a release up to date with changes that are not committed yet; `None` if they do more than append facts.
pub(super) fn with_changes(mut release: Release, changes: &Changes) -> Option<Release> {
    let prefix = release.brief.id.0.to_be_bytes();
    for tree in [Tree::Releases, Tree::Facts] {
        let under = changes.range((tree, prefix.to_vec())..);
        for ((_, key), value) in under.take_while(|((of, key), _)| *of == tree && key.starts_with(&prefix)) {
            if !follows(&mut release, tree, key, value.as_deref()) {
                return None;
            }
        }
    }
    Some(release)
}

/// Appends a changed row to a release if it is its next fact; whether it was.
fn follows(release: &mut Release, tree: Tree, key: &[u8], value: Option<&[u8]>) -> bool {
    let next = [release.brief.id.0.to_be_bytes(), (release.facts.len() as u64).to_be_bytes()].concat();
    match value {
        Some(bytes) if tree == Tree::Facts && key == next => {
            format::decode(tree, key, bytes).map(|fact| release.add(fact)).is_ok()
        }
        _ => false,
    }
}

fn release_of(key: &[u8]) -> Option<ReleaseId> {
    Some(ReleaseId(u64::from_be_bytes(*key.first_chunk()?)))
}
