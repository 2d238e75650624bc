//! Rule suites: what the rules of a branch said to an update of it, and whether somebody passed them.

use serde_json::{Value, json};

use super::{GitHub, bypass::Bypass, people::User, repository::Move, rules::required_by, stamp, state::Pull};

impl GitHub {
    /// What each rule of a pull request's base says to its merge, whether it binds this account or not. Whoever is exempt from
    /// a ruleset is not asked by it, "and a bypass audit entry will not be created" (GitHub's description of `bypass_mode`).
    pub(super) fn evaluations(&self, actor: &User, pull: &Pull) -> Vec<Value> {
        let sets = self.state().rulesets.clone();
        let set = |rule: &Value| sets.iter().find(|set| set["id"] == rule["ruleset_id"]).cloned();
        let mut said = Vec::new();
        for rule in self.rules_for(&format!("refs/heads/{}", pull.base)) {
            let Some(set) = set(&rule).filter(|set| self.bypass(actor, set) != Bypass::Exempt) else { continue };
            let broken = self.broken_by(pull, std::slice::from_ref(&rule)).into_iter().next();
            let source = json!({"type": "ruleset", "id": set["id"], "name": set["name"]});
            said.push(evaluation(source, &rule["type"], broken));
        }
        let protection = self.state().protections.get(&pull.base).cloned().unwrap_or_default();
        if protection["required_status_checks"].is_object() {
            let checks = required_by(&protection["required_status_checks"]["checks"], "app_id");
            let broken = self.unmet(&pull.head_sha, &checks);
            said.push(evaluation(json!({"type": "protected_branch"}), &json!("required_status_checks"), broken));
        }
        said
    }

    /// Keeps what the rules said to an update that was made.
    pub(super) fn keep_suite(&self, actor: &User, moved: &Move, evaluations: Vec<Value>) {
        if evaluations.is_empty() {
            return;
        }
        let failed = evaluations.iter().any(|one| one["result"] == "fail");
        let id = self.state().next_id();
        let suite = json!({
            "id": id, "actor_id": actor.id, "actor_name": actor.login, "before_sha": moved.old, "after_sha": moved.new,
            "ref": moved.name, "repository_id": super::rename::ID, "repository_name": self.name(),
            "pushed_at": stamp(self.now()), "result": if failed { "bypass" } else { "pass" }, "evaluation_result": null,
            "rule_evaluations": evaluations,
        });
        self.state().suites_of_rules.push(suite);
    }
}

fn evaluation(source: Value, kind: &Value, broken: Option<String>) -> Value {
    let result = if broken.is_some() { "fail" } else { "pass" };
    json!({"rule_source": source, "enforcement": "active", "result": result, "rule_type": kind, "details": broken})
}
