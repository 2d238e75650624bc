//! Workflows: started, and their runs watched.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::{
    address,
    model::{Run, RunStatus},
    problem::GithubResult,
    repository::Repository,
};
use crate::domain::deploy::run_end::RunStop;

/// A run as GitHub shows it; much of it may be missing or null.
#[derive(Deserialize)]
struct ShownRun {
    id: u64,
    #[serde(default)]
    html_url: String,
    #[serde(default)]
    head_sha: String,
    head_branch: Option<String>,
    status: Option<String>,
    conclusion: Option<String>,
    created_at: DateTime<Utc>,
    run_started_at: Option<DateTime<Utc>>,
    updated_at: Option<DateTime<Utc>>,
    run_attempt: Option<u64>,
    workflow_id: Option<u64>,
}

/// An environment for which a run waits.
#[derive(Deserialize)]
struct Pending {
    #[serde(default)]
    reviewers: Vec<Reviewer>,
}

#[derive(Deserialize)]
struct Reviewer {
    #[serde(rename = "type")]
    kind: String,
    reviewer: ReviewerName,
}

/// A person has a login, a team a name.
#[derive(Deserialize)]
struct ReviewerName {
    login: Option<String>,
    name: Option<String>,
}

/// A workflow run by the name of its workflow.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NamedRun {
    /// The workflow's name.
    #[serde(default)]
    pub name: String,
    /// Its page.
    #[serde(default, rename = "html_url")]
    pub url: String,
}

#[derive(Deserialize)]
struct NamedPage {
    #[serde(default)]
    workflow_runs: Vec<NamedRun>,
}

#[derive(Deserialize)]
struct RunPage {
    #[serde(default)]
    workflow_runs: Vec<ShownRun>,
}

#[derive(Deserialize)]
struct Dispatched {
    workflow_run_id: Option<u64>,
    html_url: Option<String>,
}

impl Repository {
    /// A workflow run; for whom it waits, or what came in its place, is asked for too.
    pub async fn run(&self, id: u64) -> GithubResult<Run> {
        let call = self.get(format!("workflow run {id}"), format!("/actions/runs/{id}"));
        let shown: ShownRun = self.read(call).await?;
        let workflow = shown.workflow_id;
        let mut run = Run::from(shown);
        match &run.status {
            // What GitHub does not show of that is left out: the run itself was seen.
            RunStatus::Waiting(_) => {
                run.status = RunStatus::Waiting(self.reviewers(id).await.unwrap_or_default());
            }
            RunStatus::Stopped(RunStop::Cancelled) => {
                let newer = self.newer(&run, workflow).await.ok().flatten();
                run.status = RunStatus::Stopped(newer.map_or(RunStop::Cancelled, RunStop::Superseded));
            }
            RunStatus::Going | RunStatus::Succeeded | RunStatus::Failed(_) | RunStatus::Stopped(_) => {}
        }
        Ok(run)
    }

    /// Who may let a run deploy.
    async fn reviewers(&self, id: u64) -> GithubResult<Vec<String>> {
        let path = format!("/actions/runs/{id}/pending_deployments");
        let pending: Vec<Pending> = self.read(self.get(format!("workflow run {id}"), path)).await?;
        let mut names: Vec<String> = vec![];
        for Reviewer { kind, reviewer } in pending.into_iter().flat_map(|pending| pending.reviewers) {
            let Some(name) = reviewer.login.or(reviewer.name) else { continue };
            let name = if kind == "Team" { format!("the team {name}") } else { name };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// The page of the newest run of the same workflow on the same branch or tag, if that was made later.
    async fn newer(&self, run: &Run, workflow: Option<u64>) -> GithubResult<Option<String>> {
        let (Some(workflow), Some(git_ref)) = (workflow, &run.head_branch) else { return Ok(None) };
        let since = run.created_at.trunc_subsecs(0).to_rfc3339_opts(SecondsFormat::Secs, true);
        let call = self
            .get(format!("workflow {workflow}"), format!("/actions/workflows/{workflow}/runs"))
            .with("branch", git_ref)
            .with("created", &format!(">={since}"));
        let page: RunPage = self.read(call).await?;
        let later = |other: &ShownRun| other.id > run.id && other.created_at >= run.created_at;
        let newest = page.workflow_runs.into_iter().filter(later).max_by_key(|other| (other.created_at, other.id));
        Ok(newest.map(|newest| newest.html_url))
    }

    /// The runs of a workflow file (`deploy.yml`) that `event` started on a branch or tag (`workflow_dispatch`: by hand or
    /// by a bot; `push`), from `since` on (whole seconds count), newest first. One request per page of 100.
    pub async fn runs(
        &self,
        workflow: &str,
        event: &str,
        git_ref: &str,
        since: DateTime<Utc>,
    ) -> GithubResult<Vec<Run>> {
        // GitHub's times have no fractions: a run made in the very second of `since` must not be missed.
        let since = since.trunc_subsecs(0);
        let call = self
            .get(workflow_named(workflow), runs_path(workflow, "runs")?)
            .with("event", event)
            .with("branch", git_ref)
            .with("created", &format!(">={}", since.to_rfc3339_opts(SecondsFormat::Secs, true)));
        let shown = self.all(call, |page: RunPage| page.workflow_runs).await?;
        Ok(shown.into_iter().map(Run::from).filter(|run| run.created_at >= since).collect())
    }

    /// The runs of all workflows on a commit, newest first.
    pub async fn runs_on(&self, sha: &str) -> GithubResult<Vec<NamedRun>> {
        let call = self.get(format!("runs on commit {sha}"), "/actions/runs").with("head_sha", sha);
        self.all(call, |page: NamedPage| page.workflow_runs).await
    }

    /// Starts a workflow file (`deploy.yml`) on a branch or tag and gives the run's id, if GitHub tells it: older servers do
    /// not. `NotFound` if there is no such workflow on the default branch, `Refused` if it has no `workflow_dispatch` or
    /// not these inputs.
    pub async fn dispatch(
        &self,
        workflow: &str,
        git_ref: &str,
        inputs: &BTreeMap<String, String>,
    ) -> GithubResult<Option<(u64, String)>> {
        address::git_name(git_ref)?;
        let body = json!({ "ref": git_ref, "inputs": inputs, "return_run_details": true });
        let answer = self.post(workflow_named(workflow), runs_path(workflow, "dispatches")?, body).await?;
        match answer.status {
            StatusCode::NO_CONTENT => Ok(None),
            _ => {
                let made: Dispatched = answer.read()?;
                Ok(made.workflow_run_id.map(|id| (id, made.html_url.unwrap_or_default())))
            }
        }
    }
}

fn workflow_named(workflow: &str) -> String {
    format!("workflow `{workflow}`")
}

fn runs_path(workflow: &str, end: &str) -> GithubResult<String> {
    Ok(format!("/actions/workflows/{}/{end}", address::segment(workflow)?))
}

impl From<ShownRun> for Run {
    fn from(shown: ShownRun) -> Self {
        let status = match (shown.status.as_deref(), shown.conclusion.as_deref()) {
            (_, Some("success")) => RunStatus::Succeeded,
            (_, Some("cancelled")) => RunStatus::Stopped(RunStop::Cancelled),
            (_, Some("skipped")) => RunStatus::Stopped(RunStop::Skipped),
            (_, Some("timed_out")) => RunStatus::Failed("a timeout: it took longer than GitHub lets it".to_owned()),
            (_, Some("startup_failure")) => RunStatus::Failed("a failure before its first job began".to_owned()),
            (_, Some(word)) => RunStatus::Failed(word.to_owned()),
            (Some("completed"), None) => RunStatus::Failed("completed without a conclusion".to_owned()),
            (Some("waiting"), None) => RunStatus::Waiting(vec![]),
            _ => RunStatus::Going,
        };
        let attempt = shown.run_attempt.unwrap_or(1);
        let status = match status {
            RunStatus::Failed(how) if attempt > 1 => RunStatus::Failed(format!("{how} (attempt {attempt})")),
            status => status,
        };
        let started_at = shown.run_started_at.unwrap_or(shown.created_at);
        Self {
            id: shown.id,
            url: shown.html_url,
            head_sha: shown.head_sha,
            head_branch: shown.head_branch,
            created_at: shown.created_at,
            started_at,
            updated_at: shown.updated_at.unwrap_or(started_at),
            status,
            attempt,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn run(more: &str) -> Run {
        let text = format!(r#"{{"id":1,"created_at":"2026-01-02T03:04:05Z","head_branch":null,{more}}}"#);
        serde_json::from_str::<ShownRun>(&text).unwrap().into()
    }

    #[test]
    fn a_run_goes_until_it_has_a_conclusion() {
        for status in ["queued", "in_progress", "requested", "pending"] {
            let run = run(&format!(r#""status":"{status}","conclusion":null"#));
            assert_eq!(run.status, RunStatus::Going);
            assert_eq!(run.updated_at, run.created_at);
        }
        assert_eq!(run(r#""status":"completed","conclusion":"success""#).status, RunStatus::Succeeded);
        assert!(matches!(run(r#""status":"completed","conclusion":null"#).status, RunStatus::Failed(_)));
    }

    #[test]
    fn what_did_not_succeed_has_a_name() {
        let of = |conclusion: &str| run(&format!(r#""status":"completed","conclusion":"{conclusion}""#));
        let again = run(r#""status":"completed","conclusion":"failure","run_attempt":2"#);
        assert_eq!(again.status, RunStatus::Failed("failure (attempt 2)".into()));
        assert_eq!(of("cancelled").status, RunStatus::Stopped(RunStop::Cancelled));
        assert_eq!(of("skipped").status, RunStatus::Stopped(RunStop::Skipped));
        assert_eq!(of("failure").status, RunStatus::Failed("failure".into()));
        for (word, said) in
            [("timed_out", "timeout"), ("startup_failure", "first job"), ("action_required", "required")]
        {
            assert!(matches!(of(word).status, RunStatus::Failed(how) if how.contains(said)), "{word}");
        }
        assert_eq!(run(r#""status":"waiting","conclusion":null"#).status, RunStatus::Waiting(vec![]));
        assert_eq!((again.attempt, of("failure").attempt), (2, 1));
    }
}
