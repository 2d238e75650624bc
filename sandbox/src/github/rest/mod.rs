//! The endpoints, one file per kind of thing.

pub mod actions;
pub mod artifacts;
pub mod blobs;
pub mod branches;
pub mod check_runs;
pub mod commits;
pub mod compare;
pub mod contents;
pub mod deployments;
pub mod issues;
pub mod labels;
pub mod merges;
pub mod pulls;
pub mod refs;
pub mod releases;
pub mod repository;
pub mod reviews;
pub mod rule_suites;
mod ruleset_form;
pub mod rulesets;
pub mod statuses;
pub mod teams;
pub mod trees;

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
