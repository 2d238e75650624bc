//! The steps of a release: each looks outside before it acts, so that doing it twice is doing it once.

mod await_deploy;
mod await_merge;
mod back_merge;
mod catch_up_tag;
mod delete_branch;
mod head;
mod labels;
mod merge_when_green;
pub mod notes;
mod publish_release;
mod pull_request;
mod snapshot;
mod start_deploy;
mod tag;
mod tick_timeline;
mod validate;

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        fact::Made,
        people::People,
        plan::Step,
        project::Project,
        release::Release,
    },
    github::{Repository, problem::GithubProblem},
};

pub use head::watch_head;

/// Everything a step may look at.
pub struct Scene<'a> {
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
    /// The present moment.
    pub now: DateTime<Utc>,
    /// When this step first started, the same after a restart: what it makes is dated so.
    pub started: DateTime<Utc>,
    /// Whether an earlier attempt may already have had its effect.
    pub resumed: bool,
}

/// What a watching step saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// Not yet; what is waited for, in words.
    NotYet(String),
    /// Not yet, and a person has to act; what they should do, in words.
    Asks(String),
    /// The step may act now.
    Ready,
    /// It has happened.
    Done(Made),
}

/// Why a step could not do what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Trying again may help, at this time if it is known.
    Later(String, Option<DateTime<Utc>>),
    /// Only a person can help.
    Person(String),
}

impl From<GithubProblem> for Trouble {
    fn from(problem: GithubProblem) -> Self {
        match problem {
            GithubProblem::RateLimited { until } => Self::Later(problem.to_string(), Some(until)),
            problem if problem.may_pass() => Self::Later(problem.to_string(), None),
            problem => Self::Person(problem.to_string()),
        }
    }
}

/// Has the step's effect, or finds that it is there already.
///
/// # Errors
/// What stands in the way.
pub async fn act(scene: &Scene<'_>) -> Result<Made, Trouble> {
    match &scene.release.brief.plan.steps[scene.index].step {
        Step::Snapshot { branch, commits } => snapshot::act(scene, branch, commits).await,
        Step::Tag { name, message } => tag::act(scene, name, message).await,
        Step::Labels { names } => labels::act(scene, names).await,
        Step::PullRequest { name, head, base, title, labels } => {
            pull_request::act(scene, &pull_request::Wanted { name: *name, head, base, title, labels }).await
        }
        Step::TickTimeline => tick_timeline::act(scene).await,
        Step::StartDeploy { environment, git_ref, build } => {
            start_deploy::act(scene, environment, git_ref, build).await
        }
        Step::CatchUpTag { name, message } => catch_up_tag::act(scene, name, message).await,
        Step::AwaitMerge => await_merge::act(scene).await,
        Step::Validate { tag, file } => validate::act(scene, tag, file).await,
        Step::PublishRelease { tag } => publish_release::act(scene, tag).await,
        Step::BackMerge { branch, into, from, message } => {
            back_merge::act(scene, &back_merge::Wanted { branch, into, from, message }).await
        }
        Step::MergeWhenGreen => merge_when_green::act(scene).await,
        Step::DeleteBranch { name } => delete_branch::act(scene, name).await,
        // These have no effect outside: recording them is all.
        Step::Announce { .. } | Step::SignOff(_) | Step::AwaitDeploy { .. } | Step::AwaitFix => Ok(Made::Nothing),
    }
}

/// Looks whether what a step waits for has happened.
///
/// # Errors
/// What stands in the way.
pub async fn look(scene: &Scene<'_>) -> Result<Sight, Trouble> {
    match &scene.release.brief.plan.steps[scene.index].step {
        Step::AwaitDeploy { environment } => await_deploy::look(scene, environment).await,
        Step::AwaitMerge => await_merge::look(scene).await,
        Step::MergeWhenGreen => merge_when_green::look(scene).await,
        Step::AwaitFix => Ok(head::look_for_fix(scene.release)),
        _ => Ok(Sight::Ready),
    }
}

impl Scene<'_> {
    /// Adapts an answer that says "exists already": it is time to look.
    fn exists<T>(answer: Result<T, GithubProblem>) -> Result<Option<T>, Trouble> {
        match answer {
            Ok(made) => Ok(Some(made)),
            Err(GithubProblem::AlreadyExists(_)) => Ok(None),
            Err(problem) => Err(problem.into()),
        }
    }
}

/// What stands between a pull request and its merge right now, if anything does.
///
/// # Errors
/// What GitHub says against looking.
pub async fn merge_obstacle(
    repository: &Repository,
    number: u64,
    expects_checks: bool,
) -> Result<Option<String>, GithubProblem> {
    let pull_request = repository.pull_request(number).await?;
    let checks = repository.checks(&pull_request.head_sha).await?;
    Ok(await_merge::obstacle(&pull_request, &checks, expects_checks))
}

/// The first letters of a commit id, as people read them.
pub fn short(sha: &str) -> &str {
    sha.get(..7).unwrap_or(sha)
}
