//! The loop that drives one release from its first step to its last.

use std::{collections::BTreeSet, iter::once};

use chrono::{DateTime, Duration, Utc};

use super::{
    Runner,
    act::run,
    authors, clean_up, pick,
    record::{fail, record, see, unseen},
    reviews,
    scene::scene,
};
use crate::{
    context::Context,
    domain::{
        aside::Row,
        release::{
            Release, ReleaseId,
            barrier::Barrier,
            beside::beside,
            fact::Fact,
            next::{Next, Surroundings, Wait, next},
            nudge,
            plan::Step,
            rollout::Phase,
        },
        time::quiet::QuietTimes,
    },
    engine::steps::{self, Observation, StepContext, StepError, pick::Rests},
    messages::setbacks::is_known,
    record::journal,
    store::StoreProblem,
    work::{Failed, Hand, NextTurn, Waker, Worker},
};

/// How much longer each open release makes everybody's poll, once that is longer than the configured one.
const POLL_FOR_EACH: Duration = Duration::seconds(3);

/// Drives a release until it is over. Each wake-up makes it look again.
pub(super) struct Driver {
    runner: Runner,
    id: ReleaseId,
    waker: Waker,
    /// What it waited for when the cards were brought up to date last.
    shown: Vec<(usize, Wait)>,
    /// What the stories were compared by last.
    compared: Option<Rests>,
    /// The commits for which it was read who wrote them.
    authored: BTreeSet<String>,
}

impl Driver {
    pub(super) fn new(runner: Runner, id: ReleaseId, waker: Waker) -> Self {
        Self { runner, id, waker, shown: vec![], compared: None, authored: BTreeSet::new() }
    }

    /// There is nothing to drive any more.
    fn over(&self) -> NextTurn {
        if self.runner.end(self.id, &self.waker) { NextTurn::Over } else { NextTurn::Now }
    }
}

impl Worker for Driver {
    async fn turn(&mut self, hand: &Hand) -> Result<NextTurn, Failed> {
        let (context, id, row) = (self.runner.context.clone(), self.id, Row::Release(self.id));
        if context.store.is_aside(&row)? {
            return Ok(self.over());
        }
        hand.take(row);
        let Some(release) = context.store.shared(id)? else { return Ok(self.over()) };
        let now = context.clock.now();
        let surroundings = context.surroundings(&release)?;
        if let Some(nudge) = nudge::due(&release, &surroundings, now) {
            record(&context, id, nudge).await?;
            return Ok(NextTurn::Now);
        }
        match next(&release, &surroundings, now) {
            Next::Finished(_) if !release.is_open() => {
                // The end of one release may let others of its project go on.
                self.runner.wake_others(id)?;
                let next = clean_up::turn(&context, &release, &surroundings.ledgers).await?;
                return Ok(next.unwrap_or_else(|| self.over()));
            }
            Next::Finished(_) => record(&context, id, Fact::Finished).await?,
            Next::Run(step) => {
                let steps: Vec<usize> = once(step).chain(beside(&release, step, &surroundings, now)).collect();
                run(&context, &release, &surroundings, &steps).await?;
            }
            Next::Wait(waits) => {
                if pick::compare(&context, &release, &surroundings, &mut self.compared).await?
                    || look_around(&context, &release, &surroundings, &waits).await?
                    || authors::learn(&context, &release, &surroundings, &waits, &mut self.authored).await?
                    || ask(&context, &release, &waits).await?
                    || reviews::learn(&context, &release, &waits).await?
                {
                    return Ok(NextTurn::Now);
                }
                // A freeze or a hotfix changes what is waited for without any fact of this release.
                if self.shown != waits {
                    let (writer, spec) = (context.clone(), release.spec.clone());
                    context
                        .write::<_, StoreProblem>(move |writing| journal::refresh_cards(&writer, writing, &spec))
                        .await?;
                    self.shown.clone_from(&waits);
                }
                return Ok(NextTurn::At(until(
                    (&context, self.runner.driven()),
                    (&release, &surroundings.quiet),
                    &waits,
                    now,
                )));
            }
        }
        Ok(NextTurn::Now)
    }
}

/// The next time that matters, or the next slow poll: slower with many releases, so that GitHub is not asked more than it
/// allows in an hour.
fn until(
    (context, open): (&Context, usize),
    (release, quiet): (&Release, &QuietTimes),
    waits: &[(usize, Wait)],
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let times = waits.iter().filter_map(|(_, wait)| wait.until());
    let poll = now + context.poll.max(POLL_FOR_EACH * i32::try_from(open).unwrap_or(i32::MAX));
    times.chain(nudge::next_at(release, quiet, now)).fold(poll, |first, at| first.min(at))
}

/// Looks at everything that is waited for; whether anything has changed.
async fn look_around(
    context: &Context,
    release: &Release,
    surroundings: &Surroundings,
    waits: &[(usize, Wait)],
) -> Result<bool, StoreProblem> {
    for (step, wait) in waits {
        let Some(scene) = scene(context, release, surroundings, *step, context.clock.now(), false) else { continue };
        let planned = &release.spec.plan.steps[*step];
        let own = |into: &String| *into == release.spec.branch;
        let repeats = release.spec.plan.stages[planned.stage].repeats
            || matches!(&planned.step, Step::AwaitFix)
            || matches!(&planned.step, Step::Pick { into, .. } if own(into));
        if repeats && let Ok(Some(moved)) = steps::watch_head(&scene).await {
            record(context, release.spec.id, moved).await?;
            return Ok(true);
        }
        if matches!(planned.step, Step::Pick { .. }) {
            if pick::look(context, release, surroundings, *step).await? {
                return Ok(true);
            }
        } else if release.watches(*step) && !matches!(wait, Wait::Retry { .. } | Wait::Undone { .. }) {
            // What follows from one is done before the next is looked at: the order is always the same.
            if Box::pin(look(context, release, *step, wait, &scene)).await? {
                return Ok(true);
            }
        } else if matches!(wait, Wait::Unseen { .. }) && Box::pin(run(context, release, surroundings, &[*step])).await?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn look(
    context: &Context,
    release: &Release,
    step: usize,
    wait: &Wait,
    scene: &StepContext<'_>,
) -> Result<bool, StoreProblem> {
    let state = &release.state.steps[step];
    // What was answered waits for a person, once the answer is given.
    let answered = state.rollout.is_answered() && release.phase(step) != Phase::RollingBack;
    let stopped = state.failed.is_some() || answered;
    let is_a_persons = state.failed.as_ref().is_some_and(|failure| failure.retry_at.is_none());
    match steps::look(scene).await {
        Ok(Observation::Done(made)) => record(context, release.spec.id, Fact::Done { step, made }).await?,
        Ok(Observation::MergedOtherwise(merge)) => {
            record(context, release.spec.id, Fact::MergedOtherwise { merge }).await?;
        }
        // It could be done, but not in a freeze.
        Ok(Observation::Ready) if matches!(wait, Wait::Around(_)) => return Ok(false),
        // What GitHub does not let the bot take back is a person's.
        Ok(Observation::TakesBack) if is_a_persons => return Ok(false),
        // What is left to GitHub goes on without the bot, in a freeze too.
        Ok(Observation::TakesBack) => return run(context, release, scene.surroundings, &[step]).await,
        // What failed is tried again when a person says so.
        Ok(Observation::Ready) if stopped => return Ok(false),
        Ok(Observation::Ready) => return run(context, release, scene.surroundings, &[step]).await,
        // A step that waits for a person goes on waiting until the look shows success.
        Ok(Observation::NotYet(_) | Observation::Failing(..) | Observation::Asks(_) | Observation::Conflict(..))
            if stopped && !release.spec.plan.steps[step].step.only_looks() =>
        {
            return Ok(false);
        }
        Ok(Observation::NotYet(what)) => return see(context, release, step, (what, false), None, vec![]).await,
        Ok(Observation::Failing(what, failed)) => {
            return see(context, release, step, (what, false), None, failed).await;
        }
        Ok(Observation::Asks(what)) => return see(context, release, step, (what, true), None, vec![]).await,
        Ok(Observation::Conflict(what, conflict)) => {
            return see(context, release, step, (what, false), Some(*conflict), vec![]).await;
        }
        // What cannot be seen says nothing of what was looked at. The next poll looks again.
        Err(StepError::GitHub(problem)) if problem.hides() => {
            return unseen(context, release, step, &problem).await;
        }
        Err(error @ (StepError::Later(..) | StepError::GitHub(_))) => {
            let problem = error.problem();
            tracing::warn!(release = release.spec.id.0, step, %problem, "could not look");
            return Ok(false);
        }
        Err(error) => {
            let problem = error.problem();
            let known = state.failed.as_ref().is_some_and(|failure| is_known(&failure.problem, &problem));
            if known || answered {
                return Ok(false);
            }
            fail(context, release, step, error).await?;
        }
    }
    Ok(true)
}

/// Asks those who can act, once for each step; whether anybody was asked.
async fn ask(context: &Context, release: &Release, waits: &[(usize, Wait)]) -> Result<bool, StoreProblem> {
    let asks = |step: usize, wait: &Wait| {
        let deploys = release.spec.plan.steps[step].step.deploys_to().is_some();
        let to_begin = deploys && release.phase(step) == Phase::Planned;
        wait.asks() || (to_begin && matches!(wait, Wait::Around(Barrier::Held { .. })))
    };
    let unasked = |(step, wait): &&(usize, Wait)| asks(*step, wait) && !release.state.steps[*step].asked;
    let Some((step, _)) = waits.iter().find(unasked) else { return Ok(false) };
    record(context, release.spec.id, Fact::Asked { step: *step }).await?;
    Ok(true)
}
