//! Records what came of a step.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::{
    context::Context,
    domain::{
        freeze::Freeze,
        release::{
            Release, ReleaseId,
            conflict::Conflict,
            fact::{Fact, FailedCheck},
            plan::Step,
            rollout::Phase,
            setback::{PlanSetback, Setback},
            state::LastSeen,
        },
    },
    engine::steps::StepError,
    github::problem::GithubProblem,
    messages::setbacks::is_known,
    record::{freezes, journal, ledger, thawed},
    store::{StoreProblem, Writing},
    work,
};

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_mins(15);

/// Records a fact, and what follows from it elsewhere, in one write.
pub(super) async fn record(context: &Context, id: ReleaseId, fact: Fact) -> Result<(), StoreProblem> {
    record_all(context, id, vec![fact]).await.map(drop)
}

/// The same of several, in their order. The moment they are recorded with; nothing where the release was over by then, so that
/// what was to begin does not.
pub(super) async fn record_all(
    context: &Context,
    id: ReleaseId,
    facts: Vec<Fact>,
) -> Result<Option<DateTime<Utc>>, StoreProblem> {
    let writer = context.clone();
    let written = context.write(move |writing| {
        let Some(mut release) = writing.release(id)? else { return Ok(None) };
        let (now, was_open) = (writer.clock.now(), release.is_open());
        for fact in facts {
            // What a step did counts even if somebody cancelled meanwhile, and what that left is removed afterwards.
            if release.is_open() || matches!(fact, Fact::Done { .. } | Fact::Rebuilt { .. } | Fact::CleanUp { .. }) {
                let done = if let Fact::Done { step, .. } = &fact { Some(*step) } else { None };
                ledger::note(writing, &release, &fact, now)?;
                journal::record(&writer, writing, &mut release, fact, now)?;
                done.map_or(Ok(()), |step| close_or_open(&writer, writing, &release, step))?;
            }
        }
        Ok(was_open.then_some(now))
    });
    written.await
}

/// A step that freezes or thaws does so in the write that says it is done.
fn close_or_open(context: &Context, writing: &mut Writing, release: &Release, step: usize) -> Result<(), StoreProblem> {
    let spec = &release.spec;
    let step = &spec.plan.steps[step].step;
    if let Step::Freeze { reason, branches, .. } = step {
        let freeze = Freeze {
            projects: vec![spec.project.clone()],
            branches: branches.clone(),
            release: Some(spec.id),
            ..Freeze::new(reason, &spec.requester, context.clock.now())
        };
        return freezes::start(context, writing, freeze).map(drop);
    }
    if *step == Step::Thaw {
        let own = |freeze: &Freeze| (freeze.release == Some(spec.id)).then_some(freeze.id);
        let own: Vec<u64> = writing.freezes()?.iter().filter_map(own).collect();
        thawed::thawed(context, writing, release)?;
        return own.into_iter().try_for_each(|id| freezes::lift(context, writing, id, &release.name(), None));
    }
    Ok(())
}

/// Records what was seen, if it is news.
pub(super) async fn see(
    context: &Context,
    release: &Release,
    step: usize,
    (what, asks): (Setback, bool),
    conflict: Option<Conflict>,
    failed: Vec<FailedCheck>,
) -> Result<bool, StoreProblem> {
    let state = &release.state.steps[step];
    let is_known = |seen: &LastSeen| seen.asks == asks && seen.what.as_ref().is_some_and(|seen| is_known(seen, &what));
    let known = state.seen.as_ref().is_some_and(is_known) && state.conflict == conflict;
    if known && state.failed.is_none() && state.unseen.is_none() {
        return Ok(false);
    }
    record(context, release.spec.id, Fact::Seen { step, what: Some(what), asks, conflict, failed }).await?;
    Ok(true)
}

/// Records that something could not be seen, and why, if that is news.
pub(super) async fn unseen(
    context: &Context,
    release: &Release,
    step: usize,
    github: &GithubProblem,
) -> Result<bool, StoreProblem> {
    tracing::warn!(release = release.spec.id.0, step, problem = %github, "could not look");
    let state = &release.state.steps[step];
    let why = github.hidden_by();
    let stopped = state.failed.as_ref().is_some_and(|failure| failure.retry_at.is_none());
    if state.unseen.as_ref().is_some_and(|unseen| unseen.is(why, &github.to_string())) || stopped {
        return Ok(false);
    }
    let (problem, passes) = (github.clone().into(), github.may_pass());
    record(context, release.spec.id, Fact::Unseen { step, problem, why: Some(why), passes }).await?;
    Ok(true)
}

/// Records that a step failed: whether it is tried again by itself, or waits for a person.
pub(super) async fn fail(
    context: &Context,
    release: &Release,
    step: usize,
    error: StepError,
) -> Result<(), StoreProblem> {
    let problem = error.problem();
    let mut instead = None;
    let (retry_at, conflict) = match error {
        StepError::Instead(proposal) => {
            return record(context, release.spec.id, Fact::Proposed { step, proposal: *proposal }).await;
        }
        StepError::MergedOtherwise(merge) => {
            return record(context, release.spec.id, Fact::MergedOtherwise { merge: *merge }).await;
        }
        StepError::Waits(what) => {
            let seen = Fact::Seen { step, what: Some(what), asks: false, conflict: None, failed: vec![] };
            return record(context, release.spec.id, seen).await;
        }
        StepError::Failed(_) if tries_left(release, step) => {
            (Some(context.clock.now() + deploy_pause(release, step)), None)
        }
        StepError::Failed(_) | StepError::Person(_) | StepError::GitHub(_) => (None, None),
        StepError::Undecided(_, made) => {
            instead = Some(*made);
            (None, None)
        }
        StepError::Conflict(conflict) => (None, Some(*conflict)),
        StepError::Later(_, at) => {
            let times = release.state.steps[step].failed.as_ref().map_or(0, |failure| failure.times);
            (Some(at.unwrap_or_else(|| context.clock.now() + pause_after(times))), None)
        }
    };
    tracing::warn!(release = release.spec.id.0, step, %problem, ?retry_at, "a step failed");
    record(context, release.spec.id, Fact::Failed { step, problem, retry_at, conflict, instead }).await
}

/// Whether a failed deploy is tried again by itself.
fn tries_left(release: &Release, step: usize) -> bool {
    release.phase(step) == Phase::Deploying && release.state.steps[step].retried < release.spec.plan.retries(step)
}

/// How long a failed deploy rests before it is tried again: a minute, and twice as long each time.
fn deploy_pause(release: &Release, step: usize) -> Duration {
    let tried = release.state.steps[step].retried;
    work::pause_after(tried, Duration::from_mins(1), LONGEST_PAUSE)
}

/// How long one waits before the next try, after so many failures in a row.
pub(super) fn pause_after(times: u32) -> Duration {
    work::pause_after(times, Duration::from_secs(5), LONGEST_PAUSE)
}

/// A step cannot go on: its project is not configured any more.
pub(super) async fn no_project(context: &Context, release: &Release, step: usize) -> Result<(), StoreProblem> {
    let problem = PlanSetback::NoProject { project: release.spec.project.clone() };
    fail(context, release, step, StepError::Person(problem.into())).await
}
