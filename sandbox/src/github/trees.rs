//! Writes trees: a base tree with some paths replaced, added or removed.

use std::collections::BTreeMap;

use super::{
    objects::{Entry, write_tree},
    problem::Problem,
    repository::Repository,
};

/// What becomes of one path: a mode and an object, or nothing.
pub(super) type Leaf = Option<(String, String)>;

impl Repository {
    /// Stores `base` (none is the empty tree) with `changes` applied and gives the new tree's sha.
    pub(super) async fn change_tree(
        &self,
        base: Option<&str>,
        changes: BTreeMap<String, Leaf>,
    ) -> Result<String, Problem> {
        let mut entries = match base {
            Some(base) => self.tree(base).await?.map(|(_, entries)| entries).unwrap_or_default(),
            None => Vec::new(),
        };
        let mut folders: BTreeMap<String, BTreeMap<String, Leaf>> = BTreeMap::new();
        for (path, leaf) in changes {
            if let Some((folder, rest)) = path.split_once('/') {
                folders.entry(folder.to_owned()).or_default().insert(rest.to_owned(), leaf);
                continue;
            }
            entries.retain(|entry| entry.name != path);
            if let Some((mode, sha)) = leaf {
                entries.push(Entry { mode: mode.trim_start_matches('0').to_owned(), name: path, sha });
            }
        }
        for (folder, changes) in folders {
            let old = entries.iter().position(|entry| entry.name == folder).map(|at| entries.remove(at));
            let old = old.filter(Entry::is_tree).map(|entry| entry.sha);
            let sha = Box::pin(self.change_tree(old.as_deref(), changes)).await?;
            let kept = self.tree(&sha).await?.is_some_and(|(_, entries)| !entries.is_empty());
            if kept {
                entries.push(Entry { mode: "40000".to_owned(), name: folder, sha });
            }
        }
        self.git.store("tree", write_tree(entries)).await
    }

    /// Stores the tree of `commit` with one file written, and gives the tree's sha.
    pub(super) async fn write_file(&self, commit: &str, path: &str, content: &[u8]) -> Result<String, Problem> {
        let blob = self.git.store("blob", content.to_vec()).await?;
        let mode = self.entry(commit, path).await?.map_or_else(|| "100644".to_owned(), |entry| entry.mode);
        self.change_tree(Some(commit), BTreeMap::from([(path.to_owned(), Some((mode, blob)))])).await
    }

    /// The line of a tree that stands for a path, whatever it is.
    pub(super) async fn entry(&self, commit: &str, path: &str) -> Result<Option<Entry>, Problem> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let entries = self.tree(&format!("{commit}:{folder}")).await?;
        Ok(entries.and_then(|(_, entries)| entries.into_iter().find(|entry| entry.name == name)))
    }
}
