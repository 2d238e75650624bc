//! Environments whose deployments somebody has to approve first: a run that comes to such a job waits.
//!
//! Source: docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/review-deployments, and the operation
//! `actions/get-pending-deployments-for-run` of GitHub's API description.

use serde_json::{Value, json};

use super::{GitHub, answer::Refusal, problem::Problem, rest::deployments, settings::Outcome, stamp, state::Run};

impl GitHub {
    /// Lets every deployment to an environment that begins from now on wait for one of these people or teams. Fails if there
    /// is no such person or team.
    pub fn require_reviewers(&self, environment: &str, reviewers: &[&str]) -> Result<(), Problem> {
        let teams = self.teams();
        let known = |name: &&str| self.state().user(name).is_some() || teams.iter().any(|team| team.slug == **name);
        if !reviewers.iter().all(known) {
            return Err(Refusal::not_found().into());
        }
        let reviewers = reviewers.iter().map(|name| (*name).to_owned()).collect();
        self.state().reviewers.insert(environment.to_owned(), reviewers);
        Ok(())
    }

    /// Approves or rejects what the latest run of a workflow waits for, as a person. Fails if it does not wait, or they are
    /// no reviewer.
    pub async fn review_deployment(&self, login: &str, workflow: &str, approves: bool) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        let latest = self.state().runs.iter().rfind(|run| run.workflow == workflow).cloned();
        let run = latest.filter(|run| run.status == "waiting").ok_or_else(Refusal::not_found)?;
        let teams = self.teams();
        let is = |name: &String| {
            name.eq_ignore_ascii_case(login) || teams.iter().any(|team| team.slug == *name && team.has(login))
        };
        if !self.reviewers(&run).iter().any(is) {
            return Err(Problem::Refused(format!("{login} is no reviewer")));
        }
        if !approves {
            self.end_run(run.id, Outcome::Failure);
            return Ok(());
        }
        let now = self.now();
        if let Some(run) = self.state().run(run.id) {
            run.status = "queued";
            run.approved = true;
            run.updated = now;
        }
        self.state().due.insert(run.id, Some(now));
        tokio::spawn(self.clone().drive(run.id));
        Ok(())
    }

    /// Who has to approve what a run deploys; nobody if it may begin.
    pub(super) fn reviewers(&self, run: &Run) -> Vec<String> {
        let workflow = self.find_workflow(&run.workflow);
        let environment = workflow.and_then(|workflow| workflow.environment.clone()).filter(|_| !run.approved);
        environment.and_then(|environment| self.state().reviewers.get(&environment).cloned()).unwrap_or_default()
    }

    /// What a run waits for: the environment, and who may approve it.
    pub(super) fn pending_json(&self, run: &Run) -> Value {
        let environment = self.find_workflow(&run.workflow).and_then(|workflow| workflow.environment.clone());
        let Some(environment) = environment.filter(|_| run.status == "waiting") else { return json!([]) };
        let mut shown = deployments::json(self, &environment);
        for odd in ["created_at", "updated_at", "protection_rules", "deployment_branch_policy"] {
            drop(shown.as_object_mut().and_then(|shown| shown.remove(odd)));
        }
        let teams = self.teams();
        let reviewer = |name: &String| match teams.iter().find(|team| team.slug == *name) {
            Some(team) => json!({"type": "Team", "reviewer": self.team_json(team)}),
            None => json!({"type": "User", "reviewer": self.login_json(name)}),
        };
        let reviewers: Vec<Value> = self.reviewers(run).iter().map(reviewer).collect();
        json!([{
            "environment": shown, "wait_timer": 0, "wait_timer_started_at": stamp(run.updated),
            "current_user_can_approve": false, "reviewers": reviewers,
        }])
    }
}
