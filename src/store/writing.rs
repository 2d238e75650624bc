//! What a decision sees and changes while it is made.

use std::{collections::BTreeMap, ops::Bound, sync::Arc};

use serde::Serialize;

use crate::domain::release::{Release, ReleaseId};

use super::{
    StoreProblem, Tree, View, format,
    known::{self, OpenReleases},
    releases,
    trees::{Bytes, Changes, Entries, Trees},
};

/// The store as a decision sees it: what is on disk, what was decided before it, and its own changes.
pub struct Writing {
    trees: Trees,
    known: Arc<OpenReleases>,
    decided: Changes,
    own: Changes,
    merges_changed: bool,
}

impl Writing {
    pub(super) fn on(trees: Trees, known: Arc<OpenReleases>) -> Self {
        Self { trees, known, decided: Changes::new(), own: Changes::new(), merges_changed: false }
    }

    /// The next `count` keys from `from` on that are on disk; decisions not on disk yet may have removed some.
    pub(super) fn keys(&self, tree: Tree, from: Bound<Vec<u8>>, count: usize) -> Result<Vec<Vec<u8>>, StoreProblem> {
        self.trees.keys(tree, from, count)
    }

    /// Notes that by this decision something else than before may be merged.
    pub fn note_merges(&mut self) {
        self.merges_changed = true;
    }

    /// Whether by this decision something else than before may be merged.
    pub fn has_noted_merges(&self) -> bool {
        self.merges_changed
    }

    /// Writes `value` under `key`.
    ///
    /// # Errors
    /// [`StoreProblem`] when the value has no JSON form.
    pub fn put<T: Serialize + ?Sized>(&mut self, tree: Tree, key: &[u8], value: &T) -> Result<(), StoreProblem> {
        let bytes = format::encode(tree, key, &value)?;
        self.own.insert((tree, key.to_vec()), Some(bytes));
        Ok(())
    }

    /// Removes what is under `key`, if anything is.
    pub fn remove(&mut self, tree: Tree, key: &[u8]) {
        self.own.insert((tree, key.to_vec()), None);
    }

    /// The next number of the series `name`: 1 at first, and none twice unless this decision is dropped.
    ///
    /// # Errors
    /// [`StoreProblem`] when the last one cannot be read.
    pub fn next_number(&mut self, name: &str) -> Result<u64, StoreProblem> {
        let key = format!("number/{name}").into_bytes();
        let next = self.get::<u64>(Tree::Meta, &key)?.unwrap_or(0) + 1;
        self.put(Tree::Meta, &key, &next)?;
        Ok(next)
    }

    /// Whether this decision has changed anything in one of these trees so far.
    pub fn has_changed(&self, trees: &[Tree]) -> bool {
        self.own.keys().any(|(tree, _)| trees.contains(tree))
    }

    /// Whether this decision has changed what somebody has to look after below a prefix of a tree.
    pub(super) fn has_changed_below(&self, tree: Tree, prefix: &[u8]) -> bool {
        self.own.keys().any(|(of, key)| *of == tree && key.starts_with(prefix))
    }

    /// Ends one decision: later ones see its changes if they are kept.
    pub(super) fn settle(&mut self, keep: bool) {
        let mut own = std::mem::take(&mut self.own);
        self.merges_changed = false;
        if keep {
            self.decided.append(&mut own);
        }
    }

    /// All that was decided since the last time.
    pub(super) fn take_decided(&mut self) -> Changes {
        std::mem::take(&mut self.decided)
    }

    /// `found` on disk, as it will be after the changes.
    fn changed(&self, tree: Tree, prefix: &[u8], found: Entries) -> Entries {
        let mut entries: BTreeMap<_, _> = found.into_iter().collect();
        for changes in [&self.decided, &self.own] {
            let from = (tree, prefix.to_vec());
            let under = changes.range(from..).take_while(|((of, key), _)| *of == tree && key.starts_with(prefix));
            for ((_, key), value) in under {
                match value {
                    Some(bytes) => entries.insert(key.clone(), bytes.as_slice().into()),
                    None => entries.remove(key),
                };
            }
        }
        entries.into_iter().collect()
    }
}

impl View for Writing {
    fn entry(&self, tree: Tree, key: &[u8]) -> Result<Option<Bytes>, StoreProblem> {
        let place = (tree, key.to_vec());
        match self.own.get(&place).or_else(|| self.decided.get(&place)) {
            Some(changed) => Ok(changed.as_deref().map(Bytes::from)),
            None => self.trees.get(tree, key),
        }
    }

    fn entries(&self, tree: Tree, prefix: &[u8]) -> Result<Entries, StoreProblem> {
        Ok(self.changed(tree, prefix, self.trees.scan(tree, prefix)?))
    }

    fn last_entries(&self, tree: Tree, prefix: &[u8], count: usize) -> Result<Entries, StoreProblem> {
        // As many more as could have been removed in the meantime.
        let enough = count.saturating_add(self.decided.len() + self.own.len());
        let mut entries = self.changed(tree, prefix, self.trees.scan_last(tree, prefix, enough)?);
        Ok(entries.split_off(entries.len().saturating_sub(count)))
    }

    fn shared(&self, id: ReleaseId) -> Result<Option<Arc<Release>>, StoreProblem> {
        // Nothing is committed but by this thread, and not while a decision is made.
        let committed = self.known.release(id, || releases::read(id, &self.trees))?;
        let changed = committed.and_then(|release| known::with_changes(release, &self.decided));
        match changed.and_then(|release| known::with_changes(release, &self.own)) {
            Some(release) => Ok(Some(release)),
            None => Ok(releases::read(id, self)?.map(Arc::new)),
        }
    }
}
