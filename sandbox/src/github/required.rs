//! The checks that a branch requires, and what GitHub says about those that a commit lacks.

use super::{
    GitHub,
    changes::kind_and_name,
    people::User,
    rules::{required_by, violations},
};

/// How a required check stands on a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Met,
    Expected,
    Pending,
    Failing,
    WrongApp,
}

impl GitHub {
    /// What GitHub says about the checks that a commit lacks which somebody moves a branch to directly; none names a
    /// commit that is only being made, and so has no checks.
    pub(super) fn unchecked(&self, actor: &User, name: &str, sha: Option<&str>) -> Option<String> {
        let rules = self.rules_that_bind(actor, name, false);
        let lists = rules.iter().filter(|rule| rule["type"] == "required_status_checks");
        let lists = lists.map(|rule| &rule["parameters"]["required_status_checks"]);
        let required: Vec<_> = lists.flat_map(|list| required_by(list, "integration_id")).collect();
        if let Some(unmet) = self.unmet(sha.unwrap_or_default(), &required) {
            return Some(violations(&[unmet]));
        }
        let protection = self.protection_that_binds(actor, kind_and_name(name).1)?;
        let required = required_by(&protection["required_status_checks"]["checks"], "app_id");
        self.unmet(sha.unwrap_or_default(), &required)
    }

    /// What GitHub says about the required checks that a commit does not meet; none if it meets them all.
    pub(super) fn unmet(&self, sha: &str, required: &[(String, Option<u64>)]) -> Option<String> {
        let stands = |(name, app): &(String, Option<u64>)| match self.check_state(sha, name) {
            Some(_) if app.is_some() && self.check_app(sha, name) != *app => Standing::WrongApp,
            None => Standing::Expected,
            Some("success") => Standing::Met,
            Some("pending") => Standing::Pending,
            Some(_) => Standing::Failing,
        };
        let all = required.iter().map(|check| (check.0.as_str(), stands(check)));
        let lacking: Vec<(&str, Standing)> = all.filter(|(_, standing)| *standing != Standing::Met).collect();
        match lacking[..] {
            [] => None,
            [(name, Standing::WrongApp)] => {
                Some(format!("Required status check \"{name}\" was not set by the expected GitHub app."))
            }
            [(name, standing)] => Some(format!("Required status check \"{name}\" is {}.", word(standing))),
            [(_, first), ..] if lacking.iter().all(|(_, standing)| *standing == first) => {
                Some(format!("{} of {} required status checks are {}.", lacking.len(), required.len(), word(first)))
            }
            _ => {
                let kinds = [Standing::Expected, Standing::Failing, Standing::Pending, Standing::WrongApp];
                let count = |kind: Standing| lacking.iter().filter(|(_, standing)| *standing == kind).count();
                let counted = kinds.map(|kind| (count(kind), word(kind)));
                let counted: Vec<String> =
                    counted.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
                let said = counted.join(" and ");
                let (lacking, required) = (lacking.len(), required.len());
                Some(format!("{lacking} of {required} required status checks have not succeeded: {said}."))
            }
        }
    }

    /// Whether every required check of a branch stands well on a commit (`Some(true)`), or one failed (`Some(false)`).
    pub(super) fn verdict_on(&self, sha: &str, required: &[(String, Option<u64>)]) -> Option<bool> {
        // "If the status is set by any other person or integration, merging won't be allowed" (docs: About protected
        // branches), so what another source says is as good as nothing.
        let counts = |name: &str, app: Option<u64>| app.is_none() || self.check_app(sha, name) == app;
        let state = |(name, app): &(String, Option<u64>)| self.check_state(sha, name).filter(|_| counts(name, *app));
        let states: Vec<_> = required.iter().map(state).collect();
        if states.contains(&Some("failure")) {
            return Some(false);
        }
        states.iter().all(|state| *state == Some("success")).then_some(true)
    }

    /// The app that last reported this name on any commit, as GitHub picks it for a required check that names none.
    pub(super) fn latest_app(&self, name: &str) -> Option<u64> {
        let state = self.state();
        let check = state.checks.iter().rev().find(|check| check["name"] == name);
        let status = || state.statuses.iter().rev().find(|status| status["context"] == name);
        match check {
            Some(check) => check["app"]["id"].as_u64(),
            None => status().and_then(|status| status["app_id"].as_u64()),
        }
    }

    /// The app that reported the latest check or status of this name; none for a status by a person's token.
    fn check_app(&self, sha: &str, name: &str) -> Option<u64> {
        let state = self.state();
        let check = state.checks.iter().rev().find(|check| check["head_sha"] == sha && check["name"] == name);
        let status = || state.statuses.iter().rev().find(|status| status["sha"] == sha && status["context"] == name);
        match check {
            Some(check) => check["app"]["id"].as_u64(),
            None => status().and_then(|status| status["app_id"].as_u64()),
        }
    }
}

fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Met => "met",
        Standing::Expected => "expected",
        Standing::Pending => "pending",
        Standing::Failing => "failing",
        Standing::WrongApp => "not set by the expected GitHub app",
    }
}
