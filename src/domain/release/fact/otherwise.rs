//! What others did with a release's own pull request.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How a release's own pull request was merged otherwise than the release would have merged it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherMerge {
    /// Its number.
    pub number: u64,
    /// Who merged it, in the word by which people know them.
    pub by: String,
    /// Into which branch.
    pub base: String,
    /// The commit that it became there.
    pub commit: String,
    /// Whether its turn had come.
    pub turn: MergeTurn,
    /// Whether the release's own commits are not in that: it was squashed or rebased.
    pub rewritten: bool,
}

/// Whether the turn of a merge has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum MergeTurn {
    /// It has come.
    Come,
    /// Something before it is not through yet.
    Missing {
        /// What, in words: `QA sign-off missing`.
        what: String,
    },
    /// The release leaves at a later time.
    Departs {
        /// When.
        at: DateTime<Utc>,
    },
}
