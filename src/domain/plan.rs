//! A plan: a playbook flattened and frozen when a release starts, so that later edits never move a running release.

use serde::{Deserialize, Serialize};

use super::gate::Gate;

/// Everything one release will do, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The stages, in order.
    pub stages: Vec<Stage>,
    /// The steps of all stages, in order.
    pub steps: Vec<PlannedStep>,
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
    /// Makes an annotated tag on the release branch's head.
    Tag {
        /// The tag.
        name: String,
        /// Its message.
        message: String,
    },
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
    },
    /// Waits for the deploy's end.
    AwaitDeploy {
        /// The environment.
        environment: String,
    },
    /// Tells the team.
    Announce {
        /// What is told.
        what: Announcement,
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
    /// Waits until a person merges the release's pull request, on GitHub or by command.
    AwaitMerge,
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
}

impl Plan {
    /// The position where a step is tried again: a deploy is waited for again only after it was asked for again.
    pub fn retry_from(&self, step: usize) -> usize {
        match &self.steps[step].step {
            Step::AwaitDeploy { environment } => (0..step)
                .rev()
                .find(|&i| matches!(&self.steps[i].step, Step::StartDeploy { environment: e, .. } if e == environment))
                .unwrap_or(step),
            _ => step,
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

    /// The first step that fits.
    pub fn find(&self, fits: impl Fn(&Step) -> bool) -> Option<usize> {
        self.steps.iter().position(|planned| fits(&planned.step))
    }
}

impl Step {
    /// Whether the step waits for something that only a look outside can tell.
    pub fn watches(&self) -> bool {
        matches!(self, Self::AwaitDeploy { .. } | Self::AwaitFix | Self::AwaitMerge | Self::MergeWhenGreen)
    }

    /// Whether the step changes anything outside; the others are done by being recorded.
    pub fn acts_outside(&self) -> bool {
        !matches!(self, Self::Announce { .. } | Self::SignOff(_) | Self::AwaitDeploy { .. } | Self::AwaitFix)
    }

    /// What the step does, in words for people.
    pub fn in_words(&self) -> String {
        match self {
            Self::Snapshot { branch, commits } => {
                let messages: Vec<String> =
                    commits.iter().map(|commit| format!("\u{201c}{}\u{201d}", commit.message)).collect();
                format!("create branch {branch} with {}", messages.join(" and "))
            }
            Self::Tag { name, .. } => format!("create tag {name}"),
            Self::Labels { names } => format!("make sure the labels {} exist", names.join(", ")),
            Self::PullRequest { title, base, .. } => format!("open pull request \u{201c}{title}\u{201d} into {base}"),
            Self::TickTimeline => "tick the timeline in the pull request".into(),
            Self::StartDeploy { environment, git_ref, .. } => format!("deploy {git_ref} to {environment}"),
            Self::AwaitDeploy { environment } => format!("wait for {environment}"),
            Self::Announce { what } => format!("announce: {}", what.in_words()),
            Self::SignOff(gate) => format!("wait for {}", gate.title),
            Self::AwaitFix => "wait for the fix to be pushed".into(),
            Self::CatchUpTag { name, .. } => format!("move tag {name} to the branch's head, if fixes came after it"),
            Self::AwaitMerge => "wait for a person to merge the pull request".into(),
            Self::Validate { tag, file } => format!("check that {tag}, {file} and the release branch agree"),
            Self::PublishRelease { tag } => format!("publish the release page of {tag}"),
            Self::BackMerge { branch, into, from, .. } => format!("merge {from} into {branch}, made from {into}"),
            Self::MergeWhenGreen => "merge the back-merge when its checks are green".into(),
            Self::DeleteBranch { name } => format!("delete branch {name}"),
        }
    }
}

impl Announcement {
    /// The occasion, in a few words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Prepared => "release prepared, feature cutoff active",
            Self::Snapshot => "snapshot taken: what is in, what is not",
            Self::Critical => "hotfix under way, review as soon as possible",
            Self::Merged => "merged, production is deploying",
            Self::Live => "live in production",
            Self::Closed => "release closed, with its timeline",
        }
    }
}
