//! Decides when people are nudged: reminded before a date, told when a gate is late, told what was missing when a release
//! could not leave.

use chrono::{DateTime, Duration, Utc};

use super::{
    Release,
    due::{due_at, turn_of},
    fact::{Fact, Missing, THE_BOT},
    failure::Failure,
    gate::DueSince,
    next::{Next, Surroundings, Wait, hold, next},
    overtaken::overtaken,
    plan::{Step, TargetNudges},
    rollout::Phase,
};
use crate::domain::time::{dates::Missed, duration, far, quiet::QuietTimes};

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
    let dated = || on_its_date(release, surroundings, now);
    overtaken.or_else(dated).or_else(|| on_target(release, &surroundings.quiet, now))
}

/// What is due because of one of the release's dates, or of the time that a gate may take.
fn on_its_date(release: &Release, surroundings: &Surroundings, now: DateTime<Utc>) -> Option<Fact> {
    let quiet = &surroundings.quiet;
    timed(release).into_iter().find_map(|(step, at)| {
        let (planned, state) = (release.spec.plan.step(step)?, release.state.step(step));
        if let Some(gate) = planned.gate().filter(|_| at <= now) {
            // What begins again has its own time again; a date is kept by what was done before it.
            let kept = gate.deadline.is_some() && state.first_done.is_some_and(|done| done <= at);
            let late = !kept && state.escalated != Some(at) && quiet.over(at) <= now;
            return late.then_some(Fact::Escalated { step, deadline: at });
        }
        if at <= now && matches!(planned, Step::AwaitMerge { .. }) {
            return miss(release, step, at, surroundings, now);
        }
        let new = |due: &DateTime<Utc>| *due <= now && state.reminded.is_none_or(|told| *due > told);
        // After a pause only the last reminder is worth making.
        let due = reminders(release, step, at, quiet).into_iter().filter(new).max()?;
        Some(Fact::Reminded { step, due })
    })
}

/// What is due because of the time that the whole release should take.
fn on_target(release: &Release, quiet: &QuietTimes, now: DateTime<Utc>) -> Option<Fact> {
    let told = release.state.target_told;
    let at = release.target();
    let last = target_moments(release, quiet)
        .into_iter()
        .filter(|due| *due <= now && told.is_none_or(|told| *due > told))
        .max()?;
    let missed = told.is_none_or(|told| told < at) && quiet.over(at) <= now;
    if missed {
        return Some(Fact::TargetMissed { at: last.max(at) });
    }
    (last < at).then_some(Fact::TargetNear { due: last })
}

/// When people are told of the target: before it, and when it is missed.
fn target_moments(release: &Release, quiet: &QuietTimes) -> Vec<DateTime<Utc>> {
    let (target, at) = (&release.spec.plan.target, release.target());
    if *target == TargetNudges::default() {
        return vec![];
    }
    let mut moments = before(&target.remind, at, quiet);
    moments.retain(|due| *due > release.spec.at);
    moments.push(quiet.over(at));
    moments
}

/// So long before an instant, when people may be reminded.
fn before(spans: &[String], at: DateTime<Utc>, quiet: &QuietTimes) -> Vec<DateTime<Utc>> {
    let spans = spans.iter().filter_map(|text| duration::read(text).ok());
    spans.map(|span| quiet.reminder(far::before(at, span), at)).collect()
}

/// A deploy that failed and is to be tried again by now.
fn again(release: &Release, now: DateTime<Utc>) -> Option<usize> {
    let due = |failure: &Failure| failure.retry_at.is_some_and(|at| at <= now);
    let failed = |step: &usize| release.state.step(*step).failed.as_ref().is_some_and(due);
    (0..release.state.steps.len()).find(|step| release.phase(*step) == Phase::Deploying && failed(step))
}

/// The next moment at which something will be due.
pub fn next_at(release: &Release, quiet: &QuietTimes, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let moments = timed(release).into_iter().flat_map(|(step, at)| {
        reminders(release, step, at, quiet).into_iter().chain([at, quiet.over(at)]).collect::<Vec<_>>()
    });
    moments.chain(target_moments(release, quiet)).filter(|moment| *moment > now).min()
}

/// What is missing before a step: gates that are not through, gates that were late, and whatever else is waited for.
pub fn missing(release: &Release, step: usize, surroundings: &Surroundings, now: DateTime<Utc>) -> Vec<Missing> {
    let plan = &release.spec.plan;
    let waits = match next(release, surroundings, now) {
        Next::Wait(waits) => waits,
        Next::Run(working) => vec![(working, Wait::Outside { seen: None, asks: false })],
        Next::Finished(_) => vec![],
    };
    let gate = |index: usize| plan.step(index).and_then(Step::gate).is_some();
    let state = |index: usize| release.state.step(index);
    let open = (0..step).filter(|&index| gate(index) && !state(index).is_over());
    let dated = |index: usize| plan.step(index).and_then(Step::gate).is_some_and(|gate| gate.deadline.is_some());
    let late = (0..step).filter(|&index| dated(index) && state(index).is_over() && state(index).late);
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

/// Gates with a deadline or a time of their own, and merges with a date, as long as they are not over. What has to be through
/// by the time of the merge is told with the merge.
fn timed(release: &Release) -> Vec<(usize, DateTime<Utc>)> {
    let plan = &release.spec.plan;
    let merges =
        |date: &str| plan.steps.iter().any(|p| matches!(&p.step, Step::AwaitMerge { at: Some(at) } if at == date));
    let open = (0..plan.steps.len()).filter(|&step| !release.state.step(step).is_over());
    let timed = open.filter_map(move |step| {
        let planned = plan.step(step)?;
        let Some(date) = plan.date_of(step) else { return Some((step, due_at(release, step)?)) };
        let counts = matches!(planned, Step::AwaitMerge { .. }) || planned.gate().is_some() && !merges(date);
        counts.then_some((step, release.state.dates.0.get(date).copied()?))
    });
    timed.collect()
}

/// When people are reminded of a step's date, or before its time is over; not of what was before the release began.
fn reminders(release: &Release, step: usize, at: DateTime<Utc>, quiet: &QuietTimes) -> Vec<DateTime<Utc>> {
    let plan = &release.spec.plan;
    let spec = plan.date_of(step).and_then(|date| plan.dates.iter().find(|spec| spec.name == date));
    let zone = plan.zone.as_ref().and_then(|zone| zone.parse().ok()).unwrap_or(chrono_tz::UTC);
    let gate = plan.step(step).and_then(Step::gate).filter(|gate| gate.due.is_some());
    let of_gate = || gate.map(|gate| before(&gate.remind, at, quiet)).unwrap_or_default();
    let mut reminders = spec.map_or_else(of_gate, |spec| spec.reminders(at, zone, quiet));
    let since = gate.filter(|gate| gate.since == DueSince::Stage).and_then(|_| turn_of(release, step));
    reminders.retain(|due| *due > since.unwrap_or(release.spec.at));
    reminders
}

#[cfg(test)]
mod tests;
