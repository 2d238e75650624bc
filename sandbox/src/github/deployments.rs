//! Deployments: who puts which commit where, and how far that has come.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{GitHub, people::User, stamp};

impl GitHub {
    /// Keeps a new deployment, says so, and gives it. `more` overrides the usual keys.
    pub(super) fn create_deployment(
        &self,
        actor: &User,
        reference: &str,
        sha: &str,
        more: Value,
        run: Option<u64>,
    ) -> Value {
        let deployment = self.deployment_json(actor, reference, sha, more, self.now());
        let id = deployment["id"].as_u64().unwrap_or_default();
        {
            let mut state = self.state();
            state.deployments.push(deployment.clone());
            if let Some(run) = run.and_then(|run| state.run(run)) {
                run.deployment = Some(id);
            }
        }
        let mut payload = json!({"action": "created", "deployment": deployment});
        self.add_run_of(id, &mut payload);
        self.send("deployment", actor, payload);
        deployment
    }

    /// A deployment that has not been kept yet.
    pub(super) fn deployment_json(
        &self,
        actor: &User,
        reference: &str,
        sha: &str,
        more: Value,
        at: DateTime<Utc>,
    ) -> Value {
        let id = self.state().next_deployment();
        let url = self.url(&format!("/deployments/{id}"));
        let now = stamp(at);
        let mut deployment = json!({
            "url": url, "id": id, "node_id": format!("DE_{id}"), "sha": sha, "ref": reference, "task": "deploy",
            "payload": {}, "original_environment": "production", "environment": "production", "description": null,
            "creator": self.user_json(actor), "created_at": now, "updated_at": now,
            "statuses_url": format!("{url}/statuses"), "repository_url": self.url(""),
            "transient_environment": false, "production_environment": false, "performed_via_github_app": null,
        });
        for (key, value) in more.as_object().into_iter().flatten() {
            deployment[key.as_str()] = value.clone();
        }
        deployment["original_environment"] = deployment["environment"].clone();
        deployment
    }

    /// Adds a status to a deployment, says so, and gives it; a success retires the environment's earlier deployments.
    pub(super) fn add_deployment_status(&self, actor: &User, deployment: u64, state: &str, more: Value) -> Value {
        let found = self.state().deployments.iter().find(|found| found["id"] == deployment).cloned();
        let found = found.unwrap_or_default();
        let status = self.deployment_status_json(actor, &found, state, more, self.now());
        {
            let mut all = self.state();
            all.deployment_statuses.push((deployment, status.clone()));
            if let Some(found) = all.deployments.iter_mut().find(|found| found["id"] == deployment) {
                found["updated_at"] = status["created_at"].clone();
            }
        }
        if state == "success" {
            self.retire_earlier(actor, &found);
        }
        let mut payload =
            json!({"action": "created", "deployment_status": status, "deployment": found, "check_run": null});
        self.add_run_of(deployment, &mut payload);
        self.send("deployment_status", actor, payload);
        self.report(&found, state, &status["log_url"]);
        status
    }

    fn retire_earlier(&self, actor: &User, latest: &Value) {
        let earlier: Vec<Value> = {
            let all = self.state();
            let same = |found: &&Value| found["environment"] == latest["environment"] && found["id"] != latest["id"];
            all.deployments.iter().filter(same).cloned().collect()
        };
        for found in earlier {
            let id = found["id"].as_u64().unwrap_or_default();
            if self.deployment_state(id).as_deref() == Some("success") {
                let status = self.deployment_status_json(actor, &found, "inactive", Value::Null, self.now());
                self.state().deployment_statuses.push((id, status));
            }
        }
    }

    /// How far a deployment has come, in GitHub's word; none if it is unknown or has no status yet.
    pub fn deployment_state(&self, id: u64) -> Option<String> {
        let all = self.state();
        let latest = all.deployment_statuses.iter().rev().find(|(of, _)| *of == id);
        latest.and_then(|(_, status)| status["state"].as_str().map(str::to_owned))
    }

    /// A status that has not been kept yet.
    pub(super) fn deployment_status_json(
        &self,
        actor: &User,
        deployment: &Value,
        state: &str,
        more: Value,
        at: DateTime<Utc>,
    ) -> Value {
        let id = self.state().next_id();
        let of = deployment["id"].as_u64().unwrap_or_default();
        let url = self.url(&format!("/deployments/{of}"));
        let now = stamp(at);
        let mut status = json!({
            "url": format!("{url}/statuses/{id}"), "id": id, "node_id": format!("DES_{id}"), "state": state,
            "creator": self.user_json(actor), "description": "", "environment": deployment["environment"],
            "target_url": "", "log_url": "", "environment_url": "", "created_at": now, "updated_at": now,
            "deployment_url": url, "repository_url": self.url(""), "performed_via_github_app": null,
        });
        for (key, value) in more.as_object().into_iter().flatten() {
            status[key.as_str()] = value.clone();
        }
        status
    }

    /// Names the run that made a deployment, and its workflow; null if somebody else made it.
    fn add_run_of(&self, deployment: u64, payload: &mut Value) {
        let run = self.state().runs.iter().find(|run| run.deployment == Some(deployment)).cloned();
        let workflow = run.as_ref().and_then(|run| self.find_workflow(&run.workflow));
        payload["workflow"] = workflow.map_or(Value::Null, |workflow| self.workflow_json(workflow));
        payload["workflow_run"] = run.map_or(Value::Null, |run| self.run_json(&run));
    }
}
