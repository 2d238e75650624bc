//! Rules that administrators usually make, in one call each.

use serde_json::{Value, json};

use super::{GitHub, problem::Problem};

impl GitHub {
    /// Adds a ruleset that requires these checks or statuses on a branch, and gives its id. Fails as GitHub would; it
    /// takes an administrator.
    pub async fn require_checks(&self, login: &str, branch: &str, contexts: &[&str]) -> Result<u64, Problem> {
        let rules = json!([required(contexts)]);
        self.add_ruleset(login, ruleset(&format!("checks on {branch}"), branch, rules)).await
    }

    /// Adds a ruleset that lets a branch change only through a merge queue with these required checks, and gives its
    /// id. Groups wait an hour for their checks. Fails as GitHub would; it takes an administrator.
    pub async fn require_queue(&self, login: &str, branch: &str, contexts: &[&str]) -> Result<u64, Problem> {
        let queue = json!({
            "check_response_timeout_minutes": 60, "grouping_strategy": "ALLGREEN", "max_entries_to_build": 5,
            "max_entries_to_merge": 5, "merge_method": "MERGE", "min_entries_to_merge": 1,
            "min_entries_to_merge_wait_minutes": 5,
        });
        let rules = json!([{"type": "merge_queue", "parameters": queue}, required(contexts)]);
        self.add_ruleset(login, ruleset(&format!("queue for {branch}"), branch, rules)).await
    }
}

fn required(contexts: &[&str]) -> Value {
    let checks: Vec<Value> = contexts.iter().map(|context| json!({"context": context})).collect();
    let parameters = json!({"required_status_checks": checks, "strict_required_status_checks_policy": false});
    json!({"type": "required_status_checks", "parameters": parameters})
}

fn ruleset(name: &str, branch: &str, rules: Value) -> Value {
    let condition = json!({"ref_name": {"include": [format!("refs/heads/{branch}")], "exclude": []}});
    json!({"name": name, "target": "branch", "enforcement": "active", "conditions": condition, "rules": rules})
}
