//! Pull requests in a story: opened, and how the freeze's status stands on them.

use sandbox::github::Permission;
use serde_json::{Value, json};

use super::Story;

/// The name of the freeze's status.
pub const CONTEXT: &str = "shipmate/freeze";

impl Story {
    /// A person opens a pull request of one commit.
    pub async fn opens(&self, login: &str, head: &str, base: &str) -> u64 {
        let github = self.world.github();
        github.create_branch(login, head, base).await.unwrap();
        github.push_commit(login, head, &format!("{head}.txt"), "x", &format!("feat: {head}")).await.unwrap();
        let number = github.open_pull_request(login, head, base, &format!("feat: {head}")).await.unwrap();
        self.settle().await;
        number
    }

    /// The head of a pull request.
    pub fn head(&self, number: u64) -> String {
        let pulls = self.world.github().pull_requests();
        pulls.into_iter().find(|pull| pull.number == number).unwrap().head_sha
    }

    /// How the freeze's status stands on the head of a pull request: its state and what it says.
    pub fn light(&self, number: u64) -> String {
        self.light_on(&self.head(number))
    }

    /// The same on any commit.
    pub fn light_on(&self, sha: &str) -> String {
        let statuses = self.world.github().statuses(sha);
        let own = statuses.iter().find(|status| status.context == CONTEXT);
        own.map_or_else(|| "none".to_owned(), |status| format!("{}: {}", status.state, status.description))
    }

    /// An administrator makes branches require the freeze's status, with more rules beside; gives the ruleset's id.
    pub async fn requires_the_check(&self, branches: &[&str], more: Vec<Value>) -> u64 {
        let include: Vec<String> = branches.iter().map(|branch| format!("refs/heads/{branch}")).collect();
        let check = json!({"type": "required_status_checks", "parameters": {
            "strict_required_status_checks_policy": false, "required_status_checks": [{"context": CONTEXT}],
        }});
        let rules: Vec<Value> = std::iter::once(check).chain(more).collect();
        let ruleset = json!({
            "name": "merges", "target": "branch", "enforcement": "active", "bypass_actors": [], "rules": rules,
            "conditions": {"ref_name": {"include": include, "exclude": []}},
        });
        self.world.github().set_permission("alice-gh", Permission::Admin);
        let id = self.world.github().add_ruleset("alice-gh", ruleset).await.unwrap();
        self.settle().await;
        id
    }
}
