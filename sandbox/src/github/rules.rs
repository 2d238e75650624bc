//! Rulesets and branch protection: which rules hold for a ref, and what they forbid.

use serde_json::{Value, json};

use super::{
    GitHub,
    bypass::Bypass,
    changes::kind_and_name,
    names,
    patterns::covers,
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
        let said = |rule: &Value| {
            Some(match (rule["type"].as_str()?, change) {
                ("creation", Change::Create) => "Cannot create ref due to creations being restricted.",
                ("update", Change::Update { .. }) => CANNOT_UPDATE,
                ("deletion", Change::Delete) => "Cannot delete this protected ref.",
                ("non_fast_forward", Change::Update { forced: true }) => "Cannot force-push to this branch",
                ("pull_request", Change::Update { .. }) => BY_PULL_REQUEST,
                ("merge_queue", Change::Update { .. }) => THROUGH_QUEUE,
                _ => return None,
            })
        };
        let (_, short) = kind_and_name(name);
        let rules = self.rules_that_bind(actor, name, false);
        let called = rules.iter().filter_map(|rule| names::refused(rule, short)).filter(|_| change == Change::Create);
        let broken: Vec<String> = rules.iter().filter_map(said).map(str::to_owned).chain(called).collect();
        if !broken.is_empty() {
            return Some(violations(&broken));
        }
        if let Some(said) = self.is_sealed(name).filter(|_| change != Change::Create) {
            return Some(said);
        }
        let protection = self.protection_that_binds(actor, short)?;
        let on = |key: &str| protection[key]["enabled"] == true;
        match change {
            Change::Create => None,
            _ if on("lock_branch") => Some("Cannot change this locked branch".to_owned()),
            Change::Delete if !on("allow_deletions") => Some("Cannot delete this protected branch".to_owned()),
            Change::Update { forced: true } if !on("allow_force_pushes") => {
                Some("Cannot force-push to this protected branch".to_owned())
            }
            Change::Update { .. } if protection["required_pull_request_reviews"].is_object() => {
                Some(BY_PULL_REQUEST.to_owned())
            }
            _ => None,
        }
    }

    /// What keeps a pull request from being merged into its base by this account, other than a conflict.
    pub(super) fn what_blocks(&self, actor: &User, pull: &Pull) -> Option<String> {
        let rules = self.rules_that_bind(actor, &format!("refs/heads/{}", pull.base), true);
        let mut broken = self.broken_by(pull, &rules);
        let of = |kind: &str| rules.iter().any(|rule| rule["type"] == kind);
        if of("merge_queue") {
            broken.push(THROUGH_QUEUE.to_owned());
        }
        if !broken.is_empty() {
            return Some(violations(&broken));
        }
        let protection = self.protection_that_binds(actor, &pull.base)?;
        if protection["lock_branch"]["enabled"] == true {
            return Some("Cannot change this locked branch".to_owned());
        }
        let wanted = &protection["required_pull_request_reviews"]["required_approving_review_count"];
        let checks = required_by(&protection["required_status_checks"]["checks"], "app_id");
        self.lacks_approvals(pull, wanted).or_else(|| self.unmet(&pull.head_sha, &checks))
    }

    /// What keeps a pull request out of the merge queue: everything but the queue itself.
    pub(super) fn what_keeps_out_of_queue(&self, actor: &User, pull: &Pull) -> Option<String> {
        let rules = self.rules_that_bind(actor, &format!("refs/heads/{}", pull.base), true);
        let broken = self.broken_by(pull, &rules);
        (!broken.is_empty()).then(|| violations(&broken))
    }

    /// The checks that a branch requires, each with the app that must report it if one is named.
    pub(super) fn required_checks(&self, branch: &str) -> Vec<(String, Option<u64>)> {
        let rules = self.rules_for(&format!("refs/heads/{branch}"));
        let required = rules.iter().filter(|rule| rule["type"] == "required_status_checks");
        let lists = required.map(|rule| &rule["parameters"]["required_status_checks"]);
        let mut checks: Vec<_> = lists.flat_map(|list| required_by(list, "integration_id")).collect();
        if let Some(protection) = self.state().protections.get(branch) {
            checks.extend(required_by(&protection["required_status_checks"]["checks"], "app_id"));
        }
        checks.sort();
        checks.dedup();
        checks
    }

    pub(super) fn broken_by(&self, pull: &Pull, rules: &[Value]) -> Vec<String> {
        let mut broken = Vec::new();
        for rule in rules {
            let parameters = &rule["parameters"];
            match rule["type"].as_str() {
                Some("update") => broken.push(CANNOT_UPDATE.to_owned()),
                Some("required_signatures") => broken.extend(self.brings_unsigned(pull)),
                Some("pull_request") => {
                    broken.extend(self.lacks_approvals(pull, &parameters["required_approving_review_count"]));
                }
                Some("required_status_checks") => {
                    let checks = required_by(&parameters["required_status_checks"], "integration_id");
                    broken.extend(self.unmet(&pull.head_sha, &checks));
                }
                _ => {}
            }
        }
        broken.dedup();
        broken
    }

    fn lacks_approvals(&self, pull: &Pull, wanted: &Value) -> Option<String> {
        let wanted = wanted.as_u64().unwrap_or_default();
        let (s, verb) = if wanted == 1 { ("", "is") } else { ("s", "are") };
        let said = || format!("At least {wanted} approving review{s} {verb} required by reviewers with write access.");
        (self.approvals(pull.number) < wanted).then(said)
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

    /// The rules for a ref that this account may not pass; whoever may pass some only with a pull request may with one.
    pub(super) fn rules_that_bind(&self, actor: &User, name: &str, by_pull: bool) -> Vec<Value> {
        let mut rules = self.rules_for(name);
        let sets = self.state().rulesets.clone();
        let passes = |rule: &Value| {
            let set = sets.iter().find(|set| set["id"] == rule["ruleset_id"]);
            set.is_some_and(|set| match self.bypass(actor, set) {
                Bypass::Always | Bypass::Exempt => true,
                Bypass::ByPullRequest => by_pull,
                Bypass::Never => false,
            })
        };
        rules.retain(|rule| !passes(rule));
        rules
    }

    /// The classic protection of a branch, unless this account administrates and administrators are let off.
    pub(super) fn protection_that_binds(&self, actor: &User, branch: &str) -> Option<Value> {
        let protection = self.state().protections.get(branch).cloned()?;
        let let_off = actor.permission == Permission::Admin && protection["enforce_admins"]["enabled"] != true;
        (!let_off).then_some(protection)
    }
}

const CANNOT_UPDATE: &str = "Cannot update this protected ref.";
const BY_PULL_REQUEST: &str = "Changes must be made through a pull request.";
const THROUGH_QUEUE: &str = "Changes must be made through the merge queue";

/// What rulesets say about whoever breaks them.
pub(super) fn violations(broken: &[impl AsRef<str>]) -> String {
    let lines: String = broken.iter().map(|said| format!("{}\n\n", said.as_ref())).collect();
    format!("Repository rule violations found\n\n{lines}")
}

pub(super) fn required_by(list: &Value, app: &str) -> Vec<(String, Option<u64>)> {
    let list = list.as_array().into_iter().flatten();
    // Classic protection writes "any app" as -1.
    list.filter_map(|check| Some((check["context"].as_str()?.to_owned(), check[app].as_u64()))).collect()
}

/// What is about to happen to a ref.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Change {
    Create,
    Update { forced: bool },
    Delete,
}
