//! The repository's refs, kept in memory beside git's own, and what they and other names stand for.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    git::Git,
    objects::{Commit, Entry, Tag, parse_tree},
    problem::Problem,
};

/// One ref.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ref {
    /// The full name, such as `refs/heads/main`.
    pub name: String,
    /// The object it points at.
    pub sha: String,
    /// That object's kind: `commit` or `tag`.
    pub kind: String,
    /// The commit behind it.
    pub commit: String,
}

/// One ref that moves: from where, to where; none is "not there".
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Move {
    pub name: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// The bare repository.
pub(super) struct Repository {
    pub git: Git,
    default: String,
    refs: Mutex<BTreeMap<String, Ref>>,
}

impl Repository {
    pub(super) async fn open(dir: PathBuf) -> Result<Self, Problem> {
        let repository = Self { git: Git::new(dir), default: "main".to_owned(), refs: Mutex::default() };
        repository.reload().await?;
        Ok(repository)
    }

    /// The same repository with this default branch.
    pub(super) fn with_default(mut self, branch: &str) -> Self {
        self.default = branch.to_owned();
        self
    }

    /// Reads the refs anew and gives what has moved since the last time.
    pub(super) async fn reload(&self) -> Result<Vec<Move>, Problem> {
        let format = "--format=%(refname) %(objectname) %(objecttype) %(*objectname)";
        let text = self.git.text(&["for-each-ref", format], b"").await?;
        let read = |line: &str| {
            let words: Vec<&str> = line.split(' ').collect();
            let [name, sha, kind, peeled] = words[..] else { return None };
            let commit = if peeled.is_empty() { sha } else { peeled };
            let [name, sha, kind, commit] = [name, sha, kind, commit].map(str::to_owned);
            Some((name.clone(), Ref { name, sha, kind, commit }))
        };
        // Where a copied repository last saw others, and what it put aside, is nothing that GitHub has.
        let here = |(name, _): &(String, Ref)| !name.starts_with("refs/remotes/") && name != "refs/stash";
        let now: BTreeMap<String, Ref> = text.lines().filter_map(read).filter(here).collect();
        let before = std::mem::replace(&mut *self.locked(), now.clone());
        let mut names: Vec<&String> = before.keys().chain(now.keys()).collect();
        names.sort();
        names.dedup();
        let sha = |refs: &BTreeMap<String, Ref>, name: &str| refs.get(name).map(|found| found.sha.clone());
        let moves =
            names.into_iter().map(|name| Move { name: name.clone(), old: sha(&before, name), new: sha(&now, name) });
        Ok(moves.filter(|moved| moved.old != moved.new).collect())
    }

    /// Every ref whose full name starts with `start`, sorted by name.
    pub(super) fn refs(&self, start: &str) -> Vec<Ref> {
        self.locked().values().filter(|found| found.name.starts_with(start)).cloned().collect()
    }

    /// The ref with this full name.
    pub(super) fn find_ref(&self, name: &str) -> Option<Ref> {
        self.locked().get(name).cloned()
    }

    /// The commit at the tip of a branch.
    pub(super) fn branch(&self, name: &str) -> Option<String> {
        self.find_ref(&format!("refs/heads/{name}")).map(|found| found.commit)
    }

    /// Moves refs, all or none; false when git refuses, because of the old value or because two names exclude each other.
    pub(super) async fn move_refs(&self, moves: &[Move]) -> Result<bool, Problem> {
        let mut known = Vec::new();
        let mut input = String::new();
        for Move { name, old, new } in moves {
            let nothing = "0".repeat(40);
            let old = old.as_deref().unwrap_or(&nothing);
            let Some(new) = new else {
                input += &format!("delete {name} {old}\n");
                continue;
            };
            input += &format!("update {name} {new} {old}\n");
            let Some(found) = self.git.object(new).await? else { return Ok(false) };
            let commit = self.peel(new).await?.unwrap_or_default();
            known.push(Ref { name: name.clone(), sha: new.clone(), kind: found.kind, commit });
        }
        if self.git.run(&["update-ref", "--stdin"], input.as_bytes()).await?.code != 0 {
            return Ok(false);
        }
        let mut refs = self.locked();
        for gone in moves.iter().filter(|moved| moved.new.is_none()) {
            refs.remove(&gone.name);
        }
        refs.extend(known.into_iter().map(|moved| (moved.name.clone(), moved)));
        Ok(true)
    }

    /// The commit that a branch, a tag, a full or partial ref name or a (shortened) sha stands for.
    pub(super) async fn resolve(&self, name: &str) -> Result<Option<String>, Problem> {
        let starts = ["refs/heads/", "refs/tags/", "refs/", ""];
        if let Some(found) = starts.iter().find_map(|start| self.find_ref(&format!("{start}{name}"))) {
            return Ok(Some(found.commit));
        }
        if name.len() >= 7 && name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return self.peel(name).await;
        }
        Ok((name == "HEAD").then(|| self.branch(&self.default)).flatten())
    }

    async fn peel(&self, name: &str) -> Result<Option<String>, Problem> {
        let found = self.git.object(&format!("{name}^{{commit}}")).await?;
        Ok(found.filter(|object| object.kind == "commit").map(|object| object.sha))
    }

    /// The commit with this sha.
    pub(super) async fn commit(&self, sha: &str) -> Result<Option<Commit>, Problem> {
        let found = self.git.object(sha).await?.filter(|object| object.kind == "commit");
        Ok(found.map(|object| Commit::parse(&object.sha, &object.data)))
    }

    /// The annotated tag with this sha.
    pub(super) async fn tag(&self, sha: &str) -> Result<Option<Tag>, Problem> {
        let found = self.git.object(sha).await?.filter(|object| object.kind == "tag");
        Ok(found.map(|object| Tag::parse(&object.sha, &object.data)))
    }

    /// The sha and the lines of the tree behind a tree's or a commit's name.
    pub(super) async fn tree(&self, name: &str) -> Result<Option<(String, Vec<Entry>)>, Problem> {
        // In `commit:path` everything behind the colon is path, so nothing can be appended there.
        let name = if name.contains(':') { name.to_owned() } else { format!("{name}^{{tree}}") };
        let found = self.git.object(&name).await?.filter(|object| object.kind == "tree");
        Ok(found.map(|object| (object.sha, parse_tree(&object.data))))
    }

    /// A file's bytes at a commit.
    pub(super) async fn file(&self, commit: &str, path: &str) -> Result<Option<Vec<u8>>, Problem> {
        let found = self.git.object(&format!("{commit}:{path}")).await?;
        Ok(found.filter(|object| object.kind == "blob").map(|object| object.data))
    }

    /// Stores a commit and fills in its sha.
    pub(super) async fn store_commit(&self, mut commit: Commit) -> Result<Commit, Problem> {
        commit.sha = self.git.store("commit", commit.write()).await?;
        Ok(commit)
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<String, Ref>> {
        self.refs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether git allows this as a full ref name.
pub(super) fn is_ref_name(name: &str) -> bool {
    let forbidden = |c: char| c.is_ascii_control() || " ~^:?*[\\".contains(c);
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    name.starts_with("refs/")
        && name.matches('/').count() >= 2
        && !name.contains(forbidden)
        && !name.contains("..")
        && !name.contains("@{")
        && !name.ends_with('.')
        && name.split('/').all(part)
}
