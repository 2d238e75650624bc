//! Rows, read the same way from the store and from within a write.

use serde::de::DeserializeOwned;

use super::{Store, StoreProblem, Tree, Writing, format, trees::Trees};

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
