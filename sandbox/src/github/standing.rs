//! What happened before the sandbox starts: deploys that are long done, and checks that are green.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{
    GitHub,
    problem::Problem,
    settings::{Outcome, Standing},
    state::Run,
};

/// How long a deploy took.
const TOOK: chrono::TimeDelta = chrono::TimeDelta::minutes(8);

impl GitHub {
    /// Lets every deploy of the settings have happened, and every branch be green where pushes are checked.
    pub(super) async fn furnish(&self) -> Result<(), Problem> {
        for standing in self.settings().standing.clone() {
            self.let_stand(&standing).await?;
        }
        if self.settings().ci_on_push.is_empty() {
            return Ok(());
        }
        for branch in self.branches() {
            let mut suite = self.open_suite(&branch.name, &branch.commit).await?;
            let done = |record: &mut Value| {
                record["status"] = json!("completed");
                record["conclusion"] = json!("success");
            };
            done(&mut suite);
            let mut check = self.new_check("ci", &branch.commit, &suite);
            done(&mut check);
            let at = self.repository().commit(&branch.commit).await?.map(|commit| commit.committer.at.to_utc());
            let at = super::stamp(at.unwrap_or_else(|| self.now()));
            (check["started_at"], check["completed_at"]) = (json!(at), json!(at));
            let mut state = self.state();
            if let Some(kept) = state.suites.last_mut() {
                *kept = suite;
            }
            state.checks.push(check);
        }
        Ok(())
    }

    async fn let_stand(&self, standing: &Standing) -> Result<(), Problem> {
        let Standing { environment, tag, at } = standing;
        let Some(sha) = self.repository().resolve(tag).await? else {
            return Err(Problem::Git(format!("there is no tag {tag} to stand in {environment}")));
        };
        let version = tag.strip_prefix('v').unwrap_or(tag);
        let inputs = BTreeMap::from([("tag", tag.as_str()), ("version", version)]);
        let inputs: BTreeMap<String, String> =
            inputs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let workflow = self.settings().workflows.iter().find(|known| known.environment.as_ref() == Some(environment));
        let pushed = workflow.is_some_and(|workflow| !workflow.on_push_tag.is_empty());
        let payload = match workflow {
            Some(_) if pushed => json!({}),
            Some(_) => json!(inputs),
            None => json!({"version": version, "digest": self.artifact_digest(&sha)}),
        };
        let actor = self.person("erin-gh");
        let more = json!({"environment": environment, "payload": payload});
        let deployment = self.deployment_json(&actor, tag, &sha, more, *at);
        let id = deployment["id"].as_u64().unwrap_or_default();
        let shipped = self.ship(id, environment, &sha, None);
        let run = self.state().next_id();
        let (log, said) = match workflow {
            Some(_) => (self.html(&format!("/actions/runs/{run}")), String::new()),
            None => {
                let said = format!("digest {}", shipped.digest);
                let config = json!({"description": format!("config {}", shipped.config)});
                let began = self.deployment_status_json(&actor, &deployment, "in_progress", config, *at);
                self.state().deployment_statuses.push((id, began));
                (self.html(&format!("/deployments/{id}")), said)
            }
        };
        let more = json!({"log_url": log, "target_url": log, "description": said});
        let status = self.deployment_status_json(&actor, &deployment, "success", more, *at + TOOK);
        if let Some(workflow) = workflow {
            let (event, inputs) =
                if pushed { ("push", BTreeMap::new()) } else { ("workflow_dispatch", inputs.clone()) };
            let file = workflow.file.clone();
            let past = Past { id: run, deployment: id, file, tag, sha: &sha, event, inputs, at: *at };
            let kept = self.past_run(past, &actor.login).await?;
            self.state().runs.push(kept);
        }
        let earlier: Vec<Value> = {
            let state = self.state();
            let same = |found: &&Value| found["environment"] == environment.as_str();
            state.deployments.iter().filter(same).cloned().collect()
        };
        for found in earlier {
            let status = self.deployment_status_json(&actor, &found, "inactive", Value::Null, *at + TOOK);
            let of = found["id"].as_u64().unwrap_or_default();
            self.state().deployment_statuses.push((of, status));
        }
        let mut state = self.state();
        let mut deployment = deployment;
        deployment["updated_at"] = status["created_at"].clone();
        state.deployments.push(deployment);
        state.deployment_statuses.push((id, status));
        Ok(())
    }

    async fn past_run(&self, past: Past<'_>, actor: &str) -> Result<Run, Problem> {
        let commit = self.repository().commit(past.sha).await?;
        let number = self.state().runs.iter().filter(|run| run.workflow == past.file).count() as u64 + 1;
        Ok(Run {
            id: past.id,
            workflow: past.file,
            number,
            attempt: 1,
            event: past.event,
            branch: past.tag.to_owned(),
            sha: past.sha.to_owned(),
            inputs: past.inputs,
            actor: actor.to_owned(),
            status: "completed",
            conclusion: Some(Outcome::Success),
            approved: false,
            created: past.at,
            started: past.at,
            updated: past.at + TOOK,
            deployment: Some(past.deployment),
            head_commit: commit.map_or(Value::Null, |commit| self.mentioned_commit_json(&commit)),
        })
    }
}

/// A run of before.
struct Past<'a> {
    id: u64,
    deployment: u64,
    file: String,
    tag: &'a str,
    sha: &'a str,
    event: &'static str,
    inputs: BTreeMap<String, String>,
    at: DateTime<Utc>,
}
