//! What is entered into a ledger, and what stands in it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::release::{ReleaseId, setback::Setback};

/// What happens in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entered {
    /// A deploy was asked for.
    Asked(Attempt),
    /// One did not get there, and nobody tries it again by itself.
    Failed(Attempt),
    /// This version is there, and nothing else.
    Came(Running),
    /// It is there beside another one: it has a share, or another side.
    Beside(Running),
    /// An earlier version is there again: what it replaced, named by its tag, was no good.
    CameBack(Running, Option<String>),
    /// What has this tag is not there any more; what is, is not known, if it was this one.
    TakenBack(String, DateTime<Utc>),
}

/// A version in an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// The version or build, as CD was told.
    pub version: String,
    /// The tag by which it can be deployed again.
    pub tag: String,
    /// Its commit.
    pub commit: Option<String>,
    /// The artifact's digest.
    pub digest: Option<String>,
    /// The digest of its configuration.
    pub config: Option<String>,
    /// Since when it has been there.
    pub since: DateTime<Utc>,
    /// The release that brought it, if it was one of ours.
    pub release: Option<ReleaseId>,
    /// The page of its deploy.
    pub url: Option<String>,
    /// Who rejected it here, if somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
    /// Whether CD runs another commit under its name than the one that people decided on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undecided: bool,
}

/// A deploy that was asked for and has not ended well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The version or build.
    pub version: String,
    /// Its tag.
    pub tag: String,
    /// When it was asked for.
    pub at: DateTime<Utc>,
    /// The release that asked, if it was one of ours.
    pub release: Option<ReleaseId>,
    /// What went wrong, once something did.
    pub failed: Option<AttemptFailure>,
}

/// Why a deploy did not get there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum AttemptFailure {
    /// A release's own deploy went wrong, in this way.
    Release {
        /// What went wrong.
        problem: Setback,
    },
    /// CD reports that it failed.
    Reported,
    /// An older program said so in these words.
    #[serde(untagged)]
    Said(String),
}

/// A commit that is not to come back without its revert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bad {
    /// The full id of a commit by which it is found: what has this commit has the change.
    pub commit: String,
    /// The merge commit of the pull request, if that is another one.
    pub merge: Option<String>,
    /// The pull request that brought it, if that is how it was named.
    pub pull: Option<u64>,
    /// The first line of its message.
    pub title: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Running {
    /// Whether one may go back to it: people decided on it, and nobody rejected it here.
    pub fn is_good(&self) -> bool {
        self.rejected.is_none() && !self.undecided
    }
}
