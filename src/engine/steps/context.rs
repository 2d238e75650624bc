//! What a step has before it, what it may see, and what may stand in its way.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        release::{
            Release,
            conflict::{self, Conflict},
            fact::{FailedCheck, NewCommit, OtherMerge, Outcome, Proposal},
            next::Surroundings,
            setback::{GitSetback, PullSetback, Setback},
        },
        team::{people::People, project::Project},
    },
    github::{Repository, model::CommitLine, problem::GithubProblem},
    messages::stops::Stop,
};

/// Everything a step may look at.
pub struct StepContext<'a> {
    /// The release.
    pub release: &'a Release,
    /// The step's index in the plan.
    pub index: usize,
    /// The release's project.
    pub project: &'a Project,
    /// Its repository.
    pub repository: &'a Repository,
    /// Everybody.
    pub people: &'a People,
    /// What goes on around the release.
    pub surroundings: &'a Surroundings,
    /// The present moment.
    pub now: DateTime<Utc>,
    /// When this step first started, the same after a restart: what it makes is dated so.
    pub started: DateTime<Utc>,
    /// Whether an earlier attempt may already have had its effect.
    pub resumed: bool,
}

/// What a watching step saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observation {
    /// Not yet; what is waited for.
    NotYet(Setback),
    /// Not yet: checks failed; what is waited for, and which.
    Failing(Setback, Vec<FailedCheck>),
    /// Not yet, and a person has to act; what they should do.
    Asks(Setback),
    /// Not yet: two lines conflict, and a person merges them by hand; what is waited for.
    Conflict(Setback, Box<Conflict>),
    /// The step may act now.
    Ready,
    /// It has happened, otherwise than the release would have done it.
    MergedOtherwise(OtherMerge),
    /// What the step let GitHub do by itself has to be taken back first, whatever keeps it waiting.
    TakesBack,
    /// It has happened.
    Done(Outcome),
}

/// Why a step could not do what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepError {
    /// Trying again may help, at this time if it is known.
    Later(Setback, Option<DateTime<Utc>>),
    /// CD did what it was asked to and failed; asking again may help.
    Failed(Setback),
    /// Only a person can help.
    Person(Setback),
    /// CD deployed this, which is not what people decided on: only a person can help.
    Undecided(Setback, Box<Outcome>),
    /// Two lines do not merge by themselves: a person does it by hand.
    Conflict(Box<Conflict>),
    /// It is begun, and something outside has to come before it can be done.
    Waits(Setback),
    /// It cannot be done directly: this pull request does it once it is merged.
    Instead(Box<Proposal>),
    /// Others merged it otherwise than the release would have, which nobody has been told yet.
    MergedOtherwise(Box<OtherMerge>),
    /// GitHub did not do, or did not show, what it was asked for.
    GitHub(GithubProblem),
}

impl Observation {
    /// Not yet; what is waited for.
    pub(super) fn not_yet(what: impl Into<Setback>) -> Self {
        Self::NotYet(what.into())
    }

    /// Not yet, and a person has to act.
    pub(super) fn asks(what: impl Into<Setback>) -> Self {
        Self::Asks(what.into())
    }
}

impl StepError {
    /// Trying again soon may help.
    pub(super) fn soon(what: impl Into<Setback>) -> Self {
        Self::Later(what.into(), None)
    }

    /// Only a person can help.
    pub(super) fn person(what: impl Into<Setback>) -> Self {
        Self::Person(what.into())
    }

    /// What is in the way.
    pub fn problem(&self) -> Setback {
        match self {
            Self::Later(problem, _)
            | Self::Person(problem)
            | Self::Failed(problem)
            | Self::Waits(problem)
            | Self::Undecided(problem, _) => problem.clone(),
            Self::Conflict(conflict) => {
                let Conflict { from, into, files, .. } = &**conflict;
                GitSetback::Conflict { from: from.clone(), into: into.clone(), files: conflict::paths(files) }.into()
            }
            Self::Instead(proposal) => proposal.why.clone(),
            Self::MergedOtherwise(merge) => PullSetback::MergedOtherwise { number: merge.number }.into(),
            Self::GitHub(problem) => problem.clone().into(),
        }
    }

    /// What it means where something was to be done: what GitHub refuses needs a person, anything else is tried again.
    pub fn of_act(self) -> Self {
        match self {
            Self::GitHub(GithubProblem::RateLimited { until }) => Self::Later(self.problem(), Some(until)),
            Self::GitHub(problem) if problem.may_pass() => Self::soon(problem),
            Self::GitHub(problem) => Self::Person(Setback::ToRetry { once_right: Box::new(problem) }),
            other => other,
        }
    }
}

impl From<Stop<&str>> for StepError {
    fn from(stop: Stop<&str>) -> Self {
        Self::person(stop)
    }
}

impl From<GithubProblem> for StepError {
    fn from(problem: GithubProblem) -> Self {
        Self::GitHub(problem)
    }
}

impl<'a> StepContext<'a> {
    /// The same, with another handle of its repository.
    pub fn through(&self, repository: &'a Repository) -> Self {
        Self { repository, ..*self }
    }

    /// The last commit of a branch that has to be there.
    pub(super) async fn head_of(&self, branch: &str) -> Result<String, StepError> {
        let head = self.repository.branch_or_gone(branch).await?;
        head.ok_or_else(|| StepError::person(GitSetback::NoBranch { branch: branch.to_owned() }))
    }

    /// A commit as facts keep it, with its author's name.
    pub(super) fn new_commit(&self, commit: &CommitLine) -> NewCommit {
        NewCommit {
            sha: commit.sha.clone(),
            subject: commit.message.lines().next().unwrap_or_default().to_owned(),
            author: self.people.name_of_login(&commit.author),
            only_merges: commit.only_merges(),
        }
    }

    /// Adapts an answer that says "exists already": it is time to look.
    pub(super) fn exists<T>(answer: Result<T, GithubProblem>) -> Result<Option<T>, StepError> {
        match answer {
            Ok(made) => Ok(Some(made)),
            Err(GithubProblem::AlreadyExists(_)) => Ok(None),
            Err(problem) => Err(problem.into()),
        }
    }
}
