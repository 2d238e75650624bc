//! Freezes: a set. Any active one closes; lifting one never lifts another.

pub mod closing;
pub mod enforcement;
pub mod exemption;
pub mod extent;
pub mod merged;
pub mod reading;
pub mod rule;
pub mod stretch;
pub mod telling;
pub mod times;
pub mod verdict;
mod week;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::ReleaseId;

/// One freeze: a closing of merges, and of deploys to production.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// Its number; 0 before it is stored.
    pub id: u64,
    /// The projects it closes; empty means all.
    #[serde(default)]
    pub projects: Vec<String>,
    /// The branches it closes, in which `*` stands for anything; empty means all lines of the playbook.
    #[serde(default)]
    pub branches: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who set it.
    pub owner: String,
    /// Since when.
    pub from: DateTime<Utc>,
    /// Until when; `None` has no known end.
    pub until: Option<DateTime<Utc>>,
    /// Who lifted it, and when.
    #[serde(default)]
    pub lifted: Option<(String, DateTime<Utc>)>,
    /// Why it was lifted, if somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_lifted: Option<String>,
    /// The release whose code freeze it is: that release itself passes.
    #[serde(default)]
    pub release: Option<ReleaseId>,
    /// The occurrence of a rule that it is.
    #[serde(default)]
    pub rule: Option<RuleSlot>,
    /// Whether hotfixes pass.
    #[serde(default = "yes")]
    pub hotfixes_pass: bool,
    /// Exemptions from it that were asked for, by their numbers.
    #[serde(default)]
    pub exemptions: Vec<u64>,
    /// Since when it waits to be told that it began: until GitHub has been read back, or for a minute. `None` once told.
    #[serde(default)]
    pub untold_since: Option<DateTime<Utc>>,
    /// Whether people have been told that it ended by itself.
    #[serde(default)]
    pub end_told: bool,
}

/// Names one occurrence of a recurring freeze for ever.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuleSlot {
    /// The rule's name.
    pub rule: String,
    /// When the occurrence begins by the rule.
    pub slot: DateTime<Utc>,
}

fn yes() -> bool {
    true
}

impl Freeze {
    /// A freeze of everything, to be narrowed; it is not stored yet.
    pub fn new(reason: impl Into<String>, owner: impl Into<String>, from: DateTime<Utc>) -> Self {
        Self {
            id: 0,
            projects: vec![],
            branches: vec![],
            reason: reason.into(),
            owner: owner.into(),
            from,
            until: None,
            lifted: None,
            why_lifted: None,
            release: None,
            rule: None,
            hotfixes_pass: true,
            exemptions: vec![],
            untold_since: None,
            end_told: false,
        }
    }

    /// Whether it closes a project at a moment.
    pub fn closes(&self, project: &str, now: DateTime<Utc>) -> bool {
        self.is_active(now) && self.concerns(project)
    }

    /// Whether a project is in its scope.
    pub fn concerns(&self, project: &str) -> bool {
        self.projects.is_empty() || self.projects.iter().any(|name| name == project)
    }

    /// Whether a branch is in its scope; `lines` are those of the project's playbook.
    pub fn covers(&self, branch: &str, lines: &[String]) -> bool {
        let patterns = if self.branches.is_empty() { lines } else { &self.branches };
        patterns.iter().any(|pattern| matches(pattern, branch))
    }

    /// Whether it is active at a moment.
    pub fn is_active(&self, now: DateTime<Utc>) -> bool {
        self.from <= now && !self.is_over(now)
    }

    /// Whether it has ended, by itself or by a person.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.lifted.is_some() || self.until.is_some_and(|until| until <= now)
    }
}

/// Whether a branch's name fits a pattern in which `*` stands for anything, slashes too.
pub fn matches(pattern: &str, branch: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == branch };
    let Some(rest) = branch.strip_prefix(before) else { return false };
    let starts = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    starts.filter_map(|at| rest.get(at..)).any(|rest| matches(after, rest))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_pattern_names_branches() {
        for (pattern, branch, fits) in [
            ("main", "main", true),
            ("main", "main2", false),
            ("release/*", "release/v1.2", true),
            ("release/*", "hotfix/v1.2", false),
            ("*", "any/thing", true),
            ("*-lts", "2.1-lts", true),
            ("*-lts", "2.1", false),
        ] {
            assert_eq!(matches(pattern, branch), fits, "{pattern} {branch}");
        }
    }

    #[test]
    fn a_row_of_an_earlier_version_still_opens() {
        let row = r#"{"id":3,"projects":["api"],"reason":"audit","owner":"carol","from":"2026-03-02T09:00:00Z","until":null,"lifted":null}"#;
        let freeze: Freeze = serde_json::from_str(row).unwrap();
        assert!(freeze.hotfixes_pass && freeze.branches.is_empty() && freeze.rule.is_none());
        assert!(freeze.closes("api", "2026-03-02T09:00:00Z".parse().unwrap()));
    }
}
