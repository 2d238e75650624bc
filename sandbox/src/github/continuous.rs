//! The continuous deployment that watches for deployments: whatever is created for an environment of its own, it carries
//! out, and says how far it has come.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{GitHub, due::Ends, people::User, settings::Outcome};

impl GitHub {
    /// Takes a new deployment on if its environment is one of those that wait for deployments.
    pub(super) fn take_on(&self, deployment: &Value) {
        let environment = deployment["environment"].as_str().unwrap_or_default();
        let Some(id) = deployment["id"].as_u64() else { return };
        if !self.settings().environments.iter().any(|known| known == environment) {
            return;
        }
        // Due at once: what waits to be started is outstanding.
        self.state().due.insert(id, Some(self.now()));
        self.say(id, "queued", "");
        tokio::spawn(self.clone().see_through(id, environment.to_owned()));
    }

    async fn see_through(self, id: u64, environment: String) {
        let due = {
            let _turn = self.0.turn.write().await;
            self.start_carrying(id, &environment)
        };
        if let Some(due) = due {
            self.end_at(due, id, Ends::Deployment { environment });
        }
    }

    /// Starts; gives when it ends, none if a person decides.
    fn start_carrying(&self, id: u64, environment: &str) -> Option<DateTime<Utc>> {
        // Both digests do not fit into one description.
        self.say(id, "in_progress", &format!("config {}", self.config_digest(environment)));
        let due = {
            let mut state = self.state();
            let held = state.held.iter().any(|held| held == environment);
            let due = (!held).then(|| self.now() + self.settings().deploy_time);
            state.due.insert(id, due);
            due
        };
        self.0.webhooks.tell();
        due
    }

    /// Ends a deployment that is being carried out; does nothing if it has ended already.
    pub(super) fn end_deployment(&self, id: u64, outcome: Outcome) {
        let (found, under_way) = {
            let mut state = self.state();
            let under_way = state.due.remove(&id).is_some();
            (state.deployments.iter().find(|found| found["id"] == id).cloned(), under_way)
        };
        if let Some(found) = found.filter(|_| under_way) {
            let text = |key: &str| found[key].as_str().unwrap_or_default();
            if outcome == Outcome::Success {
                let wanted = found["payload"]["digest"].as_str();
                let shipped = self.ship(id, text("environment"), text("sha"), wanted);
                self.say(id, "success", &format!("digest {}", shipped.digest));
            } else {
                self.say(id, "failure", &format!("the deploy ended: {}", outcome.word()));
            }
        }
        self.0.webhooks.tell();
    }

    fn say(&self, id: u64, state: &str, description: &str) {
        let log = self.html(&format!("/deployments/{id}"));
        let more = json!({"log_url": log, "target_url": log, "description": description});
        self.add_deployment_status(&continuous(), id, state, more);
    }
}

/// The account of the continuous deployment.
fn continuous() -> User {
    User::new("acme-cd[bot]", "acme CD")
}
