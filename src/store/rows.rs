//! Rows, read the same way from the store and from within a write.

use serde::de::DeserializeOwned;

use super::{Store, StoreProblem, Tree, Writing, commits::Shared, format, trees::Trees};

/// Where rows are read: the disk, the store, or a write that sees its own changes too.
pub(super) trait Rows {
    fn get<T: DeserializeOwned>(&self, tree: Tree, key: &[u8]) -> Result<Option<T>, StoreProblem>;
    fn scan<T: DeserializeOwned>(&self, tree: Tree, prefix: &[u8]) -> Result<Vec<(Vec<u8>, T)>, StoreProblem>;
}

impl Rows for Store {
    fn get<T: DeserializeOwned>(&self, tree: Tree, key: &[u8]) -> Result<Option<T>, StoreProblem> {
        Self::get(self, tree, key)
    }

    fn scan<T: DeserializeOwned>(&self, tree: Tree, prefix: &[u8]) -> Result<Vec<(Vec<u8>, T)>, StoreProblem> {
        Self::scan(self, tree, prefix)
    }
}

impl Rows for Writing {
    fn get<T: DeserializeOwned>(&self, tree: Tree, key: &[u8]) -> Result<Option<T>, StoreProblem> {
        Self::get(self, tree, key)
    }

    fn scan<T: DeserializeOwned>(&self, tree: Tree, prefix: &[u8]) -> Result<Vec<(Vec<u8>, T)>, StoreProblem> {
        Self::scan(self, tree, prefix)
    }
}

impl Rows for Trees {
    fn get<T: DeserializeOwned>(&self, tree: Tree, key: &[u8]) -> Result<Option<T>, StoreProblem> {
        Self::get(self, tree, key)?.map(|bytes| format::decode(tree, key, &bytes)).transpose()
    }

    fn scan<T: DeserializeOwned>(&self, tree: Tree, prefix: &[u8]) -> Result<Vec<(Vec<u8>, T)>, StoreProblem> {
        format::decode_all(tree, Self::scan(self, tree, prefix)?)
    }
}

/// The disk, on which sled may panic; what is made of the rows is not sled's fault.
pub(super) struct Guarded<'a>(pub(super) &'a Shared, pub(super) &'a Trees);

impl Rows for Guarded<'_> {
    fn get<T: DeserializeOwned>(&self, tree: Tree, key: &[u8]) -> Result<Option<T>, StoreProblem> {
        let found = self.0.guarded(|| self.1.get(tree, key))?;
        found.map(|bytes| format::decode(tree, key, &bytes)).transpose()
    }

    fn scan<T: DeserializeOwned>(&self, tree: Tree, prefix: &[u8]) -> Result<Vec<(Vec<u8>, T)>, StoreProblem> {
        format::decode_all(tree, self.0.guarded(|| self.1.scan(tree, prefix))?)
    }
}
