//! The loop that drives one release from its first step to its last.

use chrono::{DateTime, Duration, Utc};

use super::{Runner, pick};
use crate::{
    context::Desk,
    domain::{
        aside::Row,
        freeze::Freeze,
        release::{
            Release, ReleaseId,
            conflict::Conflict,
            fact::{Fact, Made, Missing},
            next::{Around, Next, Wait, next},
            nudge,
            plan::Step,
        },
    },
    engine::steps::{self, Scene, Sight, Trouble},
    record::{environments, freezes, journal},
    store::{StoreProblem, Writing},
    work::{Failed, Hand, Next as Then, Waker, Worker},
};

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::minutes(15);

/// Drives a release until it is over. Each wake-up makes it look again.
pub(super) struct Driver {
    runner: Runner,
    id: ReleaseId,
    waker: Waker,
    /// What it waited for when the cards were brought up to date last.
    shown: Vec<(usize, Wait)>,
}

impl Driver {
    pub fn new(runner: Runner, id: ReleaseId, waker: Waker) -> Self {
        Self { runner, id, waker, shown: vec![] }
    }

    /// There is nothing to drive any more.
    fn over(&self) -> Then {
        if self.runner.end(self.id, &self.waker) { Then::Over } else { Then::Now }
    }
}

impl Worker for Driver {
    async fn turn(&mut self, hand: &Hand) -> Result<Then, Failed> {
        let (desk, id, row) = (self.runner.desk.clone(), self.id, Row::Release(self.id));
        if desk.store.is_aside(&row)? {
            return Ok(self.over());
        }
        hand.take(row);
        let Some(release) = desk.store.release(id)? else { return Ok(self.over()) };
        let now = desk.clock.now();
        let around = desk.around(&release)?;
        if let Some(nudge) = nudge::due(&release, &around, now) {
            record(&desk, id, nudge).await?;
            return Ok(Then::Now);
        }
        match next(&release, &around, now) {
            Next::Finished(_) if !release.is_open() => {
                // The end of one release may let others of its project go on.
                self.runner.wake_others(id)?;
                return Ok(self.over());
            }
            Next::Finished(_) => record(&desk, id, Fact::Finished).await?,
            Next::Run(step) => run(&desk, &release, &around, step).await?,
            Next::Wait(waits) => {
                if look_around(&desk, &release, &around, &waits).await? || ask(&desk, &release, &waits).await? {
                    return Ok(Then::Now);
                }
                // A freeze or a hotfix changes what is waited for without any fact of this release.
                if self.shown != waits {
                    let (writer, brief) = (desk.clone(), release.brief.clone());
                    desk.write::<_, StoreProblem>(move |writing| journal::refresh_cards(&writer, writing, &brief))
                        .await?;
                    self.shown.clone_from(&waits);
                }
                return Ok(Then::At(until(&desk, &release, &waits, now)));
            }
        }
        Ok(Then::Now)
    }
}

/// The next time that matters, or the next slow poll.
fn until(desk: &Desk, release: &Release, waits: &[(usize, Wait)], now: DateTime<Utc>) -> DateTime<Utc> {
    let times = waits.iter().filter_map(|(_, wait)| match wait {
        Wait::Retry { at, .. } | Wait::Until { at, .. } => Some(*at),
        _ => None,
    });
    let poll = now + desk.poll;
    times.chain(nudge::next_at(release, now)).fold(poll, |first, at| first.min(at))
}

/// Runs a step: on disk before the request leaves, on disk after.
async fn run(desk: &Desk, release: &Release, around: &Around, step: usize) -> Result<(), StoreProblem> {
    if matches!(release.brief.plan.steps[step].step, Step::Pick { .. }) {
        return pick::run(desk, release, around, step).await;
    }
    let state = &release.state.steps[step];
    let (now, started) = (desk.clock.now(), state.started);
    let Some(scene) = scene(desk, release, around, step, started.unwrap_or(now), started.is_some()) else {
        return fail(desk, release, step, Trouble::Person(no_project(release))).await;
    };
    match steps::watch_before(&scene).await {
        Ok(Some(moved)) => return record(desk, release.brief.id, moved).await,
        Ok(None) => {}
        Err(trouble) => return fail(desk, release, step, trouble.of_act()).await,
    }
    if started.is_none() && release.brief.plan.steps[step].step.acts_outside() {
        record(desk, release.brief.id, Fact::Started { step }).await?;
    }
    match steps::act(&scene).await.map_err(Trouble::of_act) {
        Ok(made) => record(desk, release.brief.id, Fact::Done { step, made }).await,
        Err(trouble @ (Trouble::Person(_) | Trouble::Conflict(_))) if leaves_now(release, step) => {
            miss(desk, release, step, trouble.in_words()).await
        }
        Err(trouble) => fail(desk, release, step, trouble).await,
    }
}

/// Whether a step merges because its time has come, and nobody asked.
fn leaves_now(release: &Release, step: usize) -> bool {
    matches!(release.brief.plan.steps[step].step, Step::AwaitMerge { at: Some(_) })
        && release.state.merge_asked.is_none()
}

/// What stands in the way of a departure is told like everything else that was missing.
async fn miss(desk: &Desk, release: &Release, step: usize, problem: String) -> Result<(), StoreProblem> {
    let date = release.brief.plan.date_of(step).and_then(|date| release.state.dates.0.get(date));
    let at = date.copied().unwrap_or_else(|| desk.clock.now());
    let missing = vec![Missing::Obstacle(problem)];
    record(desk, release.brief.id, Fact::Missed { step, at, missing }).await
}

/// Looks at everything that is waited for; whether anything has changed.
async fn look_around(
    desk: &Desk,
    release: &Release,
    around: &Around,
    waits: &[(usize, Wait)],
) -> Result<bool, StoreProblem> {
    for (step, wait) in waits {
        let Some(scene) = scene(desk, release, around, *step, desk.clock.now(), false) else { continue };
        let planned = &release.brief.plan.steps[*step];
        let own = |into: &String| *into == release.brief.branch;
        let repeats = release.brief.plan.stages[planned.stage].repeats
            || matches!(&planned.step, Step::AwaitFix)
            || matches!(&planned.step, Step::Pick { into, .. } if own(into));
        if repeats && let Ok(Some(moved)) = steps::watch_head(&scene).await {
            record(desk, release.brief.id, moved).await?;
            return Ok(true);
        }
        if matches!(planned.step, Step::Pick { .. }) {
            if pick::look(desk, release, around, *step).await? {
                return Ok(true);
            }
        } else if planned.step.watches() && !matches!(wait, Wait::Retry { .. } | Wait::Undone { .. }) {
            // What follows from one is done before the next is looked at: the order is always the same.
            if look(desk, release, *step, wait, &scene).await? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

async fn look(
    desk: &Desk,
    release: &Release,
    step: usize,
    wait: &Wait,
    scene: &Scene<'_>,
) -> Result<bool, StoreProblem> {
    let state = &release.state.steps[step];
    match steps::look(scene).await {
        Ok(Sight::Done(made)) => record(desk, release.brief.id, Fact::Done { step, made }).await?,
        // It could be done, but not in a freeze.
        Ok(Sight::Ready) if matches!(wait, Wait::Frozen { .. } | Wait::Held { .. }) => return Ok(false),
        // What failed is tried again when a person says so.
        Ok(Sight::Ready) if state.failed.is_some() => return Ok(false),
        Ok(Sight::Ready) => run(desk, release, scene.around, step).await?,
        // A step that waits for a person goes on waiting until the look shows success.
        Ok(Sight::NotYet(_) | Sight::Asks(_) | Sight::Conflict(..))
            if state.failed.is_some() && !release.brief.plan.steps[step].step.only_looks() =>
        {
            return Ok(false);
        }
        Ok(Sight::NotYet(what)) => return see(desk, release, step, (what, false), None).await,
        Ok(Sight::Asks(what)) => return see(desk, release, step, (what, true), None).await,
        Ok(Sight::Conflict(what, conflict)) => {
            return see(desk, release, step, (what, false), Some(*conflict)).await;
        }
        // What cannot be seen says nothing of what was looked at. The next poll looks again.
        Err(Trouble::GitHub(problem)) if !problem.may_pass() => {
            return unseen(desk, release, step, problem.to_string()).await;
        }
        Err(trouble @ (Trouble::Later(..) | Trouble::GitHub(_))) => {
            let problem = trouble.in_words();
            tracing::warn!(release = release.brief.id.0, step, problem, "could not look");
            return Ok(false);
        }
        Err(trouble) => {
            if state.failed.as_ref().is_some_and(|failure| failure.problem == trouble.in_words()) {
                return Ok(false);
            }
            fail(desk, release, step, trouble).await?;
        }
    }
    Ok(true)
}

/// Records what was seen, if it is news.
async fn see(
    desk: &Desk,
    release: &Release,
    step: usize,
    (what, asks): (String, bool),
    conflict: Option<Conflict>,
) -> Result<bool, StoreProblem> {
    let state = &release.state.steps[step];
    let known = state.seen.as_ref().is_some_and(|seen| *seen == (what.clone(), asks)) && state.conflict == conflict;
    if known && state.failed.is_none() && state.unseen.is_none() {
        return Ok(false);
    }
    record(desk, release.brief.id, Fact::Seen { step, what, asks, conflict }).await?;
    Ok(true)
}

/// Records that something could not be seen, and why, if that is news.
pub(super) async fn unseen(desk: &Desk, release: &Release, step: usize, problem: String) -> Result<bool, StoreProblem> {
    tracing::warn!(release = release.brief.id.0, step, problem, "could not look");
    let state = &release.state.steps[step];
    if state.unseen.as_ref() == Some(&problem) || state.failed.is_some() {
        return Ok(false);
    }
    record(desk, release.brief.id, Fact::Unseen { step, problem }).await?;
    Ok(true)
}

/// Asks those who can act, once for each step; whether anybody was asked.
async fn ask(desk: &Desk, release: &Release, waits: &[(usize, Wait)]) -> Result<bool, StoreProblem> {
    let asks = |step: usize, wait: &Wait| {
        let deploys = matches!(release.brief.plan.steps[step].step, Step::StartDeploy { .. });
        wait.asks() || (deploys && matches!(wait, Wait::Held { .. }))
    };
    let unasked = |(step, wait): &&(usize, Wait)| asks(*step, wait) && !release.state.steps[*step].asked;
    let Some((step, _)) = waits.iter().find(unasked) else { return Ok(false) };
    record(desk, release.brief.id, Fact::Asked { step: *step }).await?;
    Ok(true)
}

/// Whether a failed deploy is tried again by itself.
fn tries_left(release: &Release, step: usize) -> bool {
    let plan = &release.brief.plan;
    let tried = plan.asking(step).map_or(0, |asking| release.state.steps[asking].retried);
    matches!(plan.steps[step].step, Step::AwaitDeploy { .. }) && tried < plan.retries(step)
}

/// How long a failed deploy rests before it is tried again: a minute, and twice as long each time.
fn deploy_pause(release: &Release, step: usize) -> Duration {
    let tried = release.brief.plan.asking(step).map_or(0, |asking| release.state.steps[asking].retried);
    (Duration::minutes(1) * 2_i32.pow(tried.min(10))).min(LONGEST_PAUSE)
}

/// How long one waits before the next try, after so many failures in a row.
pub(super) fn pause_after(times: u32) -> Duration {
    (Duration::seconds(5) * 2_i32.pow(times.min(10))).min(LONGEST_PAUSE)
}

pub(super) async fn fail(desk: &Desk, release: &Release, step: usize, trouble: Trouble) -> Result<(), StoreProblem> {
    let problem = trouble.in_words();
    let (retry_at, conflict) = match trouble {
        Trouble::Instead(proposal) => {
            return record(desk, release.brief.id, Fact::Proposed { step, proposal: *proposal }).await;
        }
        Trouble::Failed(_) if tries_left(release, step) => (Some(desk.clock.now() + deploy_pause(release, step)), None),
        Trouble::Failed(_) | Trouble::Person(_) | Trouble::GitHub(_) => (None, None),
        Trouble::Conflict(conflict) => (None, Some(*conflict)),
        Trouble::Later(_, at) => {
            let times = release.state.steps[step].failed.as_ref().map_or(0, |failure| failure.times);
            (Some(at.unwrap_or_else(|| desk.clock.now() + pause_after(times))), None)
        }
    };
    tracing::warn!(release = release.brief.id.0, step, problem, ?retry_at, "a step failed");
    record(desk, release.brief.id, Fact::Failed { step, problem, retry_at, conflict }).await
}

pub(super) async fn record(desk: &Desk, id: ReleaseId, fact: Fact) -> Result<(), StoreProblem> {
    let writer = desk.clone();
    let opened = matches!(fact, Fact::Done { made: Made::PullRequest { .. }, .. } | Fact::Proposed { .. });
    let written = desk.write(move |writing| {
        let Some(mut release) = writing.release(id)? else { return Ok(()) };
        // What a step did counts even if somebody cancelled meanwhile.
        if release.is_open() || matches!(fact, Fact::Done { .. } | Fact::Rebuilt { .. }) {
            let done = match &fact {
                Fact::Done { step, .. } => Some(*step),
                _ => None,
            };
            let now = writer.clock.now();
            environments::note(writing, &release, &fact, now)?;
            journal::record(&writer, writing, &mut release, fact, now)?;
            done.map_or(Ok(()), |step| close_or_open(&writer, writing, &release, step))?;
        }
        Ok(())
    });
    written.await?;
    // Until its number is known, a pull request of the bot is not told from others.
    if opened {
        desk.freezes.wake(desk.quiet.busy());
    }
    Ok(())
}

/// A step that freezes or thaws does so in the write that says it is done.
fn close_or_open(desk: &Desk, writing: &mut Writing, release: &Release, step: usize) -> Result<(), StoreProblem> {
    let brief = &release.brief;
    match &brief.plan.steps[step].step {
        Step::Freeze { reason, branches, .. } => {
            let freeze = Freeze {
                projects: vec![brief.project.clone()],
                branches: branches.clone(),
                release: Some(brief.id),
                ..Freeze::new(reason, &brief.requester, desk.clock.now())
            };
            freezes::start(desk, writing, freeze).map(drop)
        }
        Step::Thaw => {
            let own = |freeze: &Freeze| (freeze.release == Some(brief.id)).then_some(freeze.id);
            let own: Vec<u64> = writing.freezes()?.iter().filter_map(own).collect();
            own.into_iter().try_for_each(|id| freezes::lift(desk, writing, id, &release.name(), None))
        }
        _ => Ok(()),
    }
}

pub(super) fn scene<'a>(
    desk: &'a Desk,
    release: &'a Release,
    around: &'a Around,
    index: usize,
    started: DateTime<Utc>,
    resumed: bool,
) -> Option<Scene<'a>> {
    let (project, repository) = desk.projects.get(&release.brief.project)?;
    let (people, now) = (&desk.people, desk.clock.now());
    Some(Scene { release, around, index, project, repository, people, now, started, resumed })
}

pub(super) fn no_project(release: &Release) -> String {
    let project = &release.brief.project;
    format!("bot.toml names no project `{project}` any more: add it again and restart, or cancel")
}
