//! Commits, read and made.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::domain::release::patch::FileChange;

use super::{
    address,
    compare::CommitRow,
    model::{CommitDetail, CommitLine, Signature},
    problem::GithubResult,
    repository::{Made, Repository, bot_at},
};

/// A commit as git knows it.
#[derive(Deserialize)]
struct GitCommit {
    sha: String,
    tree: Made,
    #[serde(default)]
    message: String,
    #[serde(default)]
    parents: Vec<Made>,
    #[serde(default)]
    author: Signature,
}

/// A commit with what it changes.
#[derive(Deserialize)]
struct CommitFiles {
    #[serde(default)]
    files: Vec<ChangedFile>,
}

#[derive(Deserialize)]
struct ChangedFile {
    filename: String,
    sha: Option<String>,
    patch: Option<String>,
}

impl Repository {
    /// A commit by its full id.
    pub async fn commit(&self, sha: &str) -> GithubResult<CommitDetail> {
        let path = format!("/git/commits/{}", address::segment(sha)?);
        let GitCommit { sha, tree, message, parents, author } =
            self.read(self.get(format!("commit {sha}"), path)).await?;
        let parents = parents.into_iter().map(|parent| parent.sha).collect();
        Ok(CommitDetail { sha, tree: tree.sha, message, parents, author })
    }

    /// What a commit changes against its first parent; GitHub names at most 300 files at once, and more are not read.
    pub async fn changes(&self, sha: &str) -> GithubResult<Vec<FileChange>> {
        let path = format!("/commits/{}", address::segment(sha)?);
        let changed: CommitFiles = self.read(self.get(format!("commit {sha}"), path)).await?;
        let change = |file: ChangedFile| FileChange {
            path: file.filename,
            blob: file.sha.unwrap_or_default(),
            patch: file.patch,
        };
        Ok(changed.files.into_iter().map(change).collect())
    }

    /// The newest commits, at most 100, that changed `path`, as seen from a branch, tag or commit.
    pub async fn changes_of(&self, path: &str, at: &str) -> GithubResult<Vec<CommitLine>> {
        let call = self.get(format!("commits of `{path}`"), "/commits");
        let rows: Vec<CommitRow> = self.read(call.with("path", path).with("sha", at).with("per_page", "100")).await?;
        Ok(rows.into_iter().map(CommitRow::line).collect())
    }

    /// The newest commit that changed `path`, as seen from a branch, tag or commit; nothing if none did.
    pub async fn last_change(&self, path: &str, at: &str) -> GithubResult<Option<CommitLine>> {
        let call = self.get(format!("commits of `{path}`"), "/commits");
        let rows: Vec<CommitRow> = self.read(call.with("path", path).with("sha", at).with("per_page", "1")).await?;
        Ok(rows.into_iter().next().map(CommitRow::line))
    }

    /// Makes a commit by the bot at `at` (whole seconds count) and gives its id; no branch moves. The same call again
    /// makes the same commit.
    pub async fn create_commit(
        &self,
        message: &str,
        tree: &str,
        parents: &[&str],
        at: DateTime<Utc>,
    ) -> GithubResult<String> {
        let bot = bot_at(at);
        self.write_commit(message, tree, parents, bot.clone(), bot).await
    }

    /// The same with somebody else's authorship; the bot commits it.
    pub async fn create_commit_of(
        &self,
        author: &Signature,
        message: &str,
        tree: &str,
        parents: &[&str],
        at: DateTime<Utc>,
    ) -> GithubResult<String> {
        self.write_commit(message, tree, parents, json!(author), bot_at(at)).await
    }

    async fn write_commit(
        &self,
        message: &str,
        tree: &str,
        parents: &[&str],
        author: Value,
        committer: Value,
    ) -> GithubResult<String> {
        let body = json!({
            "message": message, "tree": tree, "parents": parents, "author": author, "committer": committer,
        });
        Ok(self.post("a new commit", "/git/commits", body).await?.read::<Made>()?.sha)
    }
}
