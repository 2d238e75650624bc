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

/// A run as GitHub shows it; much of it may be missing or null.
#[derive(Deserialize)]
struct Shown {
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
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    workflow_runs: Vec<Shown>,
}

#[derive(Deserialize)]
struct Dispatched {
    workflow_run_id: Option<u64>,
    html_url: Option<String>,
}

impl Repository {
    /// A workflow run.
    pub async fn run(&self, id: u64) -> GithubResult<Run> {
        let call = self.get(format!("workflow run {id}"), format!("/actions/runs/{id}"));
        Ok(self.read::<Shown>(call).await?.into())
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
        let shown = self.all(call, |page: Page| page.workflow_runs).await?;
        Ok(shown.into_iter().map(Run::from).filter(|run| run.created_at >= since).collect())
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

impl From<Shown> for Run {
    fn from(shown: Shown) -> Self {
        let status = match (shown.status.as_deref(), shown.conclusion.as_deref()) {
            (_, Some("success")) => RunStatus::Succeeded,
            (_, Some(word)) => RunStatus::Failed(word.to_owned()),
            (Some("completed"), None) => RunStatus::Failed("completed without a conclusion".to_owned()),
            _ => RunStatus::Going,
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
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn run(more: &str) -> Run {
        let text = format!(r#"{{"id":1,"created_at":"2026-01-02T03:04:05Z","head_branch":null,{more}}}"#);
        serde_json::from_str::<Shown>(&text).unwrap().into()
    }

    #[test]
    fn a_run_goes_until_it_has_a_conclusion() {
        for status in ["queued", "in_progress", "waiting", "requested", "pending"] {
            let run = run(&format!(r#""status":"{status}","conclusion":null"#));
            assert_eq!(run.status, RunStatus::Going);
            assert_eq!(run.updated_at, run.created_at);
        }
        assert_eq!(run(r#""status":"completed","conclusion":"success""#).status, RunStatus::Succeeded);
        let cancelled = run(r#""status":"completed","conclusion":"cancelled""#);
        assert_eq!(cancelled.status, RunStatus::Failed("cancelled".into()));
        assert!(matches!(run(r#""status":"completed","conclusion":null"#).status, RunStatus::Failed(_)));
    }
}
