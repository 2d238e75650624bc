//! Keeps open releases decoded, as they are on disk: a release is read far more often than it changes.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{StoreProblem, Tree, format, trees::Changes};
use crate::domain::release::{Release, ReleaseId};

/// The open releases that were read since the start. Everything in here is committed.
#[derive(Default)]
pub(super) struct OpenReleases(Mutex<BTreeMap<ReleaseId, Arc<Release>>>);

/// What a commit means for the releases.
pub(super) struct ReleaseChanges(Changes);

impl ReleaseChanges {
    pub(super) fn of(changes: &Changes) -> Self {
        let about = changes.iter().filter(|((tree, _), _)| matches!(tree, Tree::Releases | Tree::Facts));
        Self(about.map(|(place, value)| (place.clone(), value.clone())).collect())
    }
}

impl OpenReleases {
    /// A release as it is on disk, read with `read` unless it is known. No commit may be under way.
    pub(super) fn release(
        &self,
        id: ReleaseId,
        read: impl FnOnce() -> Result<Option<Release>, StoreProblem>,
    ) -> Result<Option<Arc<Release>>, StoreProblem> {
        let known = self.locked().get(&id).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let found = read()?.map(Arc::new);
        if let Some(release) = found.as_ref().filter(|release| release.is_open()) {
            self.locked().insert(id, release.clone());
        }
        Ok(found)
    }

    /// Takes over what has just been committed; forgets what is over, and what it cannot follow.
    pub(super) fn take_over(&self, news: &ReleaseChanges) {
        let mut known = self.locked();
        for ((tree, key), value) in &news.0 {
            let Some(id) = release_of(key) else { continue };
            let Some(mut release) = known.remove(&id) else { continue };
            let follows = || follows(Arc::make_mut(&mut release), *tree, key, value.as_deref());
            // A fact that nobody can make sense of must not end the thread that writes.
            if catch_unwind(AssertUnwindSafe(follows)).unwrap_or(false) && release.is_open() {
                known.insert(id, release);
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<ReleaseId, Arc<Release>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Brings a release up to date with changes that are not committed yet; `None` if they do more than append facts.
pub(super) fn with_changes(mut release: Arc<Release>, changes: &Changes) -> Option<Arc<Release>> {
    let prefix = release.spec.id.0.to_be_bytes();
    for tree in [Tree::Releases, Tree::Facts] {
        let under = changes.range((tree, prefix.to_vec())..);
        for ((_, key), value) in under.take_while(|((of, key), _)| *of == tree && key.starts_with(&prefix)) {
            if !follows(Arc::make_mut(&mut release), tree, key, value.as_deref()) {
                return None;
            }
        }
    }
    Some(release)
}

/// Appends a changed row to a release if it is its next fact; whether it was.
fn follows(release: &mut Release, tree: Tree, key: &[u8], value: Option<&[u8]>) -> bool {
    let next = [release.spec.id.0.to_be_bytes(), (release.facts.len() as u64).to_be_bytes()].concat();
    match value {
        Some(bytes) if tree == Tree::Facts && key == next => {
            format::decode(tree, key, bytes).is_ok_and(|fact| release.take(fact).is_ok())
        }
        _ => false,
    }
}

fn release_of(key: &[u8]) -> Option<ReleaseId> {
    Some(ReleaseId(u64::from_be_bytes(*key.first_chunk()?)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use chrono::DateTime;
    use serde_json::json;

    use super::super::{Store, Writing};
    use crate::domain::release::{
        Release, ReleaseId, ReleaseSpec,
        fact::{Fact, Recorded},
    };

    const ID: ReleaseId = ReleaseId(7);

    fn spec() -> ReleaseSpec {
        let spec = json!({
            "id": ID, "project": "api", "version": "2.2.0", "kind": {"kind": "regular"}, "requester": "alice",
            "at": "2026-03-02T09:00:00Z", "plan": {"stages": [], "steps": []}, "tag": "v2.2.0",
            "branch": "release/v2.2.0", "source": "develop", "source_commit": "c0ffee", "production": "main",
            "previous_tag": null, "next_version": "2.3.0", "target_minutes": 60,
        });
        serde_json::from_value(spec).unwrap()
    }

    fn append(writing: &mut Writing, fact: Fact) -> Result<usize, super::StoreProblem> {
        let number = writing.release(ID)?.map_or(0, |release| release.facts.len());
        writing.append_fact(ID, number, &Recorded { at: DateTime::UNIX_EPOCH, fact })?;
        Ok(number)
    }

    fn ticked(item: usize) -> Fact {
        Fact::Ticked { gate: "qa".into(), item, on: true, by: "bob".into() }
    }

    fn cancelled() -> Fact {
        Fact::Cancelled { by: "alice".into(), reason: "no".into(), cleans_up: false }
    }

    fn facts(release: Option<Release>) -> usize {
        release.map_or(0, |release| release.facts.len())
    }

    /// What a store that has just been opened reads.
    async fn stands(store: Store, folder: &std::path::Path) -> Store {
        let known = store.release(ID).unwrap().unwrap();
        store.close().await.unwrap();
        let store = Store::open(folder).unwrap();
        let read = store.release(ID).unwrap().unwrap();
        assert_eq!((known.facts, format!("{:?}", known.state)), (read.facts, format!("{:?}", read.state)));
        store
    }

    #[tokio::test]
    async fn a_decision_sees_its_own_facts_and_everybody_else_only_committed_ones() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let reader = store.clone();
        let create = move |writing: &mut Writing| {
            writing.create_release(&spec())?;
            assert_eq!(append(writing, ticked(0))?, 0);
            assert_eq!(append(writing, ticked(1))?, 1);
            assert_eq!((facts(writing.release(ID)?), facts(reader.release(ID)?)), (2, 0));
            Ok::<_, super::StoreProblem>(())
        };
        store.write(create).await.unwrap();
        assert_eq!(facts(store.release(ID).unwrap()), 2);
        let reader = store.clone();
        let dropped = move |writing: &mut Writing| {
            append(writing, ticked(2))?;
            assert_eq!((facts(writing.release(ID)?), facts(reader.release(ID)?)), (3, 2));
            Err::<(), _>(super::StoreProblem::Closed)
        };
        store.write(dropped).await.unwrap_err();
        assert_eq!(facts(store.release(ID).unwrap()), 2, "a dropped decision leaves nothing");
        let (one, other) = tokio::join!(
            store.write(|writing| append(writing, ticked(2))),
            store.write(|writing| append(writing, ticked(3))),
        );
        assert_eq!((one, other), (Ok(2), Ok(3)), "a decision sees those before it");
        assert_eq!((facts(store.release(ID).unwrap()), store.open_releases().unwrap().len()), (4, 1));
        stands(store, folder.path()).await;
    }

    #[tokio::test]
    async fn a_release_that_is_over_is_read_anew() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let create = |writing: &mut Writing| {
            writing.create_release(&spec())?;
            append(writing, ticked(0))
        };
        store.write(create).await.unwrap();
        assert_eq!(facts(store.release(ID).unwrap()), 1);
        let end = |writing: &mut Writing| {
            append(writing, cancelled())?;
            writing.close_release(ID)?;
            append(writing, ticked(0))
        };
        store.write(end).await.unwrap();
        assert_eq!((facts(store.release(ID).unwrap()), store.open_releases().unwrap().len()), (3, 0));
        store.write(|writing| append(writing, ticked(0))).await.unwrap();
        assert_eq!(facts(store.release(ID).unwrap()), 4);
        stands(store, folder.path()).await;
    }
}
