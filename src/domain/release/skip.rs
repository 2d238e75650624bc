//! What nobody can go past, whatever the reason: without it, what comes after would say something that is not so.

use super::{Release, plan::Step};

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
    let (plan, states) = (&release.spec.plan, &release.state.steps);
    let planned = &plan.steps[step].step;
    let foundation = matches!(
        planned,
        Step::Snapshot { .. }
            | Step::Tag { .. }
            | Step::PullRequest { .. }
            | Step::Pick { .. }
            | Step::AwaitMerge { .. }
    );
    if foundation {
        return Some(Unskippable::Foundation);
    }
    let environment = plan.environment_of(step)?.to_owned();
    let deploys = matches!(planned, Step::StartDeploy { .. } | Step::AwaitDeploy { .. } | Step::Watch { .. });
    let taken_back = (0..plan.steps.len()).any(|back| {
        let asked = matches!(plan.steps[back].step, Step::StartRollBack { .. }) && states[back].done.is_some();
        asked && plan.answered_by(back) == Some(step)
    });
    if deploys && taken_back {
        return Some(Unskippable::RolledBack(environment));
    }
    let same = plan.same_artifact(plan.retry_from(step));
    let first = release.state.artifact.is_none();
    (deploys && same && !first && states[step].failed.is_some()).then_some(Unskippable::Artifact(environment))
}
