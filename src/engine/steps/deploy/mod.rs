//! A deploy, phase by phase: CD is asked, its end is waited for, what came is watched, and what failed is answered.

mod ask;
mod await_end;
mod roll_back;

pub(super) use ask::{Request, ask};

use super::{
    bad_commits,
    context::{Observation, StepContext, StepError},
};
use crate::{
    domain::release::{
        fact::Outcome,
        plan::{By, OnFailure, Step},
        rollout::Phase,
    },
    messages::stops::Stop,
};

/// Does what its phase asks for.
pub(super) async fn act(context: &StepContext<'_>, step: &Step) -> Result<Outcome, StepError> {
    let Some(settling) = step.settling() else { return Ok(Outcome::Nothing) };
    match (context.release.phase(context.index), step) {
        (Phase::Planned, Step::Deploy { environment, git_ref, build, inputs, .. }) => {
            bad_commits::refuse(context, environment, git_ref).await?;
            ask::act(context, environment, (git_ref, build), inputs).await
        }
        (Phase::Watching, _) => watched(context, settling.environment),
        (Phase::Failed, _) => match settling.on_failure {
            OnFailure::RollBack { inputs } => roll_back::act(context, settling.environment, inputs).await,
            OnFailure::Hold | OnFailure::Leave => Ok(Outcome::Nothing),
        },
        // A time is over; recording that is all.
        (
            Phase::Planned
            | Phase::Deploying
            | Phase::Soaking
            | Phase::Settled
            | Phase::RollingBack
            | Phase::RolledBack
            | Phase::Held
            | Phase::Unanswered,
            _,
        ) => Ok(Outcome::Nothing),
    }
}

/// Looks how far CD is.
pub(super) async fn look(context: &StepContext<'_>, step: &Step) -> Result<Observation, StepError> {
    match (context.release.phase(context.index), step) {
        (Phase::Planned, Step::Deploy { environment, git_ref, by: By::Push, .. }) => {
            ask::look(context, environment, git_ref).await
        }
        (Phase::Planned, _) => Ok(Observation::Ready),
        (_, step) => match step.settling() {
            Some(settling) => await_end::look(context, settling.environment).await,
            None => Ok(Observation::Ready),
        },
    }
}

/// A bad signal ends it, and quiet until its time is over is good.
fn watched(context: &StepContext<'_>, environment: &str) -> Result<Outcome, StepError> {
    match context.surroundings.signals.get(&context.index) {
        Some(signal) => {
            let plan = &context.release.spec.plan;
            let answered =
                plan.settling(context.index).is_some_and(|settling| *settling.on_failure != OnFailure::Leave);
            Err(Stop::Signal { environment, what: &signal.what, answered }.into())
        }
        None => Ok(Outcome::Nothing),
    }
}
