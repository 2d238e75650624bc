//! Waits for a person to merge the release's pull request; merges it when a person asked by command.

use super::{
    conflict,
    context::{Observation, StepContext, StepError},
    merged_by, merged_otherwise,
};
use crate::{
    domain::{
        freeze::enforcement::CONTEXT,
        release::{
            conflict::{Conflict, paths},
            fact::{Outcome, THE_CALENDAR},
            plan::PullRequestName,
            setback::{MergeObstacle, PullSetback},
        },
    },
    github::{
        Repository,
        model::{Checks, Merge, PullRequest},
        problem::GithubProblem,
    },
    messages::stops::Stop,
};

pub(super) async fn look(context: &StepContext<'_>) -> Result<Observation, StepError> {
    let pull_request = read(context).await?;
    if pull_request.merged.is_some() {
        return Ok(match merged(context, &pull_request).await {
            Ok(made) => Observation::Done(made),
            Err(StepError::MergedOtherwise(merge)) => Observation::MergedOtherwise(*merge),
            Err(StepError::Person(problem)) => Observation::NotYet(problem),
            Err(error) => return Err(error),
        });
    }
    if !pull_request.open {
        let number = pull_request.number;
        return Err(Stop::Closed { number }.into());
    }
    if let Some(conflict) = conflict(context, &pull_request).await? {
        return Ok(conflicts(&pull_request, conflict));
    }
    let checks = checks(context.repository, &pull_request.head_sha, context.project.checks).await?;
    Ok(match obstacle(&pull_request, &checks, context.project.checks) {
        Some(by) => waits(PullSetback::Obstructed { what: None, number: pull_request.number, by }, &checks),
        None => Observation::asks(PullSetback::Ready { number: pull_request.number }),
    })
}

pub(super) async fn act(context: &StepContext<'_>) -> Result<Outcome, StepError> {
    let pull_request = read(context).await?;
    if pull_request.merged.is_some() {
        return merged(context, &pull_request).await;
    }
    if pull_request.head_sha != context.release.head() {
        return Err(Stop::Pushed.into());
    }
    if pull_request.mergeable == Some(false)
        && let Some(conflict) = conflict(context, &pull_request).await?
    {
        return Err(StepError::Conflict(Box::new(conflict)));
    }
    let checks = checks(context.repository, &pull_request.head_sha, context.project.checks).await?;
    let number = pull_request.number;
    if let Some(by) = obstacle(&pull_request, &checks, context.project.checks) {
        let computing = pull_request.mergeable.is_none() && !pull_request.draft;
        let open = Checks { closed: false, ..checks.clone() };
        // No freeze holds the release, or it would not be here: what is left of one is taken back by itself.
        let red = checks.closed && self::obstacle(&pull_request, &open, context.project.checks).is_none();
        return Err(match computing && context.release.state.merge_asked.is_none() || red {
            true => {
                let soon = context.now + chrono::Duration::seconds(5);
                StepError::Later(PullSetback::Obstructed { what: None, number, by }.into(), Some(soon))
            }
            false => Stop::NotMergeable { number, obstacle: by.to_string().as_str() }.into(),
        });
    }
    let title = format!("{} (#{})", pull_request.title, pull_request.number);
    match context.repository.merge_pull_request(pull_request.number, &pull_request.head_sha, &title).await? {
        Merge::Merged(commit) => {
            let asked = context.release.state.merge_asked.clone();
            let by = asked.unwrap_or_else(|| THE_CALENDAR.to_owned());
            Ok(Outcome::Merged { by, commit, head: pull_request.head_sha })
        }
        Merge::AlreadyThere | Merge::Conflict => {
            Err(StepError::person(PullSetback::ConflictsAtMerge { number, base: pull_request.base }))
        }
        Merge::Refused(said) => Err(StepError::person(PullSetback::NotMerged { number, said })),
    }
}

/// What keeps a pull request waiting, with the checks that failed.
pub(super) fn waits(what: PullSetback, checks: &Checks) -> Observation {
    match checks.failed.is_empty() {
        true => Observation::not_yet(what),
        false => Observation::Failing(what.into(), checks.failures()),
    }
}

/// What conflicts, if GitHub says that something does. What is known already is not looked for again.
pub(super) async fn conflict(
    context: &StepContext<'_>,
    pull_request: &PullRequest,
) -> Result<Option<Conflict>, StepError> {
    let known = context.release.state.steps[context.index].conflict.as_ref();
    match pull_request.mergeable {
        Some(true) => return Ok(None),
        // GitHub looks anew after each push to either side. Until it is through, what was seen holds.
        None => return Ok(known.cloned()),
        Some(false) => {}
    }
    let (into, from) = (&pull_request.head, &pull_request.base);
    let commit = context.repository.branch(from).await?.unwrap_or_default();
    if let Some(known) = known.filter(|known| known.commit == commit) {
        return Ok(Some(known.clone()));
    }
    let files = conflict::known(context, into, from).await?;
    Ok(Some(Conflict { into: into.clone(), from: from.clone(), tag: false, commit, files }))
}

/// A conflict of a pull request, as it is waited for.
pub(super) fn conflicts(pull_request: &PullRequest, conflict: Conflict) -> Observation {
    let PullRequest { number, base, head, .. } = pull_request;
    let (number, base, head, files) = (*number, base.clone(), head.clone(), paths(&conflict.files));
    Observation::Conflict(PullSetback::Conflicts { number, base, head, files }.into(), Box::new(conflict))
}

/// What stands between a pull request and its merge, if anything does.
pub(super) fn obstacle(pull_request: &PullRequest, checks: &Checks, expects_checks: bool) -> Option<MergeObstacle> {
    if pull_request.draft {
        return Some(MergeObstacle::Draft);
    }
    match pull_request.mergeable {
        Some(false) => return Some(MergeObstacle::Conflict(pull_request.base.clone())),
        None => return Some(MergeObstacle::Unchecked),
        Some(true) => {}
    }
    if !checks.failed.is_empty() {
        return Some(MergeObstacle::Failed(checks.failed.clone()));
    }
    if !checks.pending.is_empty() {
        return Some(MergeObstacle::Running(checks.pending.clone()));
    }
    if checks.closed {
        return Some(MergeObstacle::Closed);
    }
    (expects_checks && checks.passed.is_empty()).then_some(MergeObstacle::Unreported)
}

/// The checks of a commit. Where there are none only the bot's own status is looked at, if it may be.
pub(super) async fn checks(repository: &Repository, sha: &str, expects_checks: bool) -> Result<Checks, GithubProblem> {
    if expects_checks {
        return repository.checks(sha).await;
    }
    match repository.latest_status(sha, CONTEXT).await {
        Ok(latest) => Ok(Checks { closed: latest.is_some_and(|status| !status.good), ..Checks::default() }),
        Err(problem) if problem.may_pass() => Err(problem),
        Err(_) => Ok(Checks::default()),
    }
}

async fn read(context: &StepContext<'_>) -> Result<PullRequest, StepError> {
    let Some((number, _)) = context.release.state.pull_requests.get(&PullRequestName::Release) else {
        return Err(StepError::person(PullSetback::NotOpened));
    };
    Ok(context.repository.pull_request(*number).await?)
}

/// What came of a pull request that is merged. What is otherwise than the release would have done it is told first; what was
/// squashed or rebased is done once its commits are there, or somebody takes it as it is.
async fn merged(context: &StepContext<'_>, pull_request: &PullRequest) -> Result<Outcome, StepError> {
    let (release, head) = (context.release, pull_request.head_sha.clone());
    let Some(merged) = &pull_request.merged else { return Err(Stop::Closed { number: pull_request.number }.into()) };
    let asked = release.state.merge_asked.as_deref();
    let mut commit = merged.commit.clone();
    match release.merged_otherwise() {
        None => {
            let seen =
                merged_otherwise::seen(context.repository, release, context.people, pull_request, context.now).await?;
            if let Some(merge) = seen {
                return Err(StepError::MergedOtherwise(Box::new(merge)));
            }
        }
        Some(merge) if merge.rewritten && asked.is_none() => {
            let (number, base) = (merge.number, merge.base.as_str());
            let stop = Stop::Rewritten { number, base, what: release.to_be_merged() };
            commit = merged_otherwise::brought(context, merge, &head).await?.ok_or(stop)?;
        }
        Some(_) => {}
    }
    // The bot merges because a person asked for it, or because its time has come.
    let begun = release.state.steps[context.index].started.map(|_| THE_CALENDAR);
    let ours = asked.or(begun).filter(|_| release.merged_otherwise().is_none());
    let by = merged_by::name(&merged.login, &pull_request.author, ours, context.people);
    Ok(Outcome::Merged { by, commit, head })
}
