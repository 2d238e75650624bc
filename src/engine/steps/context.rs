//! What a step has before it, what it may see, and what may stand in its way.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        release::{
            Release,
            conflict::{self, Conflict},
            fact::{FailedCheck, OtherMerge, Outcome, Proposal},
            next::Surroundings,
            setback::Setback,
        },
        team::{people::People, project::Project},
    },
    github::{Repository, problem::GithubProblem},
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
    /// Not yet; what is waited for, in words.
    NotYet(String),
    /// Not yet: checks failed; what is waited for, in words, and which.
    Failing(String, Vec<FailedCheck>),
    /// Not yet, and a person has to act; what they should do, in words.
    Asks(String),
    /// Not yet: two lines conflict, and a person merges them by hand; what is waited for, in words.
    Conflict(String, Box<Conflict>),
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
    Later(String, Option<DateTime<Utc>>),
    /// CD did what it was asked to and failed; asking again may help.
    Failed(String),
    /// Only a person can help.
    Person(String),
    /// This stops the release: only a person can help.
    Stop(Box<Stop>),
    /// CD deployed this, which is not what people decided on: only a person can help.
    Undecided(Setback, Box<Outcome>),
    /// Two lines do not merge by themselves: a person does it by hand.
    Conflict(Box<Conflict>),
    /// It is begun, and something outside has to come before it can be done: what, in words.
    Waits(String),
    /// It cannot be done directly: this pull request does it once it is merged.
    Instead(Box<Proposal>),
    /// Others merged it otherwise than the release would have, which nobody has been told yet.
    MergedOtherwise(Box<OtherMerge>),
    /// GitHub did not do, or did not show, what it was asked for.
    GitHub(GithubProblem),
}

impl StepError {
    /// What is in the way, as a sentence.
    pub fn in_words(&self) -> String {
        match self {
            Self::Later(problem, _) | Self::Person(problem) | Self::Failed(problem) | Self::Waits(problem) => {
                problem.clone()
            }
            Self::Stop(stop) => stop.to_string(),
            Self::Undecided(problem, _) => problem.to_string(),
            Self::Conflict(conflict) => format!(
                "{} and {} conflict in {}: a person merges them on {} and pushes it",
                conflict.from,
                conflict.into,
                conflict::paths(&conflict.files),
                conflict.into
            ),
            Self::Instead(proposal) => proposal.why.clone(),
            Self::MergedOtherwise(merge) => format!("#{} was merged otherwise", merge.number),
            Self::GitHub(problem) => problem.to_string(),
        }
    }

    /// What is in the way, as a value where it is known.
    pub fn problem(&self) -> Setback {
        match self {
            Self::Stop(stop) => Setback::Stop(stop.clone()),
            Self::Undecided(problem, _) => problem.clone(),
            Self::Later(..)
            | Self::Failed(_)
            | Self::Person(_)
            | Self::Conflict(_)
            | Self::Waits(_)
            | Self::Instead(_)
            | Self::MergedOtherwise(_)
            | Self::GitHub(_) => Setback::Words(self.in_words()),
        }
    }

    /// What it means where something was to be done: what GitHub refuses needs a person, anything else is tried again.
    pub fn of_act(self) -> Self {
        match self {
            Self::GitHub(GithubProblem::RateLimited { until }) => Self::Later(self.in_words(), Some(until)),
            Self::GitHub(problem) if problem.may_pass() => Self::Later(problem.to_string(), None),
            Self::GitHub(problem) => {
                Self::Person(format!("{problem}. Once that is put right, /release retry tries it again"))
            }
            other => other,
        }
    }
}

impl From<Stop<&str>> for StepError {
    fn from(stop: Stop<&str>) -> Self {
        Self::Stop(Box::new(stop.owned()))
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

    /// Adapts an answer that says "exists already": it is time to look.
    pub(super) fn exists<T>(answer: Result<T, GithubProblem>) -> Result<Option<T>, StepError> {
        match answer {
            Ok(made) => Ok(Some(made)),
            Err(GithubProblem::AlreadyExists(_)) => Ok(None),
            Err(problem) => Err(problem.into()),
        }
    }
}
