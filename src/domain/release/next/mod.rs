//! Decides what a release does next. Everything follows from the plan, the facts and the time.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};

pub use super::wait::Wait;
use super::{
    Ending, Release,
    backport::{self, MissingBackport},
    barrier::{Barrier, Holding},
    due,
    gate::Gate,
    independent::independent,
    plan::{By, Step, Tagged},
    rollout::Phase,
    setback::{PlanSetback, Setback},
    state::{LastSeen, StepState},
    stories,
    undone::{Undone, undone},
};
use crate::domain::{
    deploy::{ledger::Ledger, report::Deploy, signal::Signal},
    freeze::verdict::Closed,
    time::{offset::Offset, quiet::QuietTimes},
    version::Version,
};

/// What a release does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Run this step now.
    Run(usize),
    /// Wait for all of these, each named by its step; whichever comes first moves the release on.
    Wait(Vec<(usize, Wait)>),
    /// It is over.
    Finished(Ending),
}

/// What goes on around a release and holds it back.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Whether a freeze of the release itself is active.
    pub freezing: bool,
    /// Another release of the project: an open hotfix.
    pub hotfix: Option<Version>,
    /// What closes the merge to production.
    pub freeze: Option<Closed>,
    /// What closes the merge of the back-merge.
    pub back_merge: Option<Closed>,
    /// What closes the branch that stories are merged into.
    pub stories: Option<Closed>,
    /// What closes a deploy, by the step that would ask for it.
    pub deploys: BTreeMap<usize, Closed>,
    /// What the project's hotfixes owe or owed, oldest first.
    pub debts: Vec<MissingBackport>,
    /// What closes a line into which a step would merge, by that step.
    pub merges: BTreeMap<usize, Closed>,
    /// Environments that take no deploys, and what holds them.
    pub holds: BTreeMap<String, Holding>,
    /// How the project's environments stand.
    pub ledgers: Arc<BTreeMap<String, Ledger>>,
    /// What CD last reported of the version that a step waits for, by that step.
    pub reports: BTreeMap<usize, Deploy>,
    /// Bad signals from where the release runs, by the step that watches for them.
    pub signals: BTreeMap<usize, Signal>,
    /// When nobody is reminded of anything: never for what cannot wait.
    pub quiet: QuietTimes,
}

/// What the release does next.
pub fn next(release: &Release, surroundings: &Surroundings, now: DateTime<Utc>) -> Next {
    if let Some(ending) = release.ending() {
        return Next::Finished(ending);
    }
    let plan = &release.spec.plan;
    let (mut waits, mut beside) = (vec![], vec![]);
    let mut held_stage = None;
    for (index, planned) in plan.steps.iter().enumerate() {
        let Some(stage) = plan.stages.get(planned.stage) else {
            waits.push((index, Wait::Person { problem: PlanSetback::NoStage.into() }));
            break;
        };
        if is_over_by_now(release, index, surroundings) || held_stage == Some(planned.stage) {
            continue;
        }
        if stage.joins && !waits.is_empty() {
            break;
        }
        // What the choice of stories and the branch differ in is decided beside everything else, but for the tag.
        if release.state.stories.asked_again && matches!(planned.step, Step::Pick { .. }) {
            match wait(release, index, surroundings, now) {
                None => return Next::Run(index),
                Some(wait) => beside.push((index, wait)),
            }
            continue;
        }
        if !beside.is_empty() && matches!(planned.step, Step::Tag { .. }) {
            break;
        }
        let failed = release.state.step(index).is_failed();
        if let Some(undone) = undone(release, index, &surroundings.ledgers).filter(|_| !failed) {
            waits.push(gone(release, index, undone, surroundings));
            break;
        }
        match wait(release, index, surroundings, now) {
            None => return Next::Run(index),
            Some(wait) => match told_meanwhile(release, index) {
                Some(told) => return Next::Run(told),
                None => waits.push((index, wait)),
            },
        }
        if !stage.background {
            // What was begun beside a step that is stuck by now is looked after all the same.
            for other in begun_beside(release, index, surroundings) {
                match wait(release, other, surroundings, now) {
                    None => return Next::Run(other),
                    Some(wait) => waits.push((other, wait)),
                }
            }
            break;
        }
        held_stage = Some(planned.stage);
    }
    waits.extend(beside);
    if waits.is_empty() { Next::Finished(Ending::Released) } else { Next::Wait(waits) }
}

/// The steps that were taken beside `first`, and still go on or failed.
fn begun_beside(release: &Release, first: usize, surroundings: &Surroundings) -> Vec<usize> {
    let state = |index: &usize| release.state.step(*index);
    let begun = |index: &usize| state(index).rollout.is_asked() || state(index).is_failed();
    let is_over = |index| is_over_by_now(release, index, surroundings);
    independent(release, first, is_over).into_iter().filter(begun).collect()
}

/// Whether nothing is left to do of a step. A check for fixes is made again when there are others.
pub(super) fn is_over_by_now(release: &Release, index: usize, surroundings: &Surroundings) -> bool {
    let again = || backport::is_outdated(release, index, &surroundings.debts) && !is_taken_over(release, index);
    release.state.step(index).is_over() && !again()
}

/// What is told while CD is at work on a deploy, and was not told yet.
fn told_meanwhile(release: &Release, deploy: usize) -> Option<usize> {
    if !release.state.step(deploy).rollout.is_asked() {
        return None;
    }
    let told = release.spec.plan.steps.iter().enumerate().skip(deploy + 1);
    let told = told.take_while(|(_, planned)| matches!(planned.step, Step::Announce { meanwhile: true, .. }));
    let mut told = told.map(|(step, _)| step);
    told.find(|step| !release.state.step(*step).is_over())
}

/// A release does not go on with what does not run: named by the deploy, which may be tried again, or by the step that
/// would speak of it.
fn gone(release: &Release, index: usize, undone: Undone<'_>, surroundings: &Surroundings) -> (usize, Wait) {
    let Undone { deploy, environment, runs, taken_back } = undone;
    let held = surroundings.holds.contains_key(environment);
    let production = release.spec.plan.is_production(environment);
    let (environment, runs) = (environment.to_owned(), runs.map(|runs| runs.version.clone()));
    let wait = Wait::Undone { deploy, environment, runs, taken_back, production, held };
    (if taken_back { deploy } else { index }, wait)
}

/// Whether a check of the branch has been taken over by one of the tag: what the branch gets after the tag is not released.
fn is_taken_over(release: &Release, check: usize) -> bool {
    let plan = &release.spec.plan;
    let tag = |step: &usize| matches!(plan.step(*step), Some(Step::Tag { of: Tagged::Head, .. }));
    let tag = (check..plan.steps.len()).find(tag).filter(|tag| release.state.step(*tag).is_over());
    tag.is_some_and(|tag| plan.steps.iter().skip(tag).any(|later| matches!(later.step, Step::CheckFixes { .. })))
}

/// What keeps a step from running now, if anything does. What could not be seen when it ran last is tried at the next look.
pub fn wait(release: &Release, index: usize, surroundings: &Surroundings, now: DateTime<Utc>) -> Option<Wait> {
    let state = release.state.step(index);
    let picks = matches!(release.spec.plan.step(index), Some(Step::Pick { .. }));
    let unseen = || state.unseen.as_ref().filter(|_| !picks);
    held_back(release, index, surroundings, now)
        .or_else(|| unseen().map(|unseen| Wait::Unseen { problem: unseen.problem.clone() }))
}

fn held_back(release: &Release, index: usize, surroundings: &Surroundings, now: DateTime<Utc>) -> Option<Wait> {
    let state = release.state.step(index);
    let Some(step) = release.spec.plan.step(index) else {
        return Some(Wait::Person { problem: PlanSetback::NoStep { step: index }.into() });
    };
    if let Some(failure) = &state.failed {
        match failure.retry_at {
            Some(at) if at > now => return Some(Wait::Retry { at, problem: failure.problem.clone() }),
            Some(_) => {}
            None => return Some(Wait::Person { problem: failure.problem.clone() }),
        }
    }
    if let Step::SignOff(gate) = step {
        return sign_off(release, (index, gate), surroundings);
    }
    if let Step::AwaitTime { date } = step {
        return until(release, date, now);
    }
    if let Step::AwaitMerge { at } = step {
        // What closes after somebody asked keeps the merge all the same.
        return match at.as_ref().filter(|_| release.state.merge_asked.is_none()) {
            Some(date) => departure(release, index, date, surroundings, now),
            None if release.state.merge_asked.is_some() => hold(release, surroundings).map(Wait::Around),
            None => Some(hold(release, surroundings).map_or_else(|| outside(state), Wait::Around)),
        };
    }
    if let Step::Tag { name, .. } = step {
        return hold_push(release, name, surroundings).map(Wait::Around);
    }
    if step.settling().is_some() {
        return roll_out(release, index, surroundings, now);
    }
    if matches!(step, Step::Pick { .. }) {
        return pick(release, surroundings, now);
    }
    let is_back_merge = *step == Step::MergeWhenGreen;
    let freeze = surroundings.back_merge.as_ref().filter(|_| is_back_merge);
    let freeze = freeze.or_else(|| surroundings.merges.get(&index).filter(|_| matches!(step, Step::Merge { .. })));
    let frozen = freeze.cloned().map(Barrier::Frozen).map(Wait::Around);
    frozen.or_else(|| step.watches().then(|| outside(state)))
}

fn outside(state: &StepState) -> Wait {
    if let Some(unseen) = &state.unseen {
        return Wait::Unseen { problem: unseen.problem.clone() };
    }
    let LastSeen { what, asks } = state.seen.clone().unwrap_or_default();
    Wait::Outside { seen: what, asks }
}

fn sign_off(release: &Release, (step, gate): (usize, &Gate), surroundings: &Surroundings) -> Option<Wait> {
    let state = release.state.gates.get(&gate.name)?;
    if let Some((by, reason)) = &state.rejected {
        let freezing = surroundings.freezing;
        return Some(Wait::Rejected { by: by.clone(), reason: reason.clone(), freezing });
    }
    let (have, needed) = (state.approved.len(), release.quorum(gate));
    let unticked = gate.unticked(state).into_iter().map(|check| check.name.clone()).collect();
    let dated = gate.deadline.as_ref().and_then(|date| release.state.dates.0.get(date).copied());
    let by = dated.or_else(|| due::due_at(release, step));
    (have < needed).then_some(Wait::Decision { have, needed, unticked, by })
}

fn until(release: &Release, date: &str, now: DateTime<Utc>) -> Option<Wait> {
    let at = release.state.dates.0.get(date).copied()?;
    (now < at).then(|| Wait::Until { at, title: release.spec.plan.title_of(date).to_owned() })
}

/// A merge with a date: before it one waits, at it the release leaves, and when it could not leave, people decide.
fn departure(
    release: &Release,
    index: usize,
    date: &str,
    surroundings: &Surroundings,
    now: DateTime<Utc>,
) -> Option<Wait> {
    if let Some(wait) = until(release, date, now) {
        return Some(wait);
    }
    match &release.state.missed {
        Some((at, _)) if release.state.dates.0.get(date) == Some(at) => {
            let is_obstacle =
                |wait: &Wait| matches!(wait, Wait::Outside { seen: Some(_), asks: false } | Wait::Unseen { .. });
            let pull_request = || Some(outside(release.state.step(index))).filter(is_obstacle);
            let obstacle = hold(release, surroundings).map(Wait::Around).or_else(pull_request).map(Box::new);
            Some(Wait::Missed { at: *at, obstacle })
        }
        _ => hold(release, surroundings).map(Wait::Around),
    }
}

/// What holds a release back from its merge.
pub fn hold(release: &Release, surroundings: &Surroundings) -> Option<Barrier> {
    // What others squashed is there already: nothing more is merged.
    if release.merged_otherwise().is_some_and(|merge| merge.rewritten) {
        return None;
    }
    let pushed = hold_push(release, &release.spec.production, surroundings);
    hotfix_first(release, surroundings).or(pushed).or_else(|| surroundings.freeze.clone().map(Barrier::Frozen))
}

/// What holds back what comes to a branch, or a tag, that CD watches: that is the deploy.
fn hold_push(release: &Release, git_ref: &str, surroundings: &Surroundings) -> Option<Barrier> {
    let steps = release.spec.plan.steps.iter().zip(&release.state.steps).enumerate();
    let mut to_begin = steps.filter(|(_, (_, state))| !state.rollout.is_asked() && !state.is_over());
    to_begin.find_map(|(index, (planned, _))| {
        hold_deploy(release, index, planned.step.deploys_pushes_to(git_ref)?, surroundings)
    })
}

/// What a deploy waits for, wherever it is.
fn roll_out(release: &Release, index: usize, surroundings: &Surroundings, now: DateTime<Utc>) -> Option<Wait> {
    let (state, settling) = (release.state.step(index), release.spec.plan.settling(index)?);
    let (place, rests) = (settling.environment, |span| rest(release, index, span, now));
    match release.phase(index) {
        Phase::Planned => ask(release, index, place, surroundings),
        Phase::Deploying | Phase::RollingBack => Some(outside(state)),
        Phase::Soaking => held(place, surroundings).map(Wait::Around).or_else(|| rests(settling.soak?)),
        // A bad signal is a failure, and that is all there is to do.
        Phase::Watching if !surroundings.holds.contains_key(place) && surroundings.signals.contains_key(&index) => None,
        Phase::Watching => held(place, surroundings).map(Wait::Around).or_else(|| rests(settling.watch?)),
        Phase::RolledBack => {
            let (environment, held) = (place.to_owned(), surroundings.holds.contains_key(place));
            let to = state.rollout.returned.clone().unwrap_or_default();
            Some(Wait::RolledBack { problem: went_wrong(state), environment, to, held })
        }
        Phase::Held | Phase::Unanswered => Some(Wait::Person { problem: went_wrong(state) }),
        // The answer to a failure is given.
        Phase::Failed | Phase::Settled => None,
    }
}

fn went_wrong(state: &StepState) -> Setback {
    state.rollout.failure.as_ref().map(|failure| failure.problem.clone()).unwrap_or_default()
}

/// What keeps a release from asking CD for a deploy.
fn ask(release: &Release, index: usize, environment: &str, surroundings: &Surroundings) -> Option<Wait> {
    let state = release.state.step(index);
    if !matches!(release.spec.plan.step(index), Some(Step::Deploy { by: By::Push, .. })) {
        return hold_deploy(release, index, environment, surroundings).map(Wait::Around);
    }
    // The first deploy follows from a push; another one would be asked for.
    let held = if state.tries > 0 { held(environment, surroundings) } else { None };
    Some(held.map_or_else(|| outside(state), Wait::Around))
}

/// What holds a release back from a deploy.
fn hold_deploy(release: &Release, index: usize, environment: &str, surroundings: &Surroundings) -> Option<Barrier> {
    let hotfix = if release.goes_to_production(index) { hotfix_first(release, surroundings) } else { None };
    hotfix.or_else(|| held(environment, surroundings)).or_else(|| closed(index, surroundings))
}

/// What closes the deploy of a step.
fn closed(step: usize, surroundings: &Surroundings) -> Option<Barrier> {
    surroundings.deploys.get(&step).cloned().map(Barrier::Frozen)
}

fn held(environment: &str, surroundings: &Surroundings) -> Option<Barrier> {
    let hold = surroundings.holds.get(environment)?.clone();
    Some(Barrier::Held { environment: environment.to_owned(), hold })
}

/// Waits until what was deployed has run for some time. What was stored and cannot be read is nothing to go past.
fn rest(release: &Release, index: usize, span: &str, now: DateTime<Utc>) -> Option<Wait> {
    let since = release.brought(release.spec.plan.environment_of(index)?)?.at;
    match Offset::read(span) {
        Ok(span) => {
            let at = span.from(since, chrono_tz::UTC);
            (now < at).then(|| Wait::Until { at, title: release.doing(index) })
        }
        Err(why) => Some(Wait::Person { problem: PlanSetback::NoSpan { span: span.to_owned(), why }.into() }),
    }
}

/// Stories are taken in one by one, until somebody says that these are all.
fn pick(release: &Release, surroundings: &Surroundings, now: DateTime<Utc>) -> Option<Wait> {
    let picking = release.spec.plan.picking()?;
    let list = &release.state.stories;
    let rejected = release.state.gates.get(&picking.gate.name).is_some_and(|gate| gate.rejected.is_some());
    let agree = list.asked_again && list.differences.is_empty() && !rejected;
    if agree || stories::turn(release, picking, surroundings, now).is_some() {
        return None;
    }
    stories::pending(release, picking, surroundings, now)
        .or_else(|| sign_off(release, (picking.step, picking.gate), surroundings))
}

/// A regular release lets a hotfix go first.
fn hotfix_first(release: &Release, surroundings: &Surroundings) -> Option<Barrier> {
    let version = surroundings.hotfix.as_ref().filter(|_| !release.is_hotfix() && !release.is_roll_back())?;
    Some(Barrier::Hotfix { version: version.clone() })
}

#[cfg(test)]
mod tests;
