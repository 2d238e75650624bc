//! What keeps a step from what it does with branches, tags and commits.

use serde::{Deserialize, Serialize};

use crate::domain::release::{fact::NewCommit, stop::Stop};

/// What is waited for on a branch or a tag, or what went wrong there.
#[expect(missing_docs, reason = "each field is the word of its name in the sentence")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "git", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum GitSetback {
    /// Somebody makes the tag.
    TagToCome { tag: String, branch: String },
    /// Somebody pushes the fix.
    FixToCome { branch: String },
    /// These checks are running.
    ChecksRun { git_ref: String, checks: Vec<String> },
    /// No check has reported, or none of these.
    ChecksToCome { git_ref: String, checks: Vec<String> },
    /// The release page is a draft as long as these assets are missing, which the page before had.
    Draft { tag: String, missing: Vec<String>, before: String },
    /// GitHub does not show the release page that is there.
    NoPage,
    /// It was there just now.
    Vanished { name: String },
    /// It is there in a moment.
    BeingMade { branch: String },
    /// Somebody pushed to it just now.
    Pushed { branch: String },
    /// There is no such branch.
    NoBranch { branch: String },
    /// Nothing has been merged, so nothing can be tagged.
    NothingMerged,
    /// Two lines conflict.
    Conflict { from: String, into: String, files: Vec<String> },
    /// Two lines conflict, so that a pull request brings one into the other.
    ByPull { from: String, into: String, files: Vec<String> },
    /// A rule keeps a branch, so that a pull request brings another there.
    ByRule { from: String, into: String },
    /// GitHub does not merge one into the other, in its own words.
    NotMerged { from: String, into: String, said: String },
    /// GitHub does not let the bot work on a branch aside, in its own words.
    NotAside { branch: String, said: String },
    /// These commits do not go onto a branch.
    NotPicked { commits: Vec<String>, from: String, branch: String, files: Vec<String> },
    /// A branch would be deleted with these commits on it, which the tag has not.
    Left { branch: String, tag: String, commits: Vec<NewCommit> },
    /// A branch would be made anew, and this commit of somebody's be lost.
    Foreign { branch: String, commit: String, subject: String },
    /// A tag must not go to production.
    Wrong { stops: Vec<Stop> },
    /// A story's branch is gone.
    NoStory { story: String },
    /// A story was taken out.
    TakenOut { story: String },
}
