//! What nobody can go past, whatever the reason: without it, what comes after would say something that is not so.

use super::{
    Release,
    plan::{Step, Tagged},
    rollout::Phase,
};

/// Why a step cannot be skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unskippable {
    /// Everything after it rests on it.
    Foundation,
    /// What it deployed was taken back, or is being: it does not run in this environment.
    RolledBack(String),
    /// Only the artifact that was deployed first may go on, and this environment does not have it for certain.
    Artifact(String),
}

/// Why a step cannot be skipped, if it cannot.
pub fn unskippable(release: &Release, step: usize) -> Option<Unskippable> {
    let plan = &release.spec.plan;
    let Some(planned) = plan.step(step) else { return Some(Unskippable::Foundation) };
    let foundation = matches!(
        planned,
        Step::Snapshot { .. }
            | Step::Tag { of: Tagged::Head | Tagged::Merge, .. }
            | Step::PullRequest { .. }
            | Step::Pick { .. }
            | Step::AwaitMerge { .. }
    );
    if foundation {
        return Some(Unskippable::Foundation);
    }
    let (environment, state) = (plan.environment_of(step)?.to_owned(), release.state.step(step));
    // Whoever goes past the roll-back itself leaves what failed there.
    let answers = matches!(release.phase(step), Phase::Failed | Phase::RollingBack);
    if state.rollout.back.is_some() && !answers {
        return Some(Unskippable::RolledBack(environment));
    }
    let first = release.state.artifact.is_none();
    (plan.same_artifact(step) && !first && state.is_failed()).then_some(Unskippable::Artifact(environment))
}
