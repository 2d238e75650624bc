//! Workflow runs: dispatched, started, and ended when the sandbox's clock says so or when somebody decides.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{
    GitHub,
    people::User,
    problem::Problem,
    settings::{Outcome, Workflow},
    state::{Dispatch, Run},
};

impl GitHub {
    pub(super) fn find_workflow(&self, name: &str) -> Option<&Workflow> {
        let known =
            |workflow: &&Workflow| workflow.file == name || self.workflow_id(&workflow.file).to_string() == name;
        self.settings().workflows.iter().find(known)
    }

    /// Starts a run of a workflow on a branch or tag that stands for `sha`, and gives its id.
    pub(super) async fn start_run(
        &self,
        actor: &User,
        workflow: &Workflow,
        branch: &str,
        sha: &str,
        inputs: BTreeMap<String, String>,
    ) -> Result<u64, Problem> {
        let head_commit = self.repository().commit(sha).await?;
        let head_commit = head_commit.map_or(Value::Null, |commit| self.mentioned_commit_json(&commit));
        let now = self.now();
        let file = workflow.file.clone();
        let run = {
            let mut state = self.state();
            let id = state.next_id();
            let number = state.runs.iter().filter(|run| run.workflow == file).count() as u64 + 1;
            state.count(format!("run of {file} on {branch}"));
            state.dispatches.push(Dispatch {
                workflow: file.clone(),
                branch: branch.to_owned(),
                inputs: inputs.clone(),
            });
            let run = Run {
                id,
                workflow: file,
                number,
                attempt: 1,
                branch: branch.to_owned(),
                sha: sha.to_owned(),
                inputs,
                actor: actor.login.clone(),
                status: "queued",
                conclusion: None,
                created: now,
                started: now,
                updated: now,
                deployment: None,
                head_commit,
            };
            state.runs.push(run.clone());
            run
        };
        self.queue_run(actor, run.id);
        Ok(run.id)
    }

    /// Runs a run that has ended once more.
    pub(super) fn rerun(&self, actor: &User, id: u64) {
        let now = self.now();
        if let Some(run) = self.state().run(id) {
            run.attempt += 1;
            run.status = "queued";
            run.conclusion = None;
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

    async fn drive(self, id: u64) {
        let Some(due) = self.begin(id).await else { return };
        self.0.clock.reach(due).await;
        let _turn = self.0.turn.lock().await;
        // Cancelled and run again meanwhile: then somebody else waits for the new end.
        let still = self.state().due.get(&id) == Some(&Some(due));
        if still {
            let workflow = self.state().run(id).map(|run| run.workflow.clone()).unwrap_or_default();
            let outcome = self.state().take_outcome(&workflow);
            self.end_run(id, outcome);
        }
    }

    /// Starts a queued run; gives when it ends, none if a person decides.
    async fn begin(&self, id: u64) -> Option<DateTime<Utc>> {
        let _turn = self.0.turn.lock().await;
        let now = self.now();
        let run = {
            let mut state = self.state();
            let run = state.run(id).filter(|run| run.status == "queued")?;
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

    /// Says how the next run of a workflow ends; several wait in line. `ci.yml` is the check on pull requests.
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

    /// Lets runs of a workflow that start from now on go on until [`GitHub::finish`].
    pub fn hold(&self, workflow: &str) {
        self.state().held.push(workflow.to_owned());
    }

    /// Lets new runs of a workflow end by themselves again.
    pub fn stop_holding(&self, workflow: &str) {
        self.state().held.retain(|held| held != workflow);
    }

    /// Ends a run, or a check that the sandbox runs, now.
    pub async fn finish(&self, id: u64, outcome: Outcome) {
        let _turn = self.0.turn.lock().await;
        if self.state().runs.iter().any(|run| run.id == id) {
            self.end_run(id, outcome);
        } else {
            self.end_check(id, outcome);
        }
    }
}
