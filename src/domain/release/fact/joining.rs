//! How one line comes into another.

use serde::{Deserialize, Serialize};

use super::NewCommit;
use crate::domain::release::{conflict::Clash, setback::Setback};

/// How a back-merge went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BackMerge {
    /// Merged without conflict.
    Clean,
    /// Merged, with a conflict in what the bot itself writes: that was resolved by rule.
    Settled {
        /// What stands in each file now, a line each: `version.txt keeps 2.3.0`.
        lines: Vec<String>,
    },
    /// There was nothing to bring back.
    Nothing,
    /// These files conflict; the branch holds what should come back as it is, for a person to resolve.
    Conflict {
        /// The files.
        files: Vec<Clash>,
        /// The commits to pick, oldest first, if single commits come back.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        commits: Vec<NewCommit>,
    },
    /// Single commits have been picked.
    Picked {
        /// Those, oldest first.
        commits: Vec<NewCommit>,
        /// Commits that were there already.
        already: Vec<NewCommit>,
        /// How many merge commits were left out: what they merged is picked commit by commit.
        merges: usize,
        /// Those of them that hold more than that.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        only_merged: Vec<OnlyMerged>,
    },
}

impl BackMerge {
    /// Whether a person has to bring something by hand first.
    pub fn lacks_something(&self) -> bool {
        match self {
            Self::Conflict { .. } => true,
            Self::Picked { only_merged, .. } => !only_merged.is_empty(),
            Self::Clean | Self::Settled { .. } | Self::Nothing => false,
        }
    }
}

/// A merge that holds what is in no commit: the resolution of a conflict, or what somebody added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlyMerged {
    /// The merge.
    pub commit: NewCommit,
    /// The files in which it differs from the clean merge of its parents.
    pub files: Vec<String>,
}

/// How one branch came into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Joined {
    /// The bot merged it.
    Clean,
    /// It was there before.
    Already,
    /// A person merged it.
    ByHand,
}

/// A pull request that stands in for what could not be done directly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// The branch it comes from.
    pub head: String,
    /// The branch it goes to.
    pub base: String,
    /// The commit that it brings.
    pub commit: String,
    /// Why it was not done directly.
    pub why: Setback,
    /// The files that conflict.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Clash>,
}
