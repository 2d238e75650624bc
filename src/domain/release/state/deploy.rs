//! What a release's deploys do to its state.

use chrono::{DateTime, Utc};

use super::State;
use crate::domain::release::{
    fact::Outcome,
    plan::Settling,
    rollout::{Phase, Requested, RolloutEvent},
    spec::ReleaseSpec,
};

impl State {
    /// A deploy goes on.
    pub(super) fn goes_on(&mut self, spec: &ReleaseSpec, step: usize, made: &Outcome, at: DateTime<Utc>) {
        let Some(settling) = spec.plan.settling(step) else { return };
        let (before, event) = (self.phase(spec, step), RolloutEvent::of(made));
        if !self.happens(settling, step, event) {
            return;
        }
        let requested = || Some(Requested { made: made.clone(), at });
        let after = self.phase(spec, step);
        let Some(state) = self.steps.get_mut(step) else { return };
        let rollout = &mut state.rollout;
        match (event, after) {
            (RolloutEvent::Asked, Phase::RollingBack) => rollout.back = requested(),
            (RolloutEvent::Asked, _) => rollout.asked = requested(),
            (RolloutEvent::Arrived, Phase::RolledBack) => {
                if let Outcome::Deployed { build, .. } = made {
                    rollout.returned = Some(build.clone());
                }
            }
            (RolloutEvent::Arrived, _) => {
                rollout.here = Some((made.clone(), at));
                rollout.failure = None;
                state.first_done.get_or_insert(at);
                self.keep_artifact(spec, step, made);
            }
            (RolloutEvent::Passed | RolloutEvent::Failed | RolloutEvent::Skipped, _) => {}
        }
        if after == Phase::Settled && before != Phase::Settled {
            self.at(step, |step| {
                step.done = Some((step.rollout.here.clone().map_or(Outcome::Nothing, |(here, _)| here), at));
            });
        }
    }

    /// A deploy, or its answer, failed for good.
    pub(super) fn goes_wrong(&mut self, spec: &ReleaseSpec, step: usize) {
        let Some(settling) = spec.plan.settling(step) else { return };
        let failure = self.step(step).failed.clone();
        if self.happens(settling, step, RolloutEvent::Failed) {
            self.at(step, |step| step.rollout.failure = failure);
        }
    }

    /// Whether somebody goes past the answer to a deploy that failed, rather than past the deploy.
    pub(super) fn goes_past_answer(&mut self, spec: &ReleaseSpec, step: usize) -> bool {
        spec.plan.settling(step).is_some_and(|settling| self.happens(settling, step, RolloutEvent::Skipped))
    }

    /// Where a deploy is.
    pub fn phase(&self, spec: &ReleaseSpec, step: usize) -> Phase {
        let settling = spec.plan.settling(step);
        settling.map_or(Phase::Planned, |settling| self.step(step).rollout.phase(settling))
    }

    fn happens(&mut self, settling: Settling<'_>, step: usize, event: RolloutEvent) -> bool {
        let Some(step) = self.steps.get_mut(step) else { return false };
        let moved = step.rollout.take(settling, event);
        if moved {
            step.next_phase();
        }
        moved
    }

    /// What goes on to the next environment is what was deployed first.
    fn keep_artifact(&mut self, spec: &ReleaseSpec, step: usize, made: &Outcome) {
        if let (true, Outcome::Deployed { proof, .. }) = (spec.plan.same_artifact(step), made) {
            self.artifact = self.artifact.take().or_else(|| proof.digest.clone());
        }
    }
}
