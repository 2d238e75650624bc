//! What is seen on GitHub at a look.

use crate::domain::freeze::{closing::ClosingRule, reading::RulesetReading};

/// What was read of a branch.
#[derive(Debug, Clone)]
pub(super) struct ReadRules {
    /// The rules that require the check, or why that could not be read.
    pub checks: Result<Vec<ClosingRule>, String>,
    /// The ruleset of ours that closes it; `None` where none is wanted, or GitHub takes none that need not be.
    pub ruleset: Option<RulesetReading>,
}

/// A group in a merge queue: the branch with some pull requests merged into it, the last of them named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct QueueGroup {
    /// The branch it goes to.
    pub base: String,
    /// Its commit.
    pub head: String,
    /// The last pull request in it.
    pub pull: u64,
    /// Whether that is the only one: it stands on the branch as it is.
    pub alone: bool,
}
