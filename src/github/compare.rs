//! How two commits relate, and what lies between them.

use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;

use super::{
    address,
    model::{CommitLine, Comparison},
    problem::GithubResult,
    repository::{Made, Repository},
};

/// Commits per page; GitHub's most.
const PAGE: u64 = 100;
/// The most pages that are read.
const MOST_PAGES: u64 = 50;
/// The account as which GitHub makes commits for people: on its merge button, and for what is merged through its API.
const GITHUB: &str = "web-flow";
/// How many pages are asked for at once.
const AT_ONCE: usize = 4;

/// A page of a comparison; all but the commits is the same on every page, and only the first has the files.
#[derive(Deserialize)]
struct ComparisonPage {
    #[serde(default)]
    html_url: String,
    #[serde(default)]
    commits: Vec<CommitRow>,
    ahead_by: u64,
    behind_by: u64,
    #[serde(default)]
    total_commits: u64,
    merge_base_commit: Made,
    #[serde(default)]
    files: Vec<ComparedFile>,
}

#[derive(Deserialize)]
struct ComparedFile {
    filename: String,
    #[serde(default)]
    status: String,
    sha: Option<String>,
}

/// A commit as lists show it.
#[derive(Deserialize)]
pub(super) struct CommitRow {
    sha: String,
    commit: CommitText,
    /// Nothing if GitHub knows nobody with the author's address; an empty object if the account is gone.
    author: Option<CommitAccount>,
    committer: Option<CommitAccount>,
    #[serde(default)]
    parents: Vec<Made>,
}

#[derive(Deserialize)]
struct CommitText {
    #[serde(default)]
    message: String,
    author: Option<AuthorName>,
    verification: Option<Verification>,
}

#[derive(Deserialize)]
struct Verification {
    #[serde(default)]
    verified: bool,
}

#[derive(Deserialize)]
struct AuthorName {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
}

#[derive(Deserialize)]
struct CommitAccount {
    login: Option<String>,
}

impl Repository {
    /// What `head` has that `base` has not; both may be branches, tags or commits. One request per 100 commits, and no more
    /// than the newest 4,900 of them and the oldest 100.
    pub async fn compare(&self, base: &str, head: &str) -> GithubResult<Comparison> {
        let path = format!("/compare/{}...{}", address::git_name(base)?, address::git_name(head)?);
        let call = self.get(format!("comparison of `{base}` with `{head}`"), path).with("per_page", &PAGE.to_string());
        let read = |page: u64| {
            let call = call.clone().with("page", &page.to_string());
            async move { self.read::<ComparisonPage>(call).await }
        };
        let mut first = read(1).await?;
        // The first page has the files; of the others the last ones count, for the newest commits are there.
        let pages = first.total_commits.max(first.ahead_by).div_ceil(PAGE);
        let others = others(2, pages);
        let others: Vec<ComparisonPage> = stream::iter(others.map(read)).buffered(AT_ONCE).try_collect().await?;
        let mut commits: Vec<CommitLine> =
            std::mem::take(&mut first.commits).into_iter().map(CommitRow::line).collect();
        commits.extend(others.into_iter().flat_map(|page| page.commits).map(CommitRow::line));
        Ok(first.compared(commits))
    }
}

impl Repository {
    /// What led to `head`, oldest first, and how many commits of it were not read: no more are than 5,000, the newest and the
    /// oldest ones. One request per 100 commits.
    pub async fn history(&self, head: &str) -> GithubResult<(Vec<CommitLine>, u64)> {
        let call = self.get(format!("commits of `{head}`"), "/commits").with("sha", head);
        let call = call.with("per_page", &PAGE.to_string());
        let first = self.send(call.clone()).await?;
        let read = |page: u64| {
            let call = call.clone().with("page", &page.to_string());
            async move { self.read::<Vec<CommitRow>>(call).await }
        };
        // The newest come first here.
        let pages = first.last_page().unwrap_or(1);
        let read_through = pages.min(MOST_PAGES - 1);
        let oldest = (pages > read_through).then_some(pages);
        let wanted = (2..=read_through).chain(oldest);
        let others: Vec<Vec<CommitRow>> = stream::iter(wanted.map(read)).buffered(AT_ONCE).try_collect().await?;
        let mut rows = first.read::<Vec<CommitRow>>()?;
        rows.extend(others.into_iter().flatten());
        rows.reverse();
        let unread = pages.saturating_sub(MOST_PAGES) * PAGE;
        Ok((rows.into_iter().map(CommitRow::line).collect(), unread))
    }

    /// How `base` and `head` relate, without all that lies between: one request, and at most one commit.
    pub async fn relation(&self, base: &str, head: &str) -> GithubResult<Comparison> {
        let path = format!("/compare/{}...{}", address::git_name(base)?, address::git_name(head)?);
        let call = self.get(format!("comparison of `{base}` with `{head}`"), path).with("per_page", "1");
        // The files come with the first page alone.
        let page: ComparisonPage = self.read(call.with("page", "2")).await?;
        Ok(page.compared(vec![]))
    }
}

/// The pages that are read after the first one: as many as may be, the last ones.
fn others(second: u64, last: u64) -> std::ops::RangeInclusive<u64> {
    let begin = (last + 2).saturating_sub(MOST_PAGES).max(second);
    begin..=last
}

impl ComparisonPage {
    fn compared(self, commits: Vec<CommitLine>) -> Comparison {
        let content =
            |file: &ComparedFile| (file.filename.clone(), (file.status.clone(), file.sha.clone().unwrap_or_default()));
        Comparison {
            contents: self.files.iter().map(content).collect(),
            url: self.html_url,
            commits,
            ahead: self.ahead_by,
            behind: self.behind_by,
            merge_base: self.merge_base_commit.sha,
            files: self.files.into_iter().map(|file| file.filename).collect(),
        }
    }
}

impl CommitRow {
    pub(super) fn line(self) -> CommitLine {
        // Anybody can write GitHub's address into a commit; only GitHub signs as GitHub.
        let signed = self.commit.verification.is_some_and(|verification| verification.verified);
        let login = self.author.and_then(|account| account.login);
        let (name, email) = self.commit.author.map(|signature| (signature.name, signature.email)).unwrap_or_default();
        let committer = self.committer.and_then(|account| account.login);
        CommitLine {
            sha: self.sha,
            author: login.clone().unwrap_or(name),
            login,
            email,
            by_github: signed && committer.as_deref() == Some(GITHUB),
            message: self.commit.message,
            parents: self.parents.len(),
            parent_ids: self.parents.into_iter().map(|parent| parent.sha).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_author_without_an_account_goes_by_their_name_in_git() {
        let author = |account: &str| {
            let commit = r#"{"message":"fix: x","author":{"name":"Alice Ng"}}"#;
            let text = format!(r#"{{"sha":"a","commit":{commit},"author":{account},"parents":[{{"sha":"b"}}]}}"#);
            serde_json::from_str::<CommitRow>(&text).unwrap().line().author
        };
        assert_eq!(author(r#"{"login":"alice"}"#), "alice");
        assert_eq!(author("null"), "Alice Ng");
        assert_eq!(author("{}"), "Alice Ng");
    }

    #[test]
    fn only_what_github_signed_is_made_by_github() {
        let by_github = |committer: &str, verification: &str| {
            let commit = format!(r#"{{"message":"Merge","verification":{verification}}}"#);
            let text = format!(r#"{{"sha":"a","commit":{commit},"committer":{{"login":"{committer}"}}}}"#);
            serde_json::from_str::<CommitRow>(&text).unwrap().line().by_github
        };
        assert!(by_github("web-flow", r#"{"verified":true}"#));
        assert!(!by_github("web-flow", r#"{"verified":false}"#));
        assert!(!by_github("web-flow", "null"));
        assert!(!by_github("bob", r#"{"verified":true}"#));
    }
}
