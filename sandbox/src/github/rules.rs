//! Rulesets and branch protection: which rules hold for a ref, and what they forbid.

use serde_json::{Value, json};

use super::{
    GitHub,
    changes::kind_and_name,
    people::{Permission, User},
    state::Pull,
};

impl GitHub {
    /// The active rules for a branch, each with the ruleset it comes from.
    pub(super) fn rules_for(&self, full_name: &str) -> Vec<Value> {
        let (kind, _) = kind_and_name(full_name);
        let state = self.state();
        let active = state.rulesets.iter().filter(|set| set["enforcement"] == "active" && set["target"] == kind);
        let holding =
            active.filter(|set| covers(&set["conditions"]["ref_name"], full_name, &self.settings().default_branch));
        let mut rules = Vec::new();
        for set in holding {
            for rule in set["rules"].as_array().into_iter().flatten() {
                let mut rule = rule.clone();
                rule["ruleset_source_type"] = json!("Repository");
                rule["ruleset_source"] = set["source"].clone();
                rule["ruleset_id"] = set["id"].clone();
                rules.push(rule);
            }
        }
        rules
    }

    /// Whether a classic protection or a rule holds for this branch.
    pub(super) fn is_protected(&self, branch: &str) -> bool {
        self.state().protections.contains_key(branch) || !self.rules_for(&format!("refs/heads/{branch}")).is_empty()
    }

    /// What forbids moving a ref directly, in GitHub's words.
    pub(super) fn forbids(&self, actor: &User, name: &str, change: Change) -> Option<String> {
        let said = self.rules_that_bind(actor, name).iter().find_map(|rule| match (rule["type"].as_str()?, change) {
            ("creation", Change::Create) => Some("Cannot create ref due to creations being restricted."),
            ("update", Change::Update { .. }) => Some("Cannot update this protected ref."),
            ("deletion", Change::Delete) => Some("Cannot delete this protected ref."),
            ("non_fast_forward", Change::Update { forced: true }) => Some("Cannot force-push to this branch"),
            ("pull_request", Change::Update { .. }) => Some("Changes must be made through a pull request."),
            _ => None,
        });
        if let Some(said) = said {
            return Some(format!("Repository rule violations found\n\n{said}\n\n"));
        }
        let (_, branch) = kind_and_name(name);
        let state = self.state();
        let protection = state.protections.get(branch)?;
        let on = |key: &str| protection[key]["enabled"] == true;
        match change {
            Change::Create => None,
            _ if on("lock_branch") => Some("Cannot change this locked branch".to_owned()),
            Change::Delete if !on("allow_deletions") => Some("Cannot delete this protected branch".to_owned()),
            Change::Update { forced: true } if !on("allow_force_pushes") => {
                Some("Cannot force-push to this protected branch".to_owned())
            }
            _ => None,
        }
    }

    /// What keeps a pull request from being merged, other than a conflict.
    pub(super) fn what_blocks(&self, actor: &User, pull: &Pull) -> Option<String> {
        let name = format!("refs/heads/{}", pull.base);
        let mut approvals = 0;
        let mut checks = Vec::new();
        for rule in self.rules_that_bind(actor, &name) {
            let parameters = &rule["parameters"];
            match rule["type"].as_str() {
                Some("update") => {
                    return Some(
                        "Repository rule violations found\n\nCannot update this protected ref.\n\n".to_owned(),
                    );
                }
                Some("pull_request") => {
                    approvals =
                        approvals.max(parameters["required_approving_review_count"].as_u64().unwrap_or_default());
                }
                Some("required_status_checks") => {
                    checks.extend(parameters["required_status_checks"].as_array().cloned().unwrap_or_default());
                }
                _ => {}
            }
        }
        if let Some(protection) = self.state().protections.get(&pull.base) {
            if protection["lock_branch"]["enabled"] == true {
                return Some("Cannot change this locked branch".to_owned());
            }
            let reviews = &protection["required_pull_request_reviews"]["required_approving_review_count"];
            approvals = approvals.max(reviews.as_u64().unwrap_or_default());
            checks.extend(protection["required_status_checks"]["checks"].as_array().cloned().unwrap_or_default());
        }
        if self.approvals(pull.number) < approvals {
            let (s, verb) = if approvals == 1 { ("", "is") } else { ("s", "are") };
            return Some(format!(
                "At least {approvals} approving review{s} {verb} required by reviewers with write access."
            ));
        }
        let names = checks.iter().filter_map(|check| check["context"].as_str());
        let missing = names.into_iter().find(|name| self.check_state(&pull.head_sha, name) != Some("success"));
        missing.map(|name| format!("Required status check \"{name}\" is expected."))
    }

    /// How many people's latest word on a pull request is an approval.
    pub(super) fn approvals(&self, number: u64) -> u64 {
        let state = self.state();
        let mut latest = std::collections::BTreeMap::new();
        for (_, review) in state.reviews.iter().filter(|(of, _)| *of == number) {
            if review["state"] != "COMMENTED" {
                latest.insert(review["user"]["login"].as_str(), review["state"] == "APPROVED");
            }
        }
        latest.values().filter(|approved| **approved).count() as u64
    }

    fn rules_that_bind(&self, actor: &User, name: &str) -> Vec<Value> {
        let mut rules = self.rules_for(name);
        let state = self.state();
        // Who exactly may pass is not modelled: a bypass list lets administrators (the bot is one) through.
        let passes = |rule: &Value| {
            let set = state.rulesets.iter().find(|set| set["id"] == rule["ruleset_id"]);
            let list = set.and_then(|set| set["bypass_actors"].as_array());
            actor.permission == Permission::Admin && list.is_some_and(|list| !list.is_empty())
        };
        rules.retain(|rule| !passes(rule));
        rules
    }
}

/// What is about to happen to a ref.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    Create,
    Update { forced: bool },
    Delete,
}

fn covers(condition: &Value, name: &str, default: &str) -> bool {
    let any = |key: &str| {
        let patterns = condition[key].as_array().into_iter().flatten().filter_map(Value::as_str);
        patterns.into_iter().any(|pattern| match pattern {
            "~ALL" => true,
            "~DEFAULT_BRANCH" => name.strip_prefix("refs/heads/") == Some(default),
            pattern => matches(pattern.as_bytes(), name.as_bytes()),
        })
    };
    any("include") && !any("exclude")
}

/// `*` stands for anything within one part of the name, `**` for anything at all.
pub fn matches(pattern: &[u8], name: &[u8]) -> bool {
    match pattern {
        [] => name.is_empty(),
        [b'*', b'*', rest @ ..] => {
            let rest = rest.strip_prefix(b"/").unwrap_or(rest);
            (0..=name.len()).any(|at| matches(rest, &name[at..]))
        }
        [b'*', rest @ ..] => {
            let end = name.iter().position(|byte| *byte == b'/').unwrap_or(name.len());
            (0..=end).any(|at| matches(rest, &name[at..]))
        }
        [b'?', rest @ ..] => name.split_first().is_some_and(|(byte, name)| *byte != b'/' && matches(rest, name)),
        [byte, rest @ ..] => name.split_first().is_some_and(|(found, name)| found == byte && matches(rest, name)),
    }
}
