//! By when a gate that has a time of its own should be given.

use chrono::{DateTime, Utc};

use super::{Release, fact::Fact, gate::DueSince};
use crate::domain::time::{duration, far};

/// When a gate that has a time of its own should be given, once that is known; of one that somebody rejected it is not.
pub fn due_at(release: &Release, step: usize) -> Option<DateTime<Utc>> {
    let gate = release.spec.plan.step(step)?.gate()?;
    let lasts = duration::read(gate.due.as_ref()?).ok()?;
    let rejected = release.state.gates.get(&gate.name).is_some_and(|state| state.rejected.is_some());
    let since = match gate.since {
        DueSince::Release => release.spec.at,
        DueSince::Stage => turn_of(release, step)?,
    };
    (!rejected).then(|| far::after(since, lasts))
}

/// When the turn of a step came: all that it waits for was done, and the commit that is decided on was there.
pub fn turn_of(release: &Release, step: usize) -> Option<DateTime<Utc>> {
    let plan = &release.spec.plan;
    let own = plan.steps.get(step)?.stage;
    let stage = plan.stages.get(own)?;
    let waits_for = |earlier: usize| {
        let of = plan.steps.get(earlier).map(|planned| planned.stage);
        of == Some(own) || stage.joins || plan.stage_of(earlier).is_some_and(|stage| !stage.background)
    };
    let before: Vec<usize> = (0..step).filter(|earlier| waits_for(*earlier)).collect();
    if !before.iter().all(|earlier| release.state.step(*earlier).is_over()) {
        return None;
    }
    let over = |fact: &Fact| {
        let (Fact::Done { step, .. } | Fact::Skipped { step, .. } | Fact::Overtaken { step, .. }) = fact else {
            return stage.repeats && matches!(fact, Fact::HeadMoved { .. });
        };
        before.contains(step)
    };
    let since = release.facts.iter().filter(|recorded| over(&recorded.fact));
    Some(since.map(|recorded| recorded.at).max().unwrap_or(release.spec.at))
}
