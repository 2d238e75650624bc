//! Files as a tree has them: with their modes, and every symlink followed.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use futures::future;
use serde::Deserialize;
use tokio::sync::OnceCell;

use super::{
    address,
    files::text,
    model::FileInTree,
    problem::{GithubProblem, GithubResult},
    repository::Repository,
};

/// How many symlinks a path may lead through.
const MOST_LINKS: usize = 20;

/// The mode of a file that is nothing special.
const ORDINARY: &str = "100644";

/// The mode of a file that can be run.
const EXECUTABLE: &str = "100755";

#[derive(Deserialize)]
struct Listing {
    #[serde(default)]
    truncated: bool,
    tree: Vec<ModedEntry>,
}

#[derive(Debug, Clone, Deserialize)]
struct ModedEntry {
    path: String,
    #[serde(default)]
    mode: String,
    #[serde(default)]
    sha: String,
}

/// The folders of a commit, each read once.
struct Folders<'a> {
    repository: &'a Repository,
    read: Mutex<BTreeMap<String, Arc<OnceCell<Vec<ModedEntry>>>>>,
}

impl Repository {
    /// Files of a tree or a commit, in the order of the paths; nothing where there is none. `NotAFile` for what lies in a submodule
    /// or outside, for a folder, and for what is not UTF-8.
    pub async fn files_in_tree(&self, tree: &str, paths: &[String]) -> GithubResult<Vec<Option<FileInTree>>> {
        for path in paths {
            address::path(path)?;
        }
        let folders = Folders { repository: self, read: Mutex::default() };
        let files = future::join_all(paths.iter().map(|path| folders.file(tree, path))).await;
        // The first of several that cannot be read is named.
        files.into_iter().collect()
    }

    /// Reads for a release that begins what its first step will look at first: the commit, what lies at its root, and these blobs.
    pub async fn read_ahead(&self, commit: &str, blobs: &[String]) -> GithubResult<()> {
        let folders = Folders { repository: self, read: Mutex::default() };
        let blobs = future::try_join_all(blobs.iter().map(|blob| self.blob(blob)));
        futures::try_join!(self.commit(commit), folders.entry(commit, ""), blobs).map(drop)
    }
}

impl Folders<'_> {
    async fn file(&self, tree: &str, path: &str) -> GithubResult<Option<FileInTree>> {
        let not = |why: String| Err(GithubProblem::NotAFile(format!("`{path}` {why}")));
        // The way gone so far: the names, and the tree that each leads to.
        let mut gone: Vec<(String, String)> = vec![];
        let mut ahead: VecDeque<String> = path.split('/').map(str::to_owned).collect();
        let mut links = 0;
        while let Some(name) = ahead.pop_front() {
            match name.as_str() {
                "" | "." => continue,
                ".." if gone.pop().is_some() => continue,
                ".." => return not("leads out of the repository".to_owned()),
                _ => {}
            }
            let folder = gone.last().map_or(tree, |(_, tree)| tree).to_owned();
            let found = self.entry(&folder, &name).await?;
            let here = gone.iter().map(|(name, _)| name.as_str()).chain([name.as_str()]).collect::<Vec<_>>().join("/");
            match found {
                None if links > 0 => return not(format!("leads by a symlink to `{here}`, which is not there")),
                None => return Ok(None),
                Some(entry) if entry.mode == "040000" => gone.push((name, entry.sha)),
                Some(entry) if entry.mode == "160000" => {
                    return not(format!("lies in the submodule `{here}`, whose files are another repository's"));
                }
                Some(entry) if entry.mode == "120000" => {
                    let target = text(self.repository.blob(&entry.sha).await?, &format!("symlink `{here}`"))?;
                    links += 1;
                    if target.starts_with('/') || links > MOST_LINKS {
                        return not(format!(
                            "is the symlink `{here}` to `{target}`, which is no file of the repository"
                        ));
                    }
                    target.split('/').rev().for_each(|part| ahead.push_front(part.to_owned()));
                }
                Some(_) if !ahead.is_empty() => return not(format!("has a file, `{here}`, where a folder should be")),
                Some(entry) => {
                    let text = text(self.repository.blob(&entry.sha).await?, &format!("`{here}`"))?;
                    // Old trees have modes that GitHub takes no more; they are ordinary.
                    let mode = if entry.mode == EXECUTABLE { EXECUTABLE } else { ORDINARY };
                    return Ok(Some(FileInTree { path: here, mode: mode.to_owned(), text }));
                }
            }
        }
        not("is a folder, not a file".to_owned())
    }

    async fn entry(&self, folder: &str, name: &str) -> GithubResult<Option<ModedEntry>> {
        let known =
            self.read.lock().unwrap_or_else(PoisonError::into_inner).entry(folder.to_owned()).or_default().clone();
        let entries = known.get_or_try_init(|| self.listed(folder)).await?;
        Ok(entries.iter().find(|entry| entry.path == name).cloned())
    }

    async fn listed(&self, folder: &str) -> GithubResult<Vec<ModedEntry>> {
        let call = self.repository.get(format!("tree {folder}"), format!("/git/trees/{}", address::segment(folder)?));
        let listing: Listing = self.repository.read(call).await?;
        if listing.truncated {
            return Err(GithubProblem::Unreadable(format!("tree {folder} is too large to be listed")));
        }
        Ok(listing.tree)
    }
}

impl FileInTree {
    /// A file that is not there yet.
    pub fn new(path: &str) -> Self {
        Self { path: path.to_owned(), mode: ORDINARY.to_owned(), text: String::new() }
    }
}
