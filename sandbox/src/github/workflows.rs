//! Workflow runs: dispatched, started, and ended when the sandbox's clock says so or when somebody decides.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{
    GitHub,
    due::Ends,
    patterns::matches,
    people::User,
    problem::Problem,
    settings::{Outcome, Workflow},
    state::{Dispatch, Run},
};

/// Words in a commit's message that keep a push from starting workflows.
const SKIPS: [&str; 5] = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"];

/// What started a run, and on what.
struct Origin<'a> {
    event: &'static str,
    branch: &'a str,
    sha: &'a str,
    inputs: BTreeMap<String, String>,
}

impl GitHub {
    pub(super) fn find_workflow(&self, name: &str) -> Option<&Workflow> {
        let known =
            |workflow: &&Workflow| workflow.file == name || self.workflow_id(&workflow.file).to_string() == name;
        self.settings().workflows.iter().find(known)
    }

    /// Starts a run of a workflow that somebody dispatches on a branch or tag that stands for `sha`; gives its id.
    pub(super) async fn dispatch_run(
        &self,
        actor: &User,
        workflow: &Workflow,
        branch: &str,
        sha: &str,
        inputs: BTreeMap<String, String>,
    ) -> Result<u64, Problem> {
        self.state().dispatches.push(Dispatch {
            workflow: workflow.file.clone(),
            branch: branch.to_owned(),
            inputs: inputs.clone(),
        });
        let origin = Origin { event: "workflow_dispatch", branch, sha, inputs };
        self.start_run(actor, &workflow.file, origin).await
    }

    /// Starts the workflows that a push to this branch or tag starts, unless the pushed commit asks for none.
    pub(super) async fn start_pushed_runs(
        &self,
        actor: &User,
        (kind, branch): (&str, &str),
        sha: &str,
    ) -> Result<(), Problem> {
        let starts = |workflow: &&Workflow| {
            let patterns = if kind == "tag" { &workflow.on_push_tag } else { &workflow.on_push };
            patterns.iter().any(|pattern| matches(pattern.as_bytes(), branch.as_bytes()))
        };
        for workflow in self.settings().workflows.iter().filter(starts) {
            let commit = self.repository().commit(sha).await?;
            let skipped = commit.is_some_and(|commit| SKIPS.iter().any(|words| commit.message.contains(words)));
            if !skipped {
                let origin = Origin { event: "push", branch, sha, inputs: BTreeMap::new() };
                self.start_run(actor, &workflow.file, origin).await?;
            }
        }
        Ok(())
    }

    async fn start_run(&self, actor: &User, file: &str, origin: Origin<'_>) -> Result<u64, Problem> {
        let Origin { event, branch, sha, inputs } = origin;
        let head_commit = self.repository().commit(sha).await?;
        let head_commit = head_commit.map_or(Value::Null, |commit| self.mentioned_commit_json(&commit));
        let now = self.now();
        let id = {
            let mut state = self.state();
            let id = state.next_id();
            let number = state.runs.iter().filter(|run| run.workflow == file).count() as u64 + 1;
            state.count(format!("run of {file} on {branch}"));
            state.runs.push(Run {
                id,
                workflow: file.to_owned(),
                number,
                attempt: 1,
                event,
                branch: branch.to_owned(),
                sha: sha.to_owned(),
                inputs,
                actor: actor.login.clone(),
                status: "queued",
                conclusion: None,
                approved: false,
                created: now,
                started: now,
                updated: now,
                deployment: None,
                head_commit,
            });
            id
        };
        self.queue_run(actor, id);
        Ok(id)
    }

    /// Runs a run that has ended once more.
    pub(super) fn rerun(&self, actor: &User, id: u64) {
        let now = self.now();
        if let Some(run) = self.state().run(id) {
            run.attempt += 1;
            run.status = "queued";
            run.conclusion = None;
            run.approved = false;
            run.deployment = None;
            run.started = now;
            run.updated = now;
        }
        self.queue_run(actor, id);
    }

    fn queue_run(&self, actor: &User, id: u64) {
        // Due at once: what waits to be started is outstanding.
        self.state().due.insert(id, Some(self.now()));
        self.send_run(actor, id, "requested");
        tokio::spawn(self.clone().drive(id));
    }

    pub(super) async fn drive(self, id: u64) {
        if let Some(due) = self.begin(id).await {
            self.end_at(due, id, Ends::Run);
        }
    }

    /// Starts a queued run; gives when it ends, none if a person decides.
    async fn begin(&self, id: u64) -> Option<DateTime<Utc>> {
        let _turn = self.0.turn.write().await;
        let now = self.now();
        let queued = self.state().run(id).filter(|run| run.status == "queued").cloned()?;
        if !self.reviewers(&queued).is_empty() {
            let mut state = self.state();
            let run = state.run(id)?;
            run.status = "waiting";
            run.updated = now;
            // A person decides.
            state.due.insert(id, None);
            drop(state);
            self.0.webhooks.tell();
            return None;
        }
        let run = {
            let mut state = self.state();
            let run = state.run(id)?;
            run.status = "in_progress";
            run.started = now;
            run.updated = now;
            run.clone()
        };
        let actor = self.state().user(&run.actor).cloned().unwrap_or_else(|| self.settings().bot.clone());
        self.send_run(&actor, id, "in_progress");
        let environment = self.find_workflow(&run.workflow).and_then(|workflow| workflow.environment.clone());
        if let Some(environment) = environment {
            self.begin_deployment(&actor, &run, &environment);
        }
        let mut state = self.state();
        let held = state.held.contains(&run.workflow);
        let due = (!held).then(|| now + self.settings().deploy_time);
        state.due.insert(id, due);
        drop(state);
        self.0.webhooks.tell();
        due
    }

    fn begin_deployment(&self, actor: &User, run: &Run, environment: &str) {
        let more = json!({"environment": environment, "payload": run.inputs});
        let deployment = self.create_deployment(actor, &run.branch, &run.sha, more, Some(run.id));
        let deployment = deployment["id"].as_u64().unwrap_or_default();
        let log = self.html(&format!("/actions/runs/{}", run.id));
        let more = json!({"log_url": log, "target_url": log});
        self.add_deployment_status(actor, deployment, "in_progress", more);
    }

    /// Ends a run and its deployment; does nothing if it has ended already.
    pub(super) fn end_run(&self, id: u64, outcome: Outcome) {
        let now = self.now();
        let run = {
            let mut state = self.state();
            state.due.remove(&id);
            let Some(run) = state.run(id).filter(|run| run.conclusion.is_none()) else {
                drop(state);
                return self.0.webhooks.tell();
            };
            run.status = "completed";
            run.conclusion = Some(outcome);
            run.updated = now;
            run.clone()
        };
        let actor = self.state().user(&run.actor).cloned().unwrap_or_else(|| self.settings().bot.clone());
        if let Some(deployment) = run.deployment {
            let environment = self.find_workflow(&run.workflow).and_then(|workflow| workflow.environment.clone());
            if let Some(environment) = environment.filter(|_| outcome == Outcome::Success) {
                let wanted = run.inputs.get("digest").map(String::as_str);
                self.ship(deployment, &environment, &run.sha, wanted);
            }
            let state = if outcome == Outcome::Success { "success" } else { "failure" };
            let log = self.html(&format!("/actions/runs/{id}"));
            self.add_deployment_status(&actor, deployment, state, json!({"log_url": log, "target_url": log}));
        }
        self.send_run(&actor, id, "completed");
        self.0.webhooks.tell();
    }

    fn send_run(&self, actor: &User, id: u64, action: &str) {
        let run = self.state().run(id).cloned();
        let Some(run) = run else { return };
        let workflow = self.find_workflow(&run.workflow).map(|workflow| self.workflow_json(workflow));
        let payload = json!({"action": action, "workflow_run": self.run_json(&run), "workflow": workflow});
        self.send("workflow_run", actor, payload);
    }

    /// Says how the next run of a workflow ends, or the next deployment to an environment that waits for deployments;
    /// several wait in line. `ci.yml` is the check on pull requests.
    pub fn next_outcome(&self, workflow: &str, outcome: Outcome) {
        self.state().outcomes.entry(workflow.to_owned()).or_default().push_back(outcome);
    }

    /// The outcomes that were told for the next runs of a workflow, the next one first.
    pub fn told_outcomes(&self, workflow: &str) -> Vec<Outcome> {
        self.state().outcomes.get(workflow).into_iter().flatten().copied().collect()
    }

    /// Takes back what was told about the next runs of a workflow.
    pub fn forget_outcomes(&self, workflow: &str) {
        self.state().outcomes.remove(workflow);
    }

    /// Lets runs of a workflow, or deployments to an environment that waits for them, that start from now on go on until [`GitHub::finish`].
    pub fn hold(&self, workflow: &str) {
        self.state().held.push(workflow.to_owned());
    }

    /// Lets new runs of a workflow end by themselves again.
    pub fn stop_holding(&self, workflow: &str) {
        self.state().held.retain(|held| held != workflow);
    }

    /// Ends a run, a deployment, or a check that the sandbox runs, now.
    pub async fn finish(&self, id: u64, outcome: Outcome) {
        let _turn = self.0.turn.write().await;
        if self.state().runs.iter().any(|run| run.id == id) {
            self.end_run(id, outcome);
        } else if self.state().deployments.iter().any(|found| found["id"] == id) {
            self.end_deployment(id, outcome);
        } else {
            self.end_check(id, outcome);
        }
    }
}
