//! Something that a cancelled release left on GitHub, and what becomes of it.

use serde::{Deserialize, Serialize};

use crate::domain::github::GithubProblem;

/// Something on GitHub that a release made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "left", rename_all = "kebab-case")]
pub enum Leftover {
    /// A pull request, which is closed.
    PullRequest {
        /// Its number.
        number: u64,
    },
    /// Its tag.
    Tag {
        /// The tag.
        name: String,
    },
    /// Its branch.
    Branch {
        /// The branch.
        name: String,
    },
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "came", rename_all = "kebab-case")]
pub enum CleanUp {
    /// It is about to be removed: on disk before the request leaves.
    Begun,
    /// It is removed.
    Removed,
    /// It was not there any more.
    Gone,
    /// It stays.
    Kept {
        /// Why.
        why: KeptFor,
    },
}

/// Why something stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "kebab-case")]
pub enum KeptFor {
    /// Somebody else made it.
    Others,
    /// It stands somewhere else than where the release put it.
    Moved {
        /// Its commit.
        at: String,
    },
    /// It was deployed, or is being deployed, there.
    Deployed {
        /// The environment.
        environment: String,
    },
    /// A release page stands on it.
    Page,
    /// Production has it.
    Merged,
    /// It brings back to other lines what production has.
    BringsBack,
    /// Somebody else's pull request needs it.
    Pull {
        /// Its number.
        number: u64,
    },
    /// Commits are on it that are nowhere else.
    Commits {
        /// How many.
        count: usize,
        /// Who wrote them.
        by: Vec<String>,
    },
    /// More came to it than GitHub names.
    TooMany,
    /// Its project is not configured any more.
    NoProject,
    /// GitHub does not show it, or does not let it be removed.
    Github {
        /// What it says.
        problem: GithubProblem,
    },
}
