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
            Err(error @ (StepError::Person(_) | StepError::Stop(_))) => Observation::NotYet(error.in_words()),
            Err(error) => return Err(error),
        });
    }
    if !pull_request.open {
        let number = pull_request.number;
        return Err(Stop::Closed { number }.into());
    }
    if let Some(conflict) = conflict(context, &pull_request).await? {
        return Ok(in_words(&pull_request, conflict));
    }
    let checks = checks(context.repository, &pull_request.head_sha, context.project.checks).await?;
    Ok(match obstacle(&pull_request, &checks, context.project.checks) {
        Some(obstacle) => waits(format!("#{}: {obstacle}", pull_request.number), &checks),
        None => Observation::Asks(format!("#{} is ready: a person merges it", pull_request.number)),
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
    if let Some(obstacle) = obstacle(&pull_request, &checks, context.project.checks) {
        let computing = pull_request.mergeable.is_none() && !pull_request.draft;
        let open = Checks { closed: false, ..checks.clone() };
        // No freeze holds the release, or it would not be here: what is left of one is taken back by itself.
        let red = checks.closed && self::obstacle(&pull_request, &open, context.project.checks).is_none();
        return Err(match computing && context.release.state.merge_asked.is_none() || red {
            true => StepError::Later(obstacle, Some(context.now + chrono::Duration::seconds(5))),
            false => Stop::NotMergeable { number: pull_request.number, obstacle: obstacle.as_str() }.into(),
        });
    }
    let title = format!("{} (#{})", pull_request.title, pull_request.number);
    match context.repository.merge_pull_request(pull_request.number, &pull_request.head_sha, &title).await? {
        Merge::Merged(commit) => {
            let asked = context.release.state.merge_asked.clone();
            let by = asked.unwrap_or_else(|| THE_CALENDAR.to_owned());
            Ok(Outcome::Merged { by, commit, head: pull_request.head_sha })
        }
        Merge::AlreadyThere | Merge::Conflict => Err(StepError::Person(format!(
            "#{} conflicts with {}: resolve it on the release branch",
            pull_request.number, pull_request.base
        ))),
        Merge::Refused(words) => {
            Err(StepError::Person(format!("GitHub does not merge #{}: {words}", pull_request.number)))
        }
    }
}

/// What keeps a pull request waiting, with the checks that failed.
pub(super) fn waits(what: String, checks: &Checks) -> Observation {
    match checks.failed.is_empty() {
        true => Observation::NotYet(what),
        false => Observation::Failing(what, checks.failures()),
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
pub(super) fn in_words(pull_request: &PullRequest, conflict: Conflict) -> Observation {
    let (number, files) = (pull_request.number, paths(&conflict.files));
    let (base, head) = (&pull_request.base, &pull_request.head);
    let words =
        format!("#{number} conflicts with {base} in {files}: a person merges {base} into {head} and pushes that");
    Observation::Conflict(words, Box::new(conflict))
}

/// What stands between a pull request and its merge, if anything does.
pub(super) fn obstacle(pull_request: &PullRequest, checks: &Checks, expects_checks: bool) -> Option<String> {
    if pull_request.draft {
        return Some("it is still a draft: mark it ready for review".into());
    }
    match pull_request.mergeable {
        Some(false) => return Some(format!("it conflicts with {}: resolve that on its branch", pull_request.base)),
        None => return Some("GitHub is still checking whether it merges cleanly".into()),
        Some(true) => {}
    }
    if !checks.failed.is_empty() {
        return Some(format!("failed checks: {}", checks.failed.join(", ")));
    }
    if !checks.pending.is_empty() {
        return Some(format!("checks are running: {}", checks.pending.join(", ")));
    }
    if checks.closed {
        return Some(format!("its status {CONTEXT} is red; the bot makes it green once nothing closes it"));
    }
    (expects_checks && checks.passed.is_empty())
        .then(|| "no check has reported yet (if there are none, set `checks = false` for the project)".into())
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
        return Err(StepError::Person("the release has no pull request".into()));
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
