//! The endpoints, one file per kind of thing.

pub(super) mod actions;
pub(super) mod artifacts;
pub(super) mod blobs;
pub(super) mod branches;
pub(super) mod check_runs;
pub(super) mod commits;
pub(super) mod compare;
pub(super) mod contents;
pub(super) mod deployments;
pub(super) mod issues;
pub(super) mod labels;
pub(super) mod merges;
pub(super) mod pulls;
pub(super) mod refs;
pub(super) mod releases;
pub(super) mod repository;
pub(super) mod reviews;
pub(super) mod rule_suites;
mod ruleset_form;
pub(super) mod rulesets;
pub(super) mod statuses;
pub(super) mod teams;
pub(super) mod trees;

use super::{GitHub, answer::Refusal};

/// A number in a path.
fn number(text: &str) -> Result<u64, Refusal> {
    text.parse().map_err(|_| Refusal::not_found())
}

/// Whether this is a full sha.
fn is_sha(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl GitHub {
    /// The commit that a name stands for; GitHub answers 422 for one that stands for nothing.
    async fn commit_named(&self, name: &str) -> Result<String, Refusal> {
        let found = self.repository().resolve(name).await?;
        found.ok_or_else(|| Refusal::invalid(format!("No commit found for SHA: {name}")))
    }
}
