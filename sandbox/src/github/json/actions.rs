//! Workflows, their runs and jobs.

use serde_json::{Value, json};

use crate::github::{GitHub, settings::Workflow, stamp, state::Run};

impl GitHub {
    /// The number of a workflow: its place in the settings.
    pub(in crate::github) fn workflow_id(&self, file: &str) -> u64 {
        let place = self.settings().workflows.iter().position(|workflow| workflow.file == file);
        70_000_000 + place.map_or(0, |place| place as u64 + 1)
    }

    pub(in crate::github) fn workflow_json(&self, workflow: &Workflow) -> Value {
        let id = self.workflow_id(&workflow.file);
        let path = format!(".github/workflows/{}", workflow.file);
        json!({
            "id": id, "node_id": format!("W_{id}"), "name": workflow.name, "path": path, "state": "active",
            "created_at": "2020-03-02T09:00:00Z", "updated_at": "2020-03-02T09:00:00Z",
            "url": self.url(&format!("/actions/workflows/{id}")), "html_url": self.html(&format!("/blob/{}/{path}", self.settings().default_branch)),
            "badge_url": self.html(&format!("/workflows/{}/badge.svg", workflow.file)),
        })
    }

    pub(in crate::github) fn run_json(&self, run: &Run) -> Value {
        let Run { id, .. } = run;
        let workflow = self.settings().workflows.iter().find(|workflow| workflow.file == run.workflow);
        let name = workflow.map_or(run.workflow.as_str(), |workflow| workflow.name.as_str());
        let url = self.url(&format!("/actions/runs/{id}"));
        let workflow_id = self.workflow_id(&run.workflow);
        let actor = self.login_json(&run.actor);
        let repository = self.repository_json();
        let subject = run.head_commit["message"].as_str().and_then(|message| message.lines().next());
        let title = if run.event == "push" { subject.unwrap_or(name) } else { name };
        let previous = (run.attempt > 1).then(|| format!("{url}/attempts/{}", run.attempt - 1));
        json!({
            "id": id, "name": name, "node_id": format!("WFR_{id}"), "check_suite_id": id + 500_000_000,
            "check_suite_node_id": format!("CS_{id}"), "head_branch": run.branch, "head_sha": run.sha,
            "path": format!(".github/workflows/{}", run.workflow), "display_title": title,
            "run_number": run.number, "event": run.event, "status": run.status,
            "conclusion": run.conclusion.map(|outcome| outcome.word()), "workflow_id": workflow_id, "url": url,
            "html_url": self.html(&format!("/actions/runs/{id}")), "pull_requests": [],
            "created_at": stamp(run.created), "updated_at": stamp(run.updated), "actor": actor,
            "run_attempt": run.attempt, "referenced_workflows": [], "run_started_at": stamp(run.started),
            "triggering_actor": actor, "jobs_url": format!("{url}/jobs"), "logs_url": format!("{url}/logs"),
            "check_suite_url": self.url(&format!("/check-suites/{}", id + 500_000_000)),
            "artifacts_url": format!("{url}/artifacts"), "cancel_url": format!("{url}/cancel"),
            "rerun_url": format!("{url}/rerun"), "previous_attempt_url": previous,
            "workflow_url": self.url(&format!("/actions/workflows/{workflow_id}")),
            "head_commit": run.head_commit, "repository": repository, "head_repository": repository,
        })
    }

    /// The one job of a run.
    pub(in crate::github) fn job_json(&self, run: &Run) -> Value {
        let Run { id, .. } = run;
        let job = id + 700_000_000;
        let completed = run.conclusion.map(|_| stamp(run.updated));
        let conclusion = run.conclusion.map(|outcome| outcome.word());
        let step = json!({
            "name": "Deploy", "status": run.status, "conclusion": conclusion, "number": 1,
            "started_at": stamp(run.started), "completed_at": completed,
        });
        json!({
            "id": job, "run_id": id, "workflow_name": run.workflow, "head_branch": run.branch,
            "run_url": self.url(&format!("/actions/runs/{id}")), "run_attempt": run.attempt,
            "node_id": format!("CR_{job}"), "head_sha": run.sha, "url": self.url(&format!("/actions/jobs/{job}")),
            "html_url": self.html(&format!("/actions/runs/{id}/job/{job}")), "status": run.status,
            "conclusion": conclusion, "created_at": stamp(run.created), "started_at": stamp(run.started),
            "completed_at": completed, "name": "deploy", "steps": [step],
            "check_run_url": self.url(&format!("/check-runs/{job}")), "labels": ["ubuntu-latest"], "runner_id": 1,
            "runner_name": "sandbox", "runner_group_id": 1, "runner_group_name": "GitHub Actions",
        })
    }
}
