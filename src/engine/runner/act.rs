//! Runs steps: on disk before the requests leave, on disk after.

use futures::future::join_all;

use super::{
    pick,
    record::{fail, no_project, record, record_all, see, unseen},
    scene::scene,
};
use crate::{
    context::Context,
    domain::release::{
        Release,
        fact::{Fact, Missing},
        next::Surroundings,
        plan::Step,
        setback::Setback,
    },
    engine::steps::{self, StepContext, StepError},
    github::Repository,
    store::StoreProblem,
};

/// Runs a step, and beside it others that need nothing of it nor of one another: that they began is one write, and so is what they
/// did. Whether anything has changed.
pub(super) async fn run(
    context: &Context,
    release: &Release,
    surroundings: &Surroundings,
    steps: &[usize],
) -> Result<bool, StoreProblem> {
    let Some((first, others)) = steps.split_first() else { return Ok(false) };
    if matches!(release.spec.plan.steps[*first].step, Step::Pick { .. }) {
        return Box::pin(pick::run(context, release, surroundings, *first)).await.map(|()| true);
    }
    let now = context.clock.now();
    let begun = |step: usize| release.state.steps[step].started;
    let of =
        |step: usize| scene(context, release, surroundings, step, begun(step).unwrap_or(now), begun(step).is_some());
    let Some(scene) = of(*first) else { return no_project(context, release, *first).await.map(|()| true) };
    let noting = scene.repository.noting();
    let scene = scene.through(&noting);
    let handles: Vec<Repository> = others.iter().map(|_| scene.repository.noting()).collect();
    let others = others.iter().zip(&handles).filter_map(|(step, noting)| Some(of(*step)?.through(noting)));
    let others: Vec<StepContext<'_>> = others.collect();
    let before = join_all(others.iter().map(|other| Box::pin(steps::watch_before(other))));
    match futures::join!(Box::pin(steps::watch_before(&scene)), before) {
        (Ok(Some(moved)), _) => record(context, release.spec.id, moved).await.map(|()| true),
        (Err(error), _) => failed(context, &scene, error).await,
        (Ok(None), before) => {
            // What moved under another one is seen when its turn comes.
            let rests = others.into_iter().zip(before).filter(|(_, before)| matches!(before, Ok(None)));
            let scenes = std::iter::once(scene).chain(rests.map(|(other, _)| other)).collect();
            act(context, release, scenes).await
        }
    }
}

/// Takes steps that nothing moved under.
async fn act(context: &Context, release: &Release, mut scenes: Vec<StepContext<'_>>) -> Result<bool, StoreProblem> {
    let mut begin: Vec<_> =
        scenes.iter_mut().filter(|scene| !scene.resumed && release.acts_outside(scene.index)).collect();
    if !begin.is_empty() {
        let begun = begin.iter().map(|scene| Fact::Started { step: scene.index }).collect();
        let Some(at) = record_all(context, release.spec.id, begun).await? else { return Ok(true) };
        begin.iter_mut().for_each(|scene| scene.started = at);
    }
    let acted = join_all(scenes.iter().map(|scene| Box::pin(steps::act(scene)))).await;
    let (mut done, mut problems) = (vec![], vec![]);
    for (scene, made) in scenes.iter().zip(acted) {
        match made {
            Ok(made) => done.push(Fact::Done { step: scene.index, made }),
            Err(error) => problems.push((scene, error)),
        }
    }
    let mut changed = !done.is_empty();
    if changed {
        record_all(context, release.spec.id, done).await?;
    }
    // One step at a time is a person's: as long as the first one is, what failed beside it is met, and looked for, at its own turn.
    let first = scenes.first().map(|scene| scene.index);
    let stuck = problems.first().is_some_and(|(scene, _)| Some(scene.index) == first);
    for (scene, error) in problems.into_iter().take(if stuck { 1 } else { usize::MAX }) {
        changed |= failed(context, scene, error).await?;
    }
    Ok(changed)
}

/// Records why a step, or the look before it, came to nothing.
async fn failed(context: &Context, scene: &StepContext<'_>, error: StepError) -> Result<bool, StoreProblem> {
    let (release, step) = (scene.release, scene.index);
    match error {
        // Where it was only to be read, nothing was changed, and what cannot be seen says nothing. The next poll tries again.
        StepError::GitHub(problem) if scene.repository.has_read_last() && problem.may_be_read_later() => {
            return unseen(context, release, step, &problem).await;
        }
        // What is waited for is told once, and looked at again at the next poll.
        StepError::Waits(what) => return see(context, release, step, (what, false), None, vec![]).await,
        error => match error.of_act() {
            error @ (StepError::Person(_) | StepError::Conflict(_)) if leaves_now(release, step) => {
                miss(context, release, step, error.problem()).await?;
            }
            error => fail(context, release, step, error).await?,
        },
    }
    Ok(true)
}

/// Whether a step merges because its time has come, and nobody asked.
fn leaves_now(release: &Release, step: usize) -> bool {
    matches!(release.spec.plan.steps[step].step, Step::AwaitMerge { at: Some(_) })
        && release.state.merge_asked.is_none()
}

/// What stands in the way of a departure is told like everything else that was missing.
async fn miss(context: &Context, release: &Release, step: usize, problem: Setback) -> Result<(), StoreProblem> {
    let date = release.spec.plan.date_of(step).and_then(|date| release.state.dates.0.get(date));
    let at = date.copied().unwrap_or_else(|| context.clock.now());
    let missing = vec![Missing::Stopped(problem)];
    record(context, release.spec.id, Fact::Missed { step, at, missing }).await
}
