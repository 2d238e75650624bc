//! A merge into a branch that was closed.

use super::{Freeze, enforcement::Enforcement};
use crate::domain::github::GithubProblem;

/// By which right somebody updated a branch, as GitHub's rules tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpdateRight {
    /// Nothing was in the way: every rule was met.
    RulesMet,
    /// They may pass these rules.
    Bypassed(Vec<String>),
}

/// A pull request that was merged into a closed branch.
#[derive(Debug, Clone)]
pub struct MergedWhileClosed {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: String,
    /// The branch.
    pub base: String,
    /// Who merged it; empty if GitHub does not say.
    pub by: String,
    /// What closed the branch.
    pub freeze: Freeze,
    /// By which right, or why GitHub does not tell; `Ok(None)` if it tells of no rules.
    pub right: Result<Option<UpdateRight>, GithubProblem>,
    /// How well the branch was guarded, as it was last read.
    pub standing: Option<Enforcement>,
    /// The workflow runs on the merged commit, by name and page, or why they cannot be seen.
    pub runs: Result<Vec<(String, String)>, GithubProblem>,
}
