//! Pull requests: found, opened, edited.

use chrono::{DateTime, Utc};
use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::{
    address,
    model::{MergedBy, MergedPull, PullRequest},
    problem::{GithubProblem, GithubResult},
    repository::Repository,
};

/// A pull request as GitHub shows it; lists leave out all that follows `merged_at`.
#[derive(Deserialize)]
struct ShownPull {
    #[serde(default)]
    node_id: String,
    number: u64,
    #[serde(default)]
    html_url: String,
    #[serde(default)]
    title: String,
    user: Option<PullAccount>,
    body: Option<String>,
    state: String,
    #[serde(default)]
    draft: bool,
    head: PullEnd,
    base: PullEnd,
    #[serde(default)]
    labels: Vec<PullLabel>,
    merge_commit_sha: Option<String>,
    merged_at: Option<DateTime<Utc>>,
    merged_by: Option<PullAccount>,
    #[serde(default)]
    auto_merge: serde_json::Value,
    mergeable: Option<bool>,
    mergeable_state: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct PullEnd {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) sha: String,
}

#[derive(Deserialize)]
struct PullLabel {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct PullAccount {
    #[serde(default)]
    login: String,
}

impl Repository {
    /// A pull request by its number.
    pub async fn pull_request(&self, number: u64) -> GithubResult<PullRequest> {
        Ok(self.read::<ShownPull>(self.get(pull(number), format!("/pulls/{number}"))).await?.into())
    }

    /// The newest pull request from branch `head` of this repository to branch `base`, open or not. If it has been
    /// merged, a second request says by whom; if not, `mergeable` is not known here.
    pub async fn find_pull_request(&self, head: &str, base: &str) -> GithubResult<Option<PullRequest>> {
        let call = self
            .get(format!("pull request from `{head}`"), "/pulls")
            .with("head", &format!("{}:{head}", self.owner()))
            .with("base", base)
            .with("state", "all")
            .with("sort", "created")
            .with("direction", "desc")
            .with("per_page", "10");
        let found: Vec<ShownPull> = self.read(call).await?;
        // GitHub ignores a `head` that it does not understand, and would then list them all.
        let newest = found.into_iter().find(|pull| pull.head.name == head && pull.base.name == base);
        match newest {
            Some(pull) if pull.merged_at.is_some() => self.pull_request(pull.number).await.map(Some),
            other => Ok(other.map(PullRequest::from)),
        }
    }

    /// The pull requests into a branch that were merged after a moment, among the hundred closed ones that changed last.
    pub async fn merged_since(&self, base: &str, since: DateTime<Utc>) -> GithubResult<Vec<MergedPull>> {
        let call = self
            .get(format!("pull requests into `{base}`"), "/pulls")
            .with("base", base)
            .with("state", "closed")
            .with("sort", "updated")
            .with("direction", "desc")
            .with("per_page", "100");
        let found: Vec<ShownPull> = self.read(call).await?;
        let into = found.into_iter().filter(|pull| pull.base.name == base);
        let merged = into.filter_map(|pull| {
            let at = pull.merged_at.filter(|at| *at > since)?;
            Some(MergedPull { number: pull.number, head: pull.head.name, at })
        });
        Ok(merged.collect())
    }

    /// The numbers of the open pull requests that come from a branch of this repository or go into it.
    pub async fn open_pull_requests_of(&self, branch: &str) -> GithubResult<Vec<u64>> {
        let call = |side: &str, branch: &str| {
            let call = self.get(format!("pull requests of `{branch}`"), "/pulls").with(side, branch);
            call.with("state", "open").with("per_page", "100")
        };
        let (from, head) = (format!("{}:{branch}", self.owner()), |pull: &ShownPull| pull.head.name == branch);
        let (from, into) = futures::try_join!(
            self.read::<Vec<ShownPull>>(call("head", &from)),
            self.read::<Vec<ShownPull>>(call("base", branch))
        )?;
        // GitHub ignores a `head` that it does not understand, and would then list them all.
        let into = into.into_iter().filter(|pull| pull.base.name == branch);
        Ok(from.into_iter().filter(head).chain(into).map(|pull| pull.number).collect())
    }

    /// The number of the pull request that brought a commit, or is to bring it; nothing if there is none.
    pub async fn pull_request_of(&self, sha: &str) -> GithubResult<Option<u64>> {
        #[derive(Deserialize)]
        struct Numbered {
            number: u64,
        }
        let call =
            self.get(format!("pull requests of commit {sha}"), format!("/commits/{}/pulls", address::segment(sha)?));
        let found: Vec<Numbered> = self.find(call).await?.unwrap_or_default();
        Ok(found.first().map(|pull| pull.number))
    }

    /// Opens a pull request from branch `head` to branch `base`. `AlreadyExists` if an open one has the same two;
    /// `Refused` if there is nothing between them.
    pub async fn open_pull_request(
        &self,
        title: &str,
        body: &str,
        head: &str,
        base: &str,
        draft: bool,
    ) -> GithubResult<PullRequest> {
        let what = format!("pull request from `{head}` to `{base}`");
        let asked = |draft: bool| json!({ "title": title, "body": body, "head": head, "base": base, "draft": draft });
        let answer = match self.post(&what, "/pulls", asked(draft)).await {
            // Some plans of GitHub know no drafts.
            Err(GithubProblem::Refused(words)) if draft && words.to_lowercase().contains("draft pull requests") => {
                self.post(&what, "/pulls", asked(false)).await?
            }
            answer => answer?,
        };
        Ok(answer.read::<ShownPull>()?.into())
    }

    /// Adds labels to those that a pull request has. GitHub makes labels that it does not know.
    pub async fn add_labels(&self, number: u64, labels: &[String]) -> GithubResult<()> {
        self.post(pull(number), format!("/issues/{number}/labels"), json!({ "labels": labels })).await.map(drop)
    }

    /// Assigns people to a pull request; GitHub passes over logins that it may not assign.
    pub async fn add_assignees(&self, number: u64, logins: &[String]) -> GithubResult<()> {
        self.post(pull(number), format!("/issues/{number}/assignees"), json!({ "assignees": logins })).await.map(drop)
    }

    /// Asks people to review a pull request. `Refused` if one of them is no collaborator, or opened it.
    pub async fn request_reviews(&self, number: u64, logins: &[String]) -> GithubResult<()> {
        let path = format!("/pulls/{number}/requested_reviewers");
        self.post(pull(number), path, json!({ "reviewers": logins })).await.map(drop)
    }

    /// Closes a pull request without merging it; one that is closed stays so.
    pub async fn close_pull_request(&self, number: u64) -> GithubResult<()> {
        let path = format!("/pulls/{number}");
        self.change(Method::PATCH, pull(number), path, json!({ "state": "closed" })).await.map(drop)
    }

    /// Replaces a pull request's body.
    pub async fn edit_pull_request_body(&self, number: u64, body: &str) -> GithubResult<()> {
        let path = format!("/pulls/{number}");
        self.change(Method::PATCH, pull(number), path, json!({ "body": body })).await.map(drop)
    }
}

/// What a pull request is called where it is missing.
pub(super) fn pull(number: u64) -> String {
    format!("pull request #{number}")
}

impl From<ShownPull> for PullRequest {
    fn from(shown: ShownPull) -> Self {
        let login = shown.merged_by.map(|account| account.login).unwrap_or_default();
        let merged = shown.merged_at.map(|at| {
            let commit = shown.merge_commit_sha.clone().unwrap_or_default();
            MergedBy { login, at, commit }
        });
        Self {
            id: shown.node_id,
            number: shown.number,
            url: shown.html_url,
            title: shown.title,
            author: shown.user.map(|account| account.login).unwrap_or_default(),
            body: shown.body.unwrap_or_default(),
            open: shown.state == "open",
            draft: shown.draft,
            head: shown.head.name,
            head_sha: shown.head.sha,
            base: shown.base.name,
            labels: shown.labels.into_iter().map(|label| label.name).collect(),
            mergeable: shown.mergeable,
            mergeable_state: shown.mergeable_state.unwrap_or_else(|| "unknown".to_owned()),
            auto_merge: shown.auto_merge.is_object(),
            merged,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn shown(more: &str) -> PullRequest {
        let ends = r#""head":{"ref":"release/v2","sha":"a"},"base":{"ref":"main","sha":"b"}"#;
        serde_json::from_str::<ShownPull>(&format!(r#"{{"number":7,"body":null,{ends},{more}}}"#)).unwrap().into()
    }

    #[test]
    fn a_row_of_a_list_lacks_what_only_the_pull_request_itself_tells() {
        let row = shown(r#""state":"open","merged_at":null,"merge_commit_sha":"trial""#);
        assert!(row.open && row.merged.is_none() && row.mergeable.is_none());
        assert_eq!(row.mergeable_state, "unknown");
    }

    #[test]
    fn only_what_is_merged_has_a_merge_commit() {
        let merged = shown(
            r#""state":"closed","merged_at":"2026-01-02T03:04:05Z","merge_commit_sha":"m","merged_by":{"login":"alice"}"#,
        );
        let by = merged.merged.unwrap();
        assert_eq!((by.login.as_str(), by.commit.as_str(), merged.open), ("alice", "m", false));
    }
}
