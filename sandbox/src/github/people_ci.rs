//! How checks and deploys turn out, by the name of a check and of an environment.

use serde_json::json;

use super::{GitHub, answer::Refusal, problem::Problem, settings::Outcome, stamp};

impl GitHub {
    /// Lets `ci` be late: on what is pushed or opened from now on it does not begin, as when no runner has picked it up
    /// and nothing has reported yet; or lets it begin at once again.
    pub fn ci_is_late(&self, late: bool) {
        self.state().ci_is_late = late;
    }

    /// Lets a check of this name have ended like this on the head of a branch; the `ci` that is running there ends now.
    /// Fails if there is no such branch.
    pub async fn check_ends(&self, branch: &str, name: &str, outcome: Outcome) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        let sha = self.tip(branch)?;
        let running = {
            let state = self.state();
            let running = state.checks.iter().find(|check| {
                check["head_sha"] == sha.as_str() && check["name"] == name && check["status"] != "completed"
            });
            running.and_then(|check| check["id"].as_u64())
        };
        if let Some(id) = running {
            self.end_check(id, outcome);
            return Ok(());
        }
        let bot = self.settings().bot.clone();
        let mut suite = self.open_suite(branch, &sha).await?;
        for (key, word) in [("status", "completed"), ("conclusion", outcome.word())] {
            suite[key] = json!(word);
        }
        let mut check = self.new_check(name, &sha, &suite);
        let now = stamp(self.now());
        for (key, word) in [("status", "completed"), ("conclusion", outcome.word()), ("started_at", now.as_str())] {
            check[key] = json!(word);
        }
        check["completed_at"] = json!(now);
        if let Some(kept) = self.state().suites.last_mut() {
            *kept = suite.clone();
        }
        self.keep_check(&bot, check.clone());
        self.send_check(&bot, "completed", &check);
        suite["pull_requests"] = self.mentioned_pulls_json(&sha);
        self.send("check_suite", &bot, json!({"action": "completed", "check_suite": suite}));
        self.wake_queue();
        Ok(())
    }

    /// Says how the next deploy to an environment ends, whether a workflow or a deployment makes it; several wait in
    /// line.
    pub fn next_deploy(&self, environment: &str, outcome: Outcome) {
        self.next_outcome(&self.deploys_to(environment), outcome);
    }

    /// Deletes a run that has ended, as one can on its page. Fails if there is none.
    pub async fn delete_run(&self, id: u64) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        let mut state = self.state();
        let ended = state.runs.iter().position(|run| run.id == id && run.conclusion.is_some());
        state.runs.remove(ended.ok_or_else(Refusal::not_found)?);
        Ok(())
    }

    /// Whose outcomes those of the deploys to an environment are: its workflow's file, or its own name.
    pub(crate) fn deploys_to(&self, environment: &str) -> String {
        let mut workflows = self.settings().workflows.iter();
        let deploys = workflows.find(|workflow| workflow.environment.as_deref() == Some(environment));
        deploys.map_or_else(|| environment.to_owned(), |workflow| workflow.file.clone())
    }
}
