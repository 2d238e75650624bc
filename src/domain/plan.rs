//! A plan: a playbook flattened and frozen when a release starts, so that later edits never move a running release.

use serde::{Deserialize, Serialize};

use super::{dates::DateSpec, gate::Gate};

mod words;

/// Everything one release will do, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The stages, in order.
    pub stages: Vec<Stage>,
    /// The steps of all stages, in order.
    pub steps: Vec<PlannedStep>,
    /// The dates that steps depend on.
    #[serde(default)]
    pub dates: Vec<DateSpec>,
    /// The IANA zone of the dates.
    #[serde(default)]
    pub zone: Option<String>,
}

/// A named part of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// What people call it.
    pub name: String,
    /// Whether it is a point of the pull request's timeline.
    #[serde(default)]
    pub timeline: bool,
    /// Whether it begins again when the release branch gets another commit.
    #[serde(default)]
    pub repeats: bool,
    /// Whether later stages go on while this one waits.
    #[serde(default)]
    pub background: bool,
    /// Whether it waits for every stage before it, the background ones too.
    #[serde(default)]
    pub joins: bool,
}

/// A step in its stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedStep {
    /// The stage's index in the plan.
    pub stage: usize,
    /// What is done.
    pub step: Step,
}

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
    /// Makes an annotated tag on the release branch's head, or on the merge commit.
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
    /// Asks CD to deploy to an environment.
    StartDeploy {
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
    },
    /// Waits for the deploy's end.
    AwaitDeploy {
        /// The environment.
        environment: String,
    },
    /// After a failed deploy: asks CD to deploy the version before.
    StartRollBack {
        /// The environment.
        environment: String,
    },
    /// Waits for the roll-back's end.
    AwaitRollBack {
        /// The environment.
        environment: String,
    },
    /// Tells the team.
    Announce {
        /// What is told.
        what: Announcement,
        /// Roles that are mentioned.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        roles: Vec<String>,
    },
    /// Waits until people have decided.
    SignOff(Gate),
    /// Waits until somebody pushed the first commit of their own to the release branch.
    AwaitFix,
    /// Moves the tag to the release branch's head, if commits came after the tag.
    CatchUpTag {
        /// The tag.
        name: String,
        /// Its message.
        message: String,
    },
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

/// A commit that the snapshot writes on top of the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotCommit {
    /// What is written.
    pub write: Written,
    /// The file's path.
    pub file: String,
    /// The commit's message.
    pub message: String,
}

/// What a snapshot commit writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Written {
    /// The new version, alone in its file.
    Version,
    /// A new section at the top of the changelog.
    Changelog,
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

/// The occasions on which the whole team is told something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Announcement {
    /// A release is prepared; the cutoff is active.
    Prepared,
    /// The release branch appeared: what is in, what is not.
    Snapshot,
    /// A hotfix needs everybody's eyes.
    Critical,
    /// The release was merged and production has been asked.
    Merged,
    /// The version is live.
    Live,
    /// The release is over.
    Closed,
    /// A code freeze began: what is in.
    CodeFreeze,
    /// The notes, read for developers, QA and stakeholders.
    Notes,
    /// Everything is signed off: stakeholders are told what comes and when.
    SignedOff,
    /// The release is out: the next one is planned.
    Planning,
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
}

impl Tagged {
    fn is_head(&self) -> bool {
        *self == Self::Head
    }
}

/// How CD learns that it should deploy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// The bot starts the environment's workflow.
    #[default]
    Dispatch,
    /// CD watches the branch; the bot finds the run. A retry starts the workflow.
    Push,
}

impl By {
    fn is_dispatch(&self) -> bool {
        *self == Self::Dispatch
    }
}

impl Plan {
    /// The position where a step is tried again: a deploy is waited for again only after it was asked for again.
    pub fn retry_from(&self, step: usize) -> usize {
        let asks = |asking: &Step, environment: &String| match (&self.steps[step].step, asking) {
            (Step::AwaitDeploy { .. }, Step::StartDeploy { environment: of, .. })
            | (Step::AwaitRollBack { .. }, Step::StartRollBack { environment: of }) => of == environment,
            _ => false,
        };
        match &self.steps[step].step {
            Step::AwaitDeploy { environment } | Step::AwaitRollBack { environment } => {
                (0..step).rev().find(|&i| asks(&self.steps[i].step, environment)).unwrap_or(step)
            }
            _ => step,
        }
    }

    /// The deploy whose failure a roll-back step answers.
    pub fn answered_by(&self, roll_back: usize) -> Option<usize> {
        let (Step::StartRollBack { environment } | Step::AwaitRollBack { environment }) = &self.steps[roll_back].step
        else {
            return None;
        };
        (0..roll_back)
            .rev()
            .find(|&i| matches!(&self.steps[i].step, Step::AwaitDeploy { environment: of } if of == environment))
    }

    /// The roll-back steps that answer the failure of a deploy.
    pub fn roll_back_of(&self, deploy: usize) -> impl Iterator<Item = usize> {
        (deploy..self.steps.len()).filter(move |&step| self.answered_by(step) == Some(deploy))
    }

    /// The date on which a step depends: a gate's deadline, the merge's time, or what is waited for.
    pub fn date_of(&self, step: usize) -> Option<&str> {
        match &self.steps[step].step {
            Step::SignOff(gate) => gate.deadline.as_deref(),
            Step::AwaitMerge { at } => at.as_deref(),
            Step::AwaitTime { date } => Some(date),
            _ => None,
        }
    }

    /// What people call a step that failed: a deploy that was waited for is the deploy itself.
    pub fn name_of(&self, step: usize) -> String {
        self.steps[self.retry_from(step)].step.in_words()
    }

    /// The gate with this name, and its step.
    pub fn gate(&self, name: &str) -> Option<(usize, &Gate)> {
        self.gates().find(|(_, gate)| gate.name == name)
    }

    /// All gates with their steps, in order.
    pub fn gates(&self) -> impl Iterator<Item = (usize, &Gate)> {
        self.steps.iter().enumerate().filter_map(|(i, planned)| match &planned.step {
            Step::SignOff(gate) => Some((i, gate)),
            _ => None,
        })
    }

    /// What people call a date.
    pub fn title_of<'a>(&'a self, date: &'a str) -> &'a str {
        self.dates.iter().find(|spec| spec.name == date).map_or(date, |spec| spec.title.as_str())
    }

    /// The first step that fits.
    pub fn find(&self, fits: impl Fn(&Step) -> bool) -> Option<usize> {
        self.steps.iter().position(|planned| fits(&planned.step))
    }
}

impl Step {
    /// Whether the step waits for something that only a look outside can tell.
    pub fn watches(&self) -> bool {
        matches!(
            self,
            Self::AwaitDeploy { .. }
                | Self::AwaitRollBack { .. }
                | Self::AwaitFix
                | Self::AwaitMerge { .. }
                | Self::StartDeploy { by: By::Push, .. }
                | Self::MergeWhenGreen
        )
    }

    /// Whether the step changes anything outside; the others are done by being recorded.
    pub fn acts_outside(&self) -> bool {
        !matches!(
            self,
            Self::Announce { .. }
                | Self::SignOff(_)
                | Self::AwaitDeploy { .. }
                | Self::AwaitRollBack { .. }
                | Self::AwaitFix
                | Self::AwaitTime { .. }
                | Self::Notes
                | Self::Freeze { .. }
                | Self::Thaw
        )
    }
}
