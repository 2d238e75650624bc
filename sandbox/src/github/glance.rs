//! A commit at a glance, for lists that show many.

use chrono::{DateTime, Utc};

use super::{GitHub, problem::Problem};

/// One commit.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CommitView {
    /// Its sha.
    pub sha: String,
    /// The first line of its message.
    pub subject: String,
    /// The name of its author.
    pub author: String,
    /// When it was committed.
    pub at: DateTime<Utc>,
    /// The commits it builds on.
    pub parents: Vec<String>,
}

impl GitHub {
    /// The commit with this sha, if there is one. Fails if git does.
    pub async fn commit(&self, sha: &str) -> Result<Option<CommitView>, Problem> {
        let found = self.repository().commit(sha).await?;
        Ok(found.map(|commit| CommitView {
            sha: commit.sha.clone(),
            subject: commit.subject().to_owned(),
            author: commit.author.name.clone(),
            at: commit.committer.at.to_utc(),
            parents: commit.parents,
        }))
    }
}
