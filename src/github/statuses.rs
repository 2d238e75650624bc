//! Commit statuses: written under a context of ours.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    address,
    problem::{GithubProblem, GithubResult},
    pulls::PullEnd,
    repository::Repository,
};

/// The longest description that GitHub takes, in characters.
pub const LONGEST_DESCRIPTION: usize = 140;

/// How GitHub begins to say that there is no such commit; where the token may not write, or the repository is gone, it says
/// 404.
const NO_COMMIT: &str = "No commit found for SHA";

/// A status to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStatus<'a> {
    /// The name that branches require.
    pub context: &'a str,
    /// Success or failure.
    pub good: bool,
    /// Why, in at most 140 characters; the rest is cut.
    pub description: &'a str,
    /// Where it leads.
    pub target_url: Option<&'a str>,
}

/// What became of a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrote {
    /// GitHub has it.
    There {
        /// Its id; later ones have greater ones.
        id: u64,
        /// The login that it bears: the bot's own.
        by: String,
    },
    /// There is no such commit any more.
    NoCommit,
}

/// The rows of an open pull request's list that matter to its head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPull {
    /// Its number.
    pub number: u64,
    /// Its head commit.
    pub head: String,
    /// The branch it goes to.
    pub base: String,
    /// The GitHub login of its author.
    pub author: String,
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: String,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it last changed.
    pub updated: DateTime<Utc>,
    /// Whether it is a draft.
    pub draft: bool,
    /// Whether GitHub merges it by itself as soon as nothing is in the way.
    pub auto_merge: bool,
    /// Whether anybody who may merge could do it now, as far as is known.
    pub mergeable: bool,
    /// What a page of all of them shows of the statuses on its head; nothing where it was read by itself.
    pub shown: Option<ShownStatuses>,
}

/// The bot's two statuses on a commit, as a page shows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShownStatuses {
    /// The one that says why something must not be merged.
    pub freeze: Option<ShownStatus>,
    /// The leave that a ruleset requires.
    pub pass: Option<ShownStatus>,
}

/// How a status stands, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownStatus {
    /// Whether it is a success.
    pub good: bool,
    /// The login of whoever wrote it; empty if the account is gone.
    pub by: String,
}

/// The status of a context that counts on a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatestStatus {
    /// Its id; later ones have greater ones.
    pub id: u64,
    /// Whether it is a success.
    pub good: bool,
}

#[derive(Deserialize)]
struct StatusRow {
    id: u64,
    state: String,
    context: String,
    creator: Option<StatusAccount>,
}

#[derive(Deserialize)]
struct CombinedStatus {
    #[serde(default)]
    statuses: Vec<StatusRow>,
}

#[derive(Deserialize)]
struct PullRow {
    number: u64,
    state: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    html_url: String,
    user: Option<StatusAccount>,
    head: PullEnd,
    base: PullEnd,
    created_at: DateTime<Utc>,
    updated_at: Option<DateTime<Utc>>,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    auto_merge: Value,
}

#[derive(Deserialize)]
struct StatusAccount {
    login: String,
}

impl Repository {
    /// Writes a status on a commit; GitHub's answer says that it has it. `Refused` with GitHub's words where it takes none,
    /// such as on a commit that bears 1000 of this context.
    pub async fn set_status(&self, sha: &str, status: &NewStatus<'_>) -> GithubResult<Wrote> {
        // GitHub refuses what does not fit into three bytes of UTF-8, such as emoji.
        let fits = |letter: &char| letter.len_utf8() < 4;
        let description: String = status.description.chars().filter(fits).take(LONGEST_DESCRIPTION).collect();
        let state = if status.good { "success" } else { "failure" };
        let mut body = json!({ "state": state, "context": status.context, "description": description });
        if let Some(url) = status.target_url {
            body["target_url"] = json!(url);
        }
        let what = format!("status {} on {sha}", status.context);
        let answer = match self.post(&what, format!("/statuses/{sha}"), body).await {
            Ok(answer) => answer.read::<StatusRow>()?,
            Err(GithubProblem::Refused(words)) if words.starts_with(NO_COMMIT) => return Ok(Wrote::NoCommit),
            Err(problem) => return Err(problem),
        };
        match answer.state == state && answer.context == status.context {
            true => Ok(Wrote::There { id: answer.id, by: answer.creator.map(|by| by.login).unwrap_or_default() }),
            false => Err(GithubProblem::Unreadable(format!("it has {} for {what}", answer.state))),
        }
    }

    /// The status of a context that counts on a commit; nothing if there is none.
    pub async fn latest_status(&self, sha: &str, context: &str) -> GithubResult<Option<LatestStatus>> {
        let call = self.get(format!("commit {sha}"), format!("/commits/{}/status", address::segment(sha)?));
        let found = self.all(call, |page: CombinedStatus| page.statuses).await?;
        let latest = found.into_iter().find(|status| status.context == context);
        Ok(latest.map(|status| LatestStatus { id: status.id, good: status.state == "success" }))
    }

    /// The login of whoever wrote a status; nothing if the account is gone, or a hundred others have been written since.
    pub async fn status_writer(&self, sha: &str, id: u64) -> GithubResult<Option<String>> {
        let path = format!("/commits/{}/statuses", address::segment(sha)?);
        let call = self.get(format!("statuses of commit {sha}"), path).with("per_page", "100");
        let found: Vec<StatusRow> = self.read(call).await?;
        let status = found.into_iter().find(|status| status.id == id);
        Ok(status.and_then(|status| status.creator).map(|by| by.login))
    }

    /// Every open pull request, oldest first, without what a page of GraphQL shows beside; one request for each hundred.
    pub(super) async fn listed_pulls(&self) -> GithubResult<Vec<OpenPull>> {
        let call = self
            .get("open pull requests", "/pulls")
            .with("state", "open")
            .with("sort", "created")
            .with("direction", "asc");
        let rows = self.all(call, |rows: Vec<PullRow>| rows).await?;
        Ok(rows.into_iter().filter_map(PullRow::open).collect())
    }

    /// One pull request, if it is open.
    pub async fn open_pull(&self, number: u64) -> GithubResult<Option<OpenPull>> {
        let call = self.get(super::pulls::pull(number), format!("/pulls/{number}"));
        Ok(self.find::<PullRow>(call).await?.and_then(PullRow::open))
    }
}

impl PullRow {
    fn open(self) -> Option<OpenPull> {
        (self.state == "open").then(|| OpenPull {
            number: self.number,
            head: self.head.sha,
            base: self.base.name,
            author: self.user.map(|user| user.login).unwrap_or_default(),
            title: self.title,
            url: self.html_url,
            created: self.created_at,
            updated: self.updated_at.unwrap_or(self.created_at),
            draft: self.draft,
            auto_merge: self.auto_merge.is_object(),
            mergeable: false,
            shown: None,
        })
    }
}
