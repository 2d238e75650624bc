//! Facts: everything that happened to a release, in order, never changed. Its state is a fold over them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

mod joining;
mod made;
mod otherwise;
#[cfg(test)]
mod tests;

use super::{
    ReleaseId,
    authors::Authorship,
    barrier::Barrier,
    conflict::Conflict,
    counted::{CountedReview, NotCounted, ReviewTakenBack},
    hindrance::Hindrance,
    leftover::{CleanUp, Leftover},
    setback::Setback,
    stories::{Difference, StoryFact},
};
use crate::domain::{github::Hidden, time::dates::Dates};
pub use joining::{BackMerge, Joined, OnlyMerged, Proposal};
pub use made::{Outcome, Provenance};
pub use otherwise::{MergeTurn, OtherMerge};

/// A check that failed on what was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedCheck {
    /// Its name.
    pub name: String,
    /// The page that shows what it did, where it says so.
    pub url: Option<String>,
}

/// Who does what is done because its time has come.
pub const THE_CALENDAR: &str = "the calendar";
/// Who tries again what failed, as often as the playbook says.
pub const THE_BOT: &str = "Shipmate";

/// A fact with its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// When it was recorded, UTC.
    pub at: DateTime<Utc>,
    /// What happened.
    pub fact: Fact,
}

/// Something that happened. Steps are named by their index in the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "kebab-case")]
pub enum Fact {
    /// A step is about to act: on disk before the request leaves.
    Started {
        /// The step.
        step: usize,
    },
    /// A step has been done.
    Done {
        /// The step.
        step: usize,
        /// What it made.
        made: Outcome,
    },
    /// A step failed.
    Failed {
        /// The step.
        step: usize,
        /// What went wrong.
        problem: Setback,
        /// When it is tried again by itself; `None` waits for a person.
        retry_at: Option<DateTime<Utc>>,
        /// What conflicts, if that is the reason.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conflict: Option<Conflict>,
        /// What CD deployed in place of what was decided on, if that is the reason.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead: Option<Outcome>,
    },
    /// A step could not be done directly: a pull request does it once it is merged.
    Proposed {
        /// The step.
        step: usize,
        /// The pull request.
        proposal: Proposal,
    },
    /// What a watching step saw last: recorded when it changes.
    Seen {
        /// The step.
        step: usize,
        /// What is waited for; nothing where the look says no more than that it can be seen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        what: Option<Setback>,
        /// Whether a person has to act.
        #[serde(default)]
        asks: bool,
        /// What conflicts, as long as that is what keeps it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conflict: Option<Conflict>,
        /// The checks that failed, as long as they keep it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        failed: Vec<FailedCheck>,
    },
    /// What a watching step looks at could not be seen, which says nothing of it: recorded when that changes.
    Unseen {
        /// The step.
        step: usize,
        /// Why.
        problem: Setback,
        /// What keeps it from being seen, by which it is known again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Hidden>,
        /// Whether that may pass without anybody doing anything.
        #[serde(default)]
        passes: bool,
    },
    /// Those who can act at a step have been asked to.
    Asked {
        /// The step.
        step: usize,
    },
    /// A stage began to watch another branch than the release's, at this commit.
    Watched {
        /// The branch.
        branch: String,
        /// Its commit.
        commit: String,
    },
    /// The release branch, or another one that a stage watches, got commits.
    HeadMoved {
        /// The branch, if it is not the release's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        branch: Option<String>,
        /// The commit before.
        from: String,
        /// The commit now.
        to: String,
        /// What came, oldest first: commit, first line, author's name.
        commits: Vec<NewCommit>,
        /// Whether it only brings production back, which nobody needs to stage.
        back_merge: bool,
    },
    /// Somebody ticked or unticked a line of a checklist.
    Ticked {
        /// The gate.
        gate: String,
        /// The line's index.
        item: usize,
        /// Ticked or unticked.
        on: bool,
        /// Who.
        by: String,
    },
    /// Somebody approved at a gate.
    Approved {
        /// The gate.
        gate: String,
        /// Who.
        by: String,
        /// The commit they decided on.
        commit: String,
        /// A remark.
        note: Option<String>,
        /// The review on GitHub by which they did, if it was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        review: Option<CountedReview>,
    },
    /// Somebody rejected at a gate.
    Rejected {
        /// The gate.
        gate: String,
        /// Who.
        by: String,
        /// The commit they decided on.
        commit: String,
        /// Why.
        reason: String,
    },
    /// Somebody took their decision back, or GitHub says that their review does not approve any more.
    Withdrawn {
        /// The gate.
        gate: String,
        /// Who.
        by: String,
        /// How the review stopped approving, if they approved by one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        review: Option<ReviewTakenBack>,
    },
    /// An approving review on GitHub is no yes at a gate.
    ReviewPassedOver {
        /// The gate.
        gate: String,
        /// The GitHub login of whoever gave it.
        login: String,
        /// The commit that was reviewed.
        commit: String,
        /// Its page.
        url: String,
        /// Why.
        why: NotCounted,
    },
    /// Who wrote what is decided on at a commit was read.
    Authored {
        /// The commit.
        commit: String,
        /// Who.
        authors: Authorship,
    },
    /// What the repository's rules keep the release from, as far as they were read: when it began, and when that changed.
    Ruled {
        /// What they hinder.
        hindrances: Vec<Hindrance>,
        /// What could not be read, in words.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unread: Vec<String>,
    },
    /// Somebody let the release begin although a fix still has to go to other lines.
    Waived {
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// What is owed, one sentence each.
        owed: Vec<String>,
        /// The hotfixes that owe it.
        hotfixes: Vec<ReleaseId>,
    },
    /// Others merged the release's own pull request otherwise than the release would have.
    MergedOtherwise {
        /// How.
        merge: OtherMerge,
    },
    /// Somebody asked the bot to merge the release's pull request.
    MergeAsked {
        /// Who.
        by: String,
    },
    /// Somebody asked for a failed step to be tried again.
    RetryAsked {
        /// The step.
        step: usize,
        /// Who.
        by: String,
    },
    /// Somebody asked to go past a gate that leads to production: a second person has to agree.
    SkipAsked {
        /// The gate's step.
        step: usize,
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// The commit that would have been decided on.
        commit: String,
    },
    /// Somebody went past a step.
    Skipped {
        /// The step.
        step: usize,
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// Who agreed, where it takes two.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        second: Option<String>,
    },
    /// Somebody looked at a gate that two people went past; also after the release is over.
    Reviewed {
        /// The gate's step.
        step: usize,
        /// Who.
        by: String,
        /// What they found.
        findings: String,
    },
    /// A later version runs where a step would have spoken of this one: nothing is left to say or to decide there.
    Overtaken {
        /// The step.
        step: usize,
        /// The environment.
        environment: String,
        /// The version that runs there.
        by: String,
    },
    /// People were reminded of what is missing before one of the release's dates.
    Reminded {
        /// The step that the date belongs to.
        step: usize,
        /// The moment that the reminder was for; those before it need not be made any more.
        due: DateTime<Utc>,
    },
    /// A gate was not through at its deadline.
    Escalated {
        /// The gate's step.
        step: usize,
        /// The deadline.
        deadline: DateTime<Utc>,
    },
    /// People were reminded of what is open before the release's target.
    TargetNear {
        /// The moment that the reminder was for.
        due: DateTime<Utc>,
    },
    /// The release was not over at its target.
    TargetMissed {
        /// The target.
        at: DateTime<Utc>,
    },
    /// Something was missing when the release should have left.
    Missed {
        /// The step that merges.
        step: usize,
        /// When it should have left.
        at: DateTime<Utc>,
        /// What was missing.
        missing: Vec<Missing>,
    },
    /// Somebody moved one of the release's dates; others followed.
    Moved {
        /// The date that was moved.
        date: String,
        /// All dates as they are now.
        dates: Dates,
        /// Who.
        by: String,
        /// Why.
        reason: String,
    },
    /// Something happened to a story.
    Story {
        /// Its name.
        story: String,
        /// What happened.
        what: StoryFact,
    },
    /// The choice of stories and what the branch holds were compared: recorded when how they differ changes.
    StoriesDiffer {
        /// How, story by story; nothing if they do not any more.
        differences: Vec<Difference>,
    },
    /// The branch that stories are merged into is back where it began, because one of them was taken out.
    Rebuilt {
        /// Where it began.
        commit: String,
    },
    /// Somebody ended the release.
    Cancelled {
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// Whether what only the release made is removed on GitHub. Older programs removed nothing.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        cleans_up: bool,
    },
    /// What became of something that a cancelled release left on GitHub.
    CleanUp {
        /// What.
        what: Leftover,
        /// What became of it.
        came: CleanUp,
    },
    /// Everything has been done.
    Finished,
}

/// Something that was missing when a release should have left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// A step before it was not over.
    Step(usize),
    /// A gate was given only after its deadline.
    Late(usize),
    /// Something around it kept it back.
    Around(Barrier),
    /// The bot was not running at that time, and its playbook does not leave late.
    NotRunning,
    /// The merge itself was not to be had: what stopped it.
    Stopped(Setback),
    /// What an older program wrote of any of these, in words.
    Obstacle(String),
}

/// A commit that came to the release branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCommit {
    /// The full id.
    pub sha: String,
    /// The first line of its message.
    pub subject: String,
    /// Its author's name.
    pub author: String,
    /// Whether it only brings together what others wrote: its author pressed a button.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_merges: bool,
}
