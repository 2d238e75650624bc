//! Brings the back-merge's pull request in once its checks are green and nothing conflicts.

use super::{
    await_merge::{conflict, conflicts},
    context::{Observation, StepContext, StepError},
    merged_by, way_in,
};
use crate::{
    domain::release::{
        conflict::paths,
        fact::{BackMerge, Outcome, THE_BOT},
        plan::{PullRequestName, Step},
        setback::{PullKind, PullSetback},
    },
    github::model::PullRequest,
};

pub(super) async fn look(context: &StepContext<'_>) -> Result<Observation, StepError> {
    if is_being_made(context) {
        return Ok(Observation::not_yet(PullSetback::BeingMade));
    }
    let Some(pull_request) = read(context).await? else { return Ok(Observation::Done(Outcome::Nothing)) };
    if let Some(made) = merged(context, &pull_request) {
        return Ok(Observation::Done(made));
    }
    let (number, what) = (pull_request.number, what(context));
    if !pull_request.open {
        return Err(StepError::person(PullSetback::Closed { what, number }));
    }
    if pull_request.mergeable == Some(false)
        && let Some(BackMerge::Conflict { files, .. }) = context.release.state.back_merge()
    {
        return Ok(Observation::not_yet(PullSetback::ToResolve { what, number, files: paths(files) }));
    }
    if let Some(conflict) = conflict(context, &pull_request).await? {
        return Ok(conflicts(&pull_request, conflict));
    }
    Box::pin(way_in::read(context, what, &pull_request)).await?.seen()
}

pub(super) async fn act(context: &StepContext<'_>) -> Result<Outcome, StepError> {
    let Some(pull_request) = read(context).await? else { return Ok(Outcome::Nothing) };
    if let Some(made) = merged(context, &pull_request) {
        return Ok(made);
    }
    Box::pin(way_in::read(context, what(context), &pull_request)).await?.go().await
}

/// Whether the pull request is not there yet, or does not hold all that it should.
fn is_being_made(context: &StepContext<'_>) -> bool {
    let release = context.release;
    let steps = release.spec.plan.steps.iter().zip(&release.state.steps).take(context.index);
    let makes = |step: &Step| {
        matches!(
            step,
            Step::BackMerge { .. }
                | Step::CherryPick { .. }
                | Step::PullRequest { name: PullRequestName::Backport, .. }
        )
    };
    steps.into_iter().any(|(planned, state)| makes(&planned.step) && !state.is_over())
}

/// What people call it.
fn what(context: &StepContext<'_>) -> PullKind {
    if context.release.spec.brings_tag() { PullKind::PullRequest } else { PullKind::BackMerge }
}

async fn read(context: &StepContext<'_>) -> Result<Option<PullRequest>, StepError> {
    match context.release.state.pull_requests.get(&PullRequestName::Backport) {
        Some((number, _)) => Ok(Some(context.repository.pull_request(*number).await?)),
        None => Ok(None),
    }
}

fn merged(context: &StepContext<'_>, pull_request: &PullRequest) -> Option<Outcome> {
    let merged = pull_request.merged.as_ref()?;
    let ours = context.release.state.steps[context.index].started.map(|_| THE_BOT);
    let by = merged_by::name(&merged.login, &pull_request.author, ours, context.people);
    Some(Outcome::Merged { by, commit: merged.commit.clone(), head: pull_request.head_sha.clone() })
}
