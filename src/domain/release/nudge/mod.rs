//! Decides when people are nudged: reminded before a date, told when a gate is late, told what was missing when a release
//! could not leave.

use chrono::{DateTime, Duration, Utc};

use super::{
    Release,
    fact::{Fact, Missing, THE_BOT},
    failure::Failure,
    next::{Next, Surroundings, Wait, hold, next},
    overtaken::overtaken,
    plan::Step,
    rollout::Phase,
};
use crate::domain::time::dates::Missed;

/// What is done within this time is on time.
pub const ON_TIME: Duration = Duration::minutes(5);

/// The fact that is due now, if any is.
pub fn due(release: &Release, surroundings: &Surroundings, now: DateTime<Utc>) -> Option<Fact> {
    if !release.is_open() {
        return None;
    }
    if let Some(step) = again(release, now) {
        return Some(Fact::RetryAsked { step, by: THE_BOT.to_owned() });
    }
    let overtaken = overtaken(release, surroundings, now);
    overtaken.or_else(|| on_its_date(release, surroundings, now))
}

/// What is due because of one of the release's dates.
fn on_its_date(release: &Release, surroundings: &Surroundings, now: DateTime<Utc>) -> Option<Fact> {
    dated(release).find_map(|(step, at)| {
        let (planned, state) = (release.spec.plan.step(step)?, release.state.step(step));
        if at <= now && planned.gate().is_some() {
            let late = state.first_done.is_none_or(|done| done > at) && state.escalated != Some(at);
            return late.then_some(Fact::Escalated { step, deadline: at });
        }
        if at <= now && matches!(planned, Step::AwaitMerge { .. }) {
            return miss(release, step, at, surroundings, now);
        }
        let new = |due: &DateTime<Utc>| *due <= now && state.reminded.is_none_or(|told| *due > told);
        // After a pause only the last reminder is worth making.
        let due = reminders(release, step, at).filter(new).max()?;
        Some(Fact::Reminded { step, due })
    })
}

/// A deploy that failed and is to be tried again by now.
fn again(release: &Release, now: DateTime<Utc>) -> Option<usize> {
    let due = |failure: &Failure| failure.retry_at.is_some_and(|at| at <= now);
    let failed = |step: &usize| release.state.step(*step).failed.as_ref().is_some_and(due);
    (0..release.state.steps.len()).find(|step| release.phase(*step) == Phase::Deploying && failed(step))
}

/// The next moment at which something will be due.
pub fn next_at(release: &Release, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let moments = dated(release).flat_map(|(step, at)| reminders(release, step, at).chain([at]).collect::<Vec<_>>());
    moments.filter(|moment| *moment > now).min()
}

/// What is missing before a step: gates that are not through, gates that were late, and whatever else is waited for.
pub fn missing(release: &Release, step: usize, surroundings: &Surroundings, now: DateTime<Utc>) -> Vec<Missing> {
    let plan = &release.spec.plan;
    let waits = match next(release, surroundings, now) {
        Next::Wait(waits) => waits,
        Next::Run(working) => vec![(working, Wait::Outside { seen: String::new(), asks: false })],
        Next::Finished(_) => vec![],
    };
    let gate = |index: usize| plan.step(index).and_then(Step::gate).is_some();
    let state = |index: usize| release.state.step(index);
    let open = (0..step).filter(|&index| gate(index) && !state(index).is_over());
    let late = (0..step).filter(|&index| gate(index) && state(index).is_over() && state(index).late);
    // Waiting for the clock is no lack of anything.
    let others = waits.iter().filter(|(_, wait)| !matches!(wait, Wait::Until { .. })).map(|(index, _)| *index);
    let others = others.filter(|&index| index < step && !gate(index));
    let mut missing: Vec<Missing> = others.chain(open).map(Missing::Step).chain(late.map(Missing::Late)).collect();
    missing.extend(hold(release, surroundings).map(Missing::Around));
    missing
}

fn miss(
    release: &Release,
    step: usize,
    at: DateTime<Utc>,
    surroundings: &Surroundings,
    now: DateTime<Utc>,
) -> Option<Fact> {
    let told = release.state.missed.as_ref().is_some_and(|(missed, _)| *missed == at);
    if told || release.state.merge_asked.is_some() {
        return None;
    }
    let mut missing = missing(release, step, surroundings, now);
    let plan = &release.spec.plan;
    let spec = plan.date_of(step).and_then(|date| plan.dates.iter().find(|spec| spec.name == date));
    if now - at > ON_TIME && spec.is_some_and(|spec| spec.missed == Missed::Skip) {
        missing.push(Missing::NotRunning);
    }
    (!missing.is_empty()).then_some(Fact::Missed { step, at, missing })
}

/// Gates with a deadline of their own, and merges with a date, as long as they are not over. What has to be through by the
/// time of the merge is told with the merge.
fn dated(release: &Release) -> impl Iterator<Item = (usize, DateTime<Utc>)> {
    let plan = &release.spec.plan;
    let merges =
        |date: &str| plan.steps.iter().any(|p| matches!(&p.step, Step::AwaitMerge { at: Some(at) } if at == date));
    let open = (0..plan.steps.len()).filter(|&step| !release.state.step(step).is_over());
    let dated = open.filter_map(move |step| {
        let date = plan.date_of(step)?;
        let planned = plan.step(step)?;
        let counts = matches!(planned, Step::AwaitMerge { .. }) || planned.gate().is_some() && !merges(date);
        counts.then_some((step, release.state.dates.0.get(date).copied()?))
    });
    dated.collect::<Vec<_>>().into_iter()
}

/// When people are reminded of a step's date; not of what was before the release began.
fn reminders(release: &Release, step: usize, at: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
    let plan = &release.spec.plan;
    let spec = plan.date_of(step).and_then(|date| plan.dates.iter().find(|spec| spec.name == date));
    let zone = plan.zone.as_ref().and_then(|zone| zone.parse().ok()).unwrap_or(chrono_tz::UTC);
    let begun = release.spec.at;
    spec.map(|spec| spec.reminders(at, zone)).unwrap_or_default().into_iter().filter(move |due| *due > begun)
}

#[cfg(test)]
mod tests;
