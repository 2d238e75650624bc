//! What is read, the same way from the store and from a decision under way, which sees its own changes and all that was
//! decided before it and is written with it.
//!
//! What there is to read is said once, with `impl dyn View` beside what writes it. `Store` and `Writing` are both read so;
//! whoever decides takes a `&dyn View`, and so decides on what is true where it looks.

use std::{ops::Deref, sync::Arc};

use serde::de::DeserializeOwned;

use super::{
    Store, StoreProblem, Tree, Writing,
    commits::Shared,
    format, releases,
    trees::{Bytes, Entries, Trees},
};
use crate::domain::release::{Release, ReleaseId};

/// Where entries are read: the disk, the store, or a write that sees its own changes too. Each says what cannot be read.
#[allow(clippy::missing_errors_doc)]
pub trait View {
    /// The bytes under `key`.
    fn entry(&self, tree: Tree, key: &[u8]) -> Result<Option<Bytes>, StoreProblem>;
    /// Everything whose key starts with `prefix`, in key order.
    fn entries(&self, tree: Tree, prefix: &[u8]) -> Result<Entries, StoreProblem>;
    /// The last `count` entries whose key starts with `prefix`, in key order.
    fn last_entries(&self, tree: Tree, prefix: &[u8], count: usize) -> Result<Entries, StoreProblem>;
    /// A release with all its facts, shared with others who read it; none while it is set aside because it cannot be read.
    fn shared(&self, id: ReleaseId) -> Result<Option<Arc<Release>>, StoreProblem>;
}

impl dyn View + '_ {
    /// A release with all its facts, to be changed; none while it is set aside because it cannot be read.
    ///
    /// # Errors
    /// When a row of it cannot be read.
    pub fn release(&self, id: ReleaseId) -> Result<Option<Release>, StoreProblem> {
        Ok(self.shared(id)?.map(Arc::unwrap_or_clone))
    }

    /// The value under `key`. Of the store it blocks while a commit is being flushed, for a fraction of a millisecond on a
    /// good disk.
    ///
    /// # Errors
    /// [`StoreProblem`] when the value cannot be read, and when the store is broken or closed.
    pub fn get<T: DeserializeOwned>(&self, tree: Tree, key: &[u8]) -> Result<Option<T>, StoreProblem> {
        self.entry(tree, key)?.map(|bytes| format::decode(tree, key, &bytes)).transpose()
    }

    /// Everything whose key starts with `prefix`, in key order.
    ///
    /// # Errors
    /// As `get`; one value that cannot be read fails the scan.
    pub fn scan<T: DeserializeOwned>(&self, tree: Tree, prefix: &[u8]) -> Result<Vec<(Vec<u8>, T)>, StoreProblem> {
        format::decode_all(tree, self.entries(tree, prefix)?)
    }

    /// The last `count` entries whose key starts with `prefix`, in key order.
    ///
    /// # Errors
    /// As `scan`.
    pub fn scan_last<T: DeserializeOwned>(
        &self,
        tree: Tree,
        prefix: &[u8],
        count: usize,
    ) -> Result<Vec<(Vec<u8>, T)>, StoreProblem> {
        format::decode_all(tree, self.last_entries(tree, prefix, count)?)
    }

    /// The values of everything whose key starts with `prefix`, in key order.
    pub(super) fn all<T: DeserializeOwned>(&self, tree: Tree, prefix: &[u8]) -> Result<Vec<T>, StoreProblem> {
        Ok(self.scan(tree, prefix)?.into_iter().map(|(_, value)| value).collect())
    }
}

impl Deref for Store {
    type Target = dyn View;

    fn deref(&self) -> &Self::Target {
        self
    }
}

impl Deref for Writing {
    type Target = dyn View;

    fn deref(&self) -> &Self::Target {
        self
    }
}

impl View for Store {
    fn entry(&self, tree: Tree, key: &[u8]) -> Result<Option<Bytes>, StoreProblem> {
        self.0.read(|trees| trees.get(tree, key))
    }

    fn entries(&self, tree: Tree, prefix: &[u8]) -> Result<Entries, StoreProblem> {
        self.0.read(|trees| trees.scan(tree, prefix))
    }

    fn last_entries(&self, tree: Tree, prefix: &[u8], count: usize) -> Result<Entries, StoreProblem> {
        self.0.read(|trees| trees.scan_last(tree, prefix, count))
    }

    fn shared(&self, id: ReleaseId) -> Result<Option<Arc<Release>>, StoreProblem> {
        self.0.release(id)
    }
}

impl View for Trees {
    fn entry(&self, tree: Tree, key: &[u8]) -> Result<Option<Bytes>, StoreProblem> {
        self.get(tree, key)
    }

    fn entries(&self, tree: Tree, prefix: &[u8]) -> Result<Entries, StoreProblem> {
        self.scan(tree, prefix)
    }

    fn last_entries(&self, tree: Tree, prefix: &[u8], count: usize) -> Result<Entries, StoreProblem> {
        self.scan_last(tree, prefix, count)
    }

    fn shared(&self, id: ReleaseId) -> Result<Option<Arc<Release>>, StoreProblem> {
        Ok(releases::read(id, self)?.map(Arc::new))
    }
}

/// The disk, on which sled may panic; what is made of the rows is not sled's fault.
pub(super) struct Guarded<'a>(pub(super) &'a Shared, pub(super) &'a Trees);

impl View for Guarded<'_> {
    fn entry(&self, tree: Tree, key: &[u8]) -> Result<Option<Bytes>, StoreProblem> {
        self.0.guarded(|| self.1.get(tree, key))
    }

    fn entries(&self, tree: Tree, prefix: &[u8]) -> Result<Entries, StoreProblem> {
        self.0.guarded(|| self.1.scan(tree, prefix))
    }

    fn last_entries(&self, tree: Tree, prefix: &[u8], count: usize) -> Result<Entries, StoreProblem> {
        self.0.guarded(|| self.1.scan_last(tree, prefix, count))
    }

    fn shared(&self, id: ReleaseId) -> Result<Option<Arc<Release>>, StoreProblem> {
        Ok(releases::read(id, self)?.map(Arc::new))
    }
}
