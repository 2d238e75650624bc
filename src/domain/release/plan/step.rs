//! The steps there are: each one effect, or one thing waited for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Announcement, By, OnFailure, Settling, SnapshotCommit};
use crate::domain::release::gate::Gate;

/// One step: one effect under a name that follows from the release, or one thing waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Step {
    /// Makes a branch from the source's commit, with commits on top, all visible at once.
    Snapshot {
        /// The new branch.
        branch: String,
        /// What is written on top of the source, one commit each.
        commits: Vec<SnapshotCommit>,
    },
    /// Makes an annotated tag on the release branch's head or on the merge commit, or moves it to where the branch is by now.
    Tag {
        /// The tag.
        name: String,
        /// Its message.
        message: String,
        /// What it points at.
        #[serde(default, skip_serializing_if = "Tagged::is_head")]
        of: Tagged,
    },
    /// Reads what is in the release, for the announcements that follow.
    Notes,
    /// Waits until one of the release's dates.
    AwaitTime {
        /// The date's name.
        date: String,
    },
    /// Closes branches until the release lifts it.
    Freeze {
        /// Why.
        reason: String,
        /// The branches.
        branches: Vec<String>,
        /// The date at which it is expected to end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<String>,
        /// Roles that let fixes in by themselves as long as something of the release is rejected.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fixes_by: Vec<String>,
    },
    /// Lifts the release's own freezes.
    Thaw,
    /// Makes sure that labels exist.
    Labels {
        /// Their names.
        names: Vec<String>,
    },
    /// Opens a pull request.
    PullRequest {
        /// What later steps call it.
        name: PullRequestName,
        /// The branch it comes from.
        head: String,
        /// The branch it goes to.
        base: String,
        /// Its title.
        title: String,
        /// Its labels.
        labels: Vec<String>,
    },
    /// Keeps the timeline in the release's pull request ticked.
    TickTimeline,
    /// Brings a branch or tag to an environment: CD is asked, its end is waited for, what came may have to prove itself, and
    /// what fails may be answered.
    Deploy {
        /// The environment.
        environment: String,
        /// The branch or tag that is deployed.
        git_ref: String,
        /// Appended to the version to name the build, with `{time}` as Unix seconds; empty for the version itself.
        #[serde(default)]
        build: String,
        /// How CD learns of it.
        #[serde(default, skip_serializing_if = "By::is_dispatch")]
        by: By,
        /// What CD is told besides the version and the tag, such as the share of traffic.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        inputs: BTreeMap<String, String>,
        /// What it is called, if it is more than a deploy.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// Whether it has to be the artifact that was deployed first.
        #[serde(default, skip_serializing_if = "is_false")]
        same_artifact: bool,
        /// How often a failed deploy is tried again by itself.
        #[serde(default, skip_serializing_if = "is_zero")]
        retries: u32,
        /// How long it has to run before the release goes on, such as `2h`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        soak: Option<String>,
        /// For how long after that a bad signal is a failure, such as `15m`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        watch: Option<String>,
        /// What follows when it fails for good.
        #[serde(default, skip_serializing_if = "OnFailure::is_leave")]
        on_failure: OnFailure,
        /// The number under which an older program asked GitHub for its deployments; its place in the plan without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<usize>,
    },
    /// Has what runs in an environment prove itself, some time after its deploy.
    Settle {
        /// The environment.
        environment: String,
        /// How long it has to run before the release goes on, such as `2h`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        soak: Option<String>,
        /// For how long after that a bad signal is a failure, such as `15m`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        watch: Option<String>,
        /// What follows when it does badly.
        #[serde(default, skip_serializing_if = "OnFailure::is_leave")]
        on_failure: OnFailure,
    },
    /// Looks for what differs between two environments, so that people see it before they decide.
    Compare {
        /// The environments, the one that should be like the other first.
        environments: [String; 2],
    },
    /// Waits until the checks of a commit are green.
    AwaitChecks {
        /// The branch or tag; the release's own commit without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        git_ref: Option<String>,
        /// Checks that have to be among them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        named: Vec<String>,
    },
    /// Makes sure that a branch exists.
    Branch {
        /// Its name.
        name: String,
        /// The branch or tag at whose commit it is made, if it has to be.
        from: String,
    },
    /// Takes stories in that people pick, one by one, until they say that these are all.
    Pick {
        /// The branch that they are merged into.
        into: String,
        /// Environments to which each is deployed first, in order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        deploy: Vec<String>,
        /// Roles that say of each story that it works, in each of these environments.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        test: Vec<String>,
        /// Who says that these are all.
        gate: Gate,
    },
    /// Merges one branch into another, which the bot may write to.
    Merge {
        /// The branch that gets it.
        branch: String,
        /// The branch or tag that is merged.
        from: String,
        /// The merge commit's message.
        message: String,
    },
    /// Makes a branch with the release's own commits on top of another line.
    CherryPick {
        /// The new branch.
        branch: String,
        /// Where it starts and will return to.
        into: String,
        /// The branch or tag that has the commits.
        from: String,
        /// The branch or tag after which they come.
        since: String,
    },
    /// Refuses a commit that lacks a fix which production already has.
    CheckFixes {
        /// The branch or tag that is to be released.
        git_ref: String,
    },
    /// Warns both sides when a hotfix touches files that were also changed elsewhere.
    Overlap {
        /// The branch on which the others work.
        with: String,
    },
    /// Waits until a tag is there, whoever makes it.
    AwaitTag {
        /// The tag.
        name: String,
    },
    /// Tells the team.
    Announce {
        /// What is told.
        what: Announcement,
        /// The playbook's own words, if it says something of its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// Roles that are mentioned.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        roles: Vec<String>,
        /// Whether it is told while CD is at work on the deploy before it, rather than once that is there.
        #[serde(default, skip_serializing_if = "is_false")]
        meanwhile: bool,
        /// Whether stakeholders are told, too, in their words.
        #[serde(default, skip_serializing_if = "is_false")]
        stakeholders: bool,
    },
    /// Waits until people have decided.
    SignOff(Gate),
    /// Waits until somebody pushed the first commit of their own to the release branch.
    AwaitFix,
    /// Waits until a person merges the release's pull request, on GitHub or by command; with a date, merges it then by
    /// itself if everything is signed off.
    AwaitMerge {
        /// The date at which it merges by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<String>,
    },
    /// Checks that tag, version file and release branch agree; stops loudly if not.
    Validate {
        /// The tag.
        tag: String,
        /// The version file's path.
        file: String,
    },
    /// Publishes GitHub's release page for the tag.
    PublishRelease {
        /// The tag.
        tag: String,
    },
    /// Makes the back-merge branch: one branch with the other merged into it.
    BackMerge {
        /// The new branch.
        branch: String,
        /// Where it starts and will return to.
        into: String,
        /// What is merged into it.
        from: String,
        /// The merge commit's message.
        message: String,
    },
    /// Merges the back-merge's pull request once its checks are green and nothing conflicts.
    MergeWhenGreen,
    /// Deletes a branch.
    DeleteBranch {
        /// The branch.
        name: String,
    },
}

/// The two pull requests that a release may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PullRequestName {
    /// Brings the release to production.
    Release,
    /// Brings production back to development.
    Backport,
}

/// What a tag points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tagged {
    /// The release branch's head.
    #[default]
    Head,
    /// The commit that the merge made.
    Merge,
    /// The release branch's head once more, if commits came after the tag.
    CatchUp,
}

impl Tagged {
    fn is_head(&self) -> bool {
        *self == Self::Head
    }
}

impl Step {
    /// The gate at which people decide, if it has one.
    pub fn gate(&self) -> Option<&Gate> {
        let (Self::SignOff(gate) | Self::Pick { gate, .. }) = self else { return None };
        Some(gate)
    }

    /// The commits that it makes for the version.
    pub fn commits(&self) -> &[SnapshotCommit] {
        let Self::Snapshot { commits, .. } = self else { return &[] };
        commits
    }

    /// Whether it brings what was released back to a line.
    pub fn brings_back(&self) -> bool {
        matches!(self, Self::BackMerge { .. } | Self::CherryPick { .. } | Self::MergeWhenGreen)
    }

    /// Whether it only looks at what others do, so that what stood in its way is over once it is not seen any more.
    pub fn only_looks(&self) -> bool {
        matches!(self, Self::AwaitChecks { .. } | Self::AwaitTag { .. })
    }

    /// Whether the step waits for something that only a look outside can tell; of a deploy its phase says that.
    pub fn watches(&self) -> bool {
        matches!(
            self,
            Self::AwaitFix
                | Self::AwaitMerge { .. }
                | Self::AwaitChecks { .. }
                | Self::AwaitTag { .. }
                | Self::Pick { .. }
                | Self::Merge { .. }
                | Self::MergeWhenGreen
                | Self::PublishRelease { .. }
        )
    }

    /// Whether the step says or decides something about the version that runs in an environment.
    pub fn speaks_of_what_runs(&self) -> bool {
        matches!(
            self,
            Self::SignOff(_)
                | Self::Settle { .. }
                | Self::Announce { what: Announcement::Live | Announcement::Closed, .. }
        )
    }

    /// Whether the step changes anything outside; the others are done by being recorded. Of a deploy its phase says that.
    pub fn acts_outside(&self) -> bool {
        match self {
            Self::Snapshot { .. }
            | Self::Tag { .. }
            | Self::Labels { .. }
            | Self::PullRequest { .. }
            | Self::TickTimeline
            | Self::Branch { .. }
            | Self::Merge { .. }
            | Self::CherryPick { .. }
            | Self::AwaitMerge { .. }
            | Self::Validate { .. }
            | Self::PublishRelease { .. }
            | Self::BackMerge { .. }
            | Self::MergeWhenGreen
            | Self::DeleteBranch { .. } => true,
            Self::Deploy { .. }
            | Self::Settle { .. }
            | Self::Announce { .. }
            | Self::SignOff(_)
            | Self::AwaitFix
            | Self::AwaitTime { .. }
            | Self::AwaitChecks { .. }
            | Self::AwaitTag { .. }
            | Self::Pick { .. }
            | Self::Compare { .. }
            | Self::CheckFixes { .. }
            | Self::Overlap { .. }
            | Self::Notes
            | Self::Freeze { .. }
            | Self::Thaw => false,
        }
    }

    /// What has to hold in an environment after the step, if it brings or watches something there.
    pub fn settling(&self) -> Option<Settling<'_>> {
        let (Self::Deploy { environment, soak, watch, on_failure, .. }
        | Self::Settle { environment, soak, watch, on_failure }) = self
        else {
            return None;
        };
        let deploys = matches!(self, Self::Deploy { .. });
        Some(Settling { environment, soak: soak.as_deref(), watch: watch.as_deref(), on_failure, deploys })
    }

    /// The environment to which the step deploys.
    pub fn deploys_to(&self) -> Option<&str> {
        self.settling().filter(|settling| settling.deploys).map(|settling| settling.environment)
    }

    /// The environment to which CD deploys by itself what comes to this branch, or to this tag.
    pub fn deploys_pushes_to(&self, pushed: &str) -> Option<&str> {
        let Self::Deploy { by: By::Push, git_ref, environment, .. } = self else { return None };
        (git_ref == pushed).then_some(environment)
    }
}

// Serde hands over references.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(count: &u32) -> bool {
    *count == 0
}
