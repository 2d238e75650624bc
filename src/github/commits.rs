//! Commits, read and made.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::{
    address,
    compare::Row,
    model::{CommitDetail, CommitLine},
    problem::GithubResult,
    repository::{Made, Repository},
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
}

impl Repository {
    /// A commit by its full id.
    pub async fn commit(&self, sha: &str) -> GithubResult<CommitDetail> {
        let path = format!("/git/commits/{}", address::segment(sha)?);
        let GitCommit { sha, tree, message, parents } = self.read(self.get(format!("commit {sha}"), path)).await?;
        let parents = parents.into_iter().map(|parent| parent.sha).collect();
        Ok(CommitDetail { sha, tree: tree.sha, message, parents })
    }

    /// The newest commit that changed `path`, as seen from a branch, tag or commit; nothing if none did.
    pub async fn last_change(&self, path: &str, at: &str) -> GithubResult<Option<CommitLine>> {
        let call = self.get(format!("commits of `{path}`"), "/commits");
        let rows: Vec<Row> = self.read(call.with("path", path).with("sha", at).with("per_page", "1")).await?;
        Ok(rows.into_iter().next().map(Row::line))
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
        let bot = self.author(at);
        let body = json!({ "message": message, "tree": tree, "parents": parents, "author": bot, "committer": bot });
        Ok(self.post("a new commit", "/git/commits", body).await?.read::<Made>()?.sha)
    }
}
