//! What can be seen from outside: branches, tags, pull requests, runs, and what is live where.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{GitHub, problem::Problem, settings::Outcome, state::Dispatch};

/// A branch or a tag.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RefView {
    /// The short name.
    pub name: String,
    /// The commit it stands for.
    pub commit: String,
    /// Whether it is an annotated tag.
    pub annotated: bool,
}

/// A pull request.
#[derive(Debug, Clone, serde::Serialize)]
pub struct PullView {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its body.
    pub body: Option<String>,
    /// Who opened it.
    pub author: String,
    /// The branch that is to be merged.
    pub head: String,
    /// The tip of that branch.
    pub head_sha: String,
    /// The branch it is to be merged into.
    pub base: String,
    /// Whether it is open.
    pub open: bool,
    /// When it was closed or merged.
    pub closed: Option<DateTime<Utc>>,
    /// Whether it has been merged.
    pub merged: bool,
    /// Who merged it.
    pub merged_by: Option<String>,
    /// The commit that brought it into its base.
    pub merge_commit: Option<String>,
    /// Its labels.
    pub labels: Vec<String>,
    /// How `ci` stands on its head: `success`, `failure`, `pending`; none if it has not run.
    pub ci: Option<&'static str>,
    /// How many people approve of it.
    pub approvals: u64,
    /// Whose review is asked for.
    pub reviewers: Vec<String>,
}

/// A workflow run.
#[derive(Debug, Clone, serde::Serialize)]
pub struct RunView {
    /// Its id.
    pub id: u64,
    /// The workflow's file name.
    pub workflow: String,
    /// What started it: `workflow_dispatch` or `push`.
    pub event: &'static str,
    /// The branch or tag it runs on.
    pub branch: String,
    /// The commit it runs on.
    pub sha: String,
    /// Its inputs.
    pub inputs: BTreeMap<String, String>,
    /// Who started it.
    pub actor: String,
    /// `queued`, `in_progress` or `completed`.
    pub status: &'static str,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// When it was created.
    pub created: DateTime<Utc>,
    /// When it last changed.
    pub updated: DateTime<Utc>,
}

impl GitHub {
    /// Every branch, sorted by name.
    pub fn branches(&self) -> Vec<RefView> {
        self.ref_views("refs/heads/")
    }

    /// Every tag, sorted by name.
    pub fn tags(&self) -> Vec<RefView> {
        self.ref_views("refs/tags/")
    }

    fn ref_views(&self, start: &str) -> Vec<RefView> {
        let view = |found: super::repository::Ref| RefView {
            name: found.name.strip_prefix(start).unwrap_or(&found.name).to_owned(),
            commit: found.commit,
            annotated: found.kind == "tag",
        };
        self.repository().refs(start).into_iter().map(view).collect()
    }

    /// A file's text at a branch, a tag or a sha; none if it is not there.
    pub async fn file(&self, reference: &str, path: &str) -> Result<Option<String>, Problem> {
        let Some(commit) = self.repository().resolve(reference).await? else { return Ok(None) };
        let bytes = self.repository().file(&commit, path).await?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Every pull request, oldest first.
    pub fn pull_requests(&self) -> Vec<PullView> {
        let pulls: Vec<_> = self.state().pulls.values().cloned().collect();
        let view = |pull: super::state::Pull| PullView {
            ci: self.check_state(&pull.head_sha, "ci"),
            approvals: self.approvals(pull.number),
            reviewers: pull.reviewers.clone(),
            merged: pull.merged.is_some(),
            merged_by: pull.merged.as_ref().map(|merged| merged.by.clone()),
            merge_commit: pull.merged.map(|merged| merged.sha),
            number: pull.number,
            title: pull.title,
            body: pull.body,
            author: pull.author,
            head: pull.head,
            head_sha: pull.head_sha,
            base: pull.base,
            open: pull.open,
            closed: pull.closed,
            labels: pull.labels,
        };
        pulls.into_iter().map(view).collect()
    }

    /// The texts of the comments on a pull request, oldest first.
    pub fn comments(&self, number: u64) -> Vec<String> {
        let state = self.state();
        let of = state.comments.iter().filter(|(of, _)| *of == number);
        of.filter_map(|(_, comment)| comment["body"].as_str().map(str::to_owned)).collect()
    }

    /// The names of the labels that exist.
    pub fn labels(&self) -> Vec<String> {
        self.state().labels.iter().filter_map(|label| label["name"].as_str().map(str::to_owned)).collect()
    }

    /// Every release, as the REST API shows it.
    pub fn releases(&self) -> Vec<Value> {
        self.state().releases.clone()
    }

    /// Every deployment, as the REST API shows it.
    pub fn deployments(&self) -> Vec<Value> {
        self.state().deployments.clone()
    }

    /// Every run, oldest first.
    pub fn runs(&self) -> Vec<RunView> {
        let runs = self.state().runs.clone();
        runs.into_iter().map(run_view).collect()
    }

    /// The ids of the `ci` checks that are still running, each with its commit.
    pub fn running_checks(&self) -> Vec<(u64, String)> {
        let state = self.state();
        let running = state.checks.iter().filter(|check| check["status"] != "completed" && check["name"] == "ci");
        let pair = |check: &Value| Some((check["id"].as_u64()?, check["head_sha"].as_str()?.to_owned()));
        running.filter_map(pair).collect()
    }

    /// Every dispatch of a workflow, in order.
    pub fn dispatches(&self) -> Vec<(String, String, BTreeMap<String, String>)> {
        let all = self.state().dispatches.clone();
        all.into_iter().map(|Dispatch { workflow, branch, inputs }| (workflow, branch, inputs)).collect()
    }
}

/// What is seen of a run.
pub(super) fn run_view(run: super::state::Run) -> RunView {
    RunView {
        id: run.id,
        workflow: run.workflow,
        event: run.event,
        branch: run.branch,
        sha: run.sha,
        inputs: run.inputs,
        actor: run.actor,
        status: run.status,
        outcome: run.conclusion,
        created: run.created,
        updated: run.updated,
    }
}
