//! What keeps a pull request from being merged.

use serde::{Deserialize, Serialize};

use crate::domain::release::hindrance::Hindrance;

/// What a pull request waits for, or what went wrong with it.
#[expect(missing_docs, reason = "each field is the word of its name in the sentence")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "pull", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum PullSetback {
    /// The release has none.
    NotOpened,
    /// GitHub says that there is one from this branch, and does not show it.
    Unlisted { head: String },
    /// The one of the back-merge is still being made.
    BeingMade,
    /// Nothing is in its way.
    Ready { number: u64 },
    /// Something is in its way.
    Obstructed { what: Option<PullKind>, number: u64, by: MergeObstacle },
    /// It conflicts with its base, and is resolved on its own branch.
    Conflicts { number: u64, base: String, head: String, files: Vec<String> },
    /// It was found to conflict when it was to be merged.
    ConflictsAtMerge { number: u64, base: String },
    /// The bot's own was found to conflict when it was to be merged.
    ConflictsNow { what: PullKind, number: u64 },
    /// It conflicts, and says so itself.
    ToResolve { what: PullKind, number: u64, files: Vec<String> },
    /// GitHub does not merge it, in its own words.
    NotMerged { number: u64, said: String },
    /// Others merged it otherwise than the release would have.
    MergedOtherwise { number: u64 },
    /// It was closed.
    Closed { what: PullKind, number: u64 },
    /// Its base is closed.
    AtClosedBase { what: PullKind, number: u64, base: String },
    /// It is in the merge queue.
    Queued { what: PullKind, number: u64, base: String },
    /// GitHub merges it once these checks have passed, and it is approved where a review is missing.
    MergesItself { what: PullKind, number: u64, base: String, pending: Vec<String>, approval: Approval },
    /// People have to approve it.
    ToReview { what: PullKind, number: u64, queued: bool, review: ReviewRule },
    /// It left the merge queue: GitHub's word for it, and who took it out.
    LeftQueue { what: PullKind, number: u64, base: String, url: String, why: String, by: String },
    /// It merges itself in a way that makes other commits.
    OtherMethod { what: PullKind, number: u64, method: String },
    /// A rule leaves it to people.
    Persons { what: PullKind, number: u64, rule: Hindrance },
    /// GitHub does not put it into the queue, in its own words.
    NotQueued { number: u64, base: String, said: String },
    /// GitHub does not switch auto-merge on, in its own words.
    NotByItself { number: u64, said: String },
    /// What was left to GitHub was taken back.
    TakenBack { what: PullKind, number: u64, base: String, queued: bool },
    /// What was left to GitHub is not to be, and GitHub does not take it back, in its own words.
    NotTakenBack { what: PullKind, number: u64, base: String, queued: bool, said: String },
    /// It does what the bot may not do directly.
    Proposed { number: u64, from: String, into: String, stands: ProposalStands },
    /// The one that does what the bot may not do directly was closed.
    ProposalClosed { number: u64 },
}

/// What people call a pull request that the bot brings in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PullKind {
    /// One of no particular kind.
    PullRequest,
    /// The one that brings production back.
    BackMerge,
}

/// What stands between a pull request and its merge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MergeObstacle {
    /// It is a draft.
    Draft,
    /// It conflicts with this branch.
    Conflict(String),
    /// GitHub does not know yet whether it conflicts.
    Unchecked,
    /// These checks failed.
    Failed(Vec<String>),
    /// These checks are running.
    Running(Vec<String>),
    /// The bot's own status keeps it.
    Closed,
    /// No check has reported.
    Unreported,
}

/// How a pull request stands that does what the bot may not do directly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProposalStands {
    /// It conflicts in these files.
    Conflicts(Vec<String>),
    /// It is a draft.
    Draft,
    /// Nothing is in its way.
    Ready,
}

/// Whether a review is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Approval {
    /// None is, as far as it is known.
    Given,
    /// One is, and the rule that asks for it could not be read.
    Missing,
    /// One is, by this rule.
    MissingBy(ReviewRule),
}

/// A rule that asks for a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRule {
    /// The rule.
    pub rule: Hindrance,
    /// Whether there is nobody whom the bot could ask.
    pub nobody: bool,
}
