//! Drives the step that takes stories in: one turn at a time, each on disk before its request leaves and after.

use super::{
    record::{fail, no_project, pause_after, record, unseen},
    scene::scene,
};
use crate::{
    context::Context,
    domain::release::{
        Release,
        fact::{Fact, Outcome},
        next::Surroundings,
        stories::{self, StoryFact, Turn},
    },
    engine::steps::{self, StepError, pick::Rests},
    github::Repository,
    store::StoreProblem,
};

/// Takes the next turn; once there is none, and somebody has said that these are all, the step is done.
pub(super) async fn run(
    context: &Context,
    release: &Release,
    surroundings: &Surroundings,
    step: usize,
) -> Result<(), StoreProblem> {
    let (id, now) = (release.spec.id, context.clock.now());
    let Some(picking) = release.spec.plan.picking() else { return Ok(()) };
    let stories = &release.state.stories;
    let Some(turn) = stories::turn(release, picking, surroundings, now) else {
        let Some(scene) = scene(context, release, surroundings, step, now, false) else {
            return no_project(context, release, step).await;
        };
        // What was approved is what the branch holds now.
        let noting = scene.repository.noting();
        match steps::pick::differ(&scene.through(&noting), picking).await {
            Ok(Some(fact)) => return record(context, id, fact).await,
            Ok(None) => {}
            Err(error) => return fail(context, release, step, read_later(&noting, error).of_act()).await,
        }
        let made = Outcome::Stories { taken: stories.taken(), left: stories.left() };
        return record(context, id, Fact::Done { step, made }).await;
    };
    let (Turn::Deploy { story: name, .. } | Turn::Merge { story: name }) = &turn else {
        let Some(scene) = scene(context, release, surroundings, step, now, false) else {
            return no_project(context, release, step).await;
        };
        let noting = scene.repository.noting();
        return match steps::pick::act(&scene.through(&noting), picking, &turn).await {
            Ok(fact) => record(context, id, fact).await,
            Err(error) => fail(context, release, step, read_later(&noting, error).of_act()).await,
        };
    };
    let Some(story) = stories.named(name) else { return Ok(()) };
    if let Some(started) = story.asked {
        return act(context, release, surroundings, &turn, (started, true)).await;
    }
    let Some(scene) = scene(context, release, surroundings, step, now, false) else {
        return no_project(context, release, step).await;
    };
    let noting = scene.repository.noting();
    let what = match steps::pick::begin(&scene.through(&noting), story).await {
        Ok(what) => what,
        Err(error) => return fail_story(context, release, name, read_later(&noting, error)).await,
    };
    let begun = matches!(what, StoryFact::Began { .. });
    record(context, id, Fact::Story { story: name.clone(), what }).await?;
    match context.store.release(id)? {
        Some(release) if begun => act(context, &release, surroundings, &turn, (now, false)).await,
        _ => Ok(()),
    }
}

/// Has a turn's effect; `resumed` if an earlier attempt may have had it.
async fn act(
    context: &Context,
    release: &Release,
    surroundings: &Surroundings,
    turn: &Turn,
    (started, resumed): (chrono::DateTime<chrono::Utc>, bool),
) -> Result<(), StoreProblem> {
    let Some(picking) = release.spec.plan.picking() else { return Ok(()) };
    let (Turn::Deploy { story, .. } | Turn::Merge { story }) = turn else { return Ok(()) };
    // Somebody may have taken it out just now.
    if release.state.stories.named(story).is_none_or(|story| story.asked.is_none()) {
        return Ok(());
    }
    let Some(scene) = scene(context, release, surroundings, picking.step, started, resumed) else { return Ok(()) };
    let noting = scene.repository.noting();
    match steps::pick::act(&scene.through(&noting), picking, turn).await {
        Ok(fact) => record(context, release.spec.id, fact).await,
        Err(error) => fail_story(context, release, story, read_later(&noting, error)).await,
    }
}

/// What went wrong with a turn. Where it was only to be read, nothing was changed, and it is tried again by itself.
fn read_later(noting: &Repository, error: StepError) -> StepError {
    match error {
        StepError::GitHub(problem) if noting.has_read_last() && problem.may_be_read_later() => {
            StepError::Later(problem.into(), None)
        }
        error => error,
    }
}

/// Compares the choice with what the branch holds, once anything has moved since that was `compared` last; whether how they
/// differ has changed.
pub(super) async fn compare(
    context: &Context,
    release: &Release,
    surroundings: &Surroundings,
    compared: &mut Option<Rests>,
) -> Result<bool, StoreProblem> {
    let Some(picking) = release.spec.plan.picking() else { return Ok(false) };
    let now = context.clock.now();
    let Some(scene) = scene(context, release, surroundings, picking.step, now, false) else { return Ok(false) };
    let found = async {
        let Some(rests) = steps::pick::rests(&scene, picking).await? else { return Ok((None, None)) };
        if compared.as_ref() == Some(&rests) {
            return Ok((None, Some(rests)));
        }
        let news = steps::pick::compare(&scene, picking, &rests).await?;
        Ok::<_, StepError>((news, Some(rests)))
    };
    match found.await {
        Ok((news, rests)) => {
            *compared = rests;
            match news {
                Some(fact) => record(context, release.spec.id, fact).await.map(|()| true),
                None => Ok(false),
            }
        }
        // The next poll looks again, and so does the tag.
        Err(error) => {
            let problem = error.problem();
            tracing::warn!(release = release.spec.id.0, %problem, "could not compare the stories with the branch");
            Ok(false)
        }
    }
}

/// Looks for news of the stories; whether anything has changed.
pub(super) async fn look(
    context: &Context,
    release: &Release,
    surroundings: &Surroundings,
    step: usize,
) -> Result<bool, StoreProblem> {
    let Some(picking) = release.spec.plan.picking() else { return Ok(false) };
    let Some(scene) = scene(context, release, surroundings, step, context.clock.now(), false) else { return Ok(false) };
    match steps::pick::look(&scene, picking).await {
        Ok(Some(fact)) => record(context, release.spec.id, fact).await.map(|()| true),
        Ok(None) if release.state.steps[step].unseen.is_some() => {
            let (what, asks, conflict) = (None, false, None);
            record(context, release.spec.id, Fact::Seen { step, what, asks, conflict, failed: vec![] })
                .await
                .map(|()| true)
        }
        Ok(None) => Ok(false),
        Err(StepError::GitHub(problem)) if problem.hides() => unseen(context, release, step, &problem).await,
        // The next poll looks again.
        Err(error) => {
            let problem = error.problem();
            tracing::warn!(release = release.spec.id.0, step, %problem, "could not look");
            Ok(false)
        }
    }
}

async fn fail_story(context: &Context, release: &Release, story: &str, error: StepError) -> Result<(), StoreProblem> {
    let failed = release.state.stories.named(story).and_then(|story| story.failed.as_ref());
    let times = failed.map_or(0, |failure| failure.times);
    let problem = error.problem();
    let retry_at = match error.of_act() {
        StepError::Later(_, at) => Some(at.unwrap_or_else(|| context.clock.now() + pause_after(times))),
        StepError::Failed(_)
        | StepError::Person(_)
        | StepError::Undecided(..)
        | StepError::Conflict(_)
        | StepError::Waits(_)
        | StepError::Instead(_)
        | StepError::MergedOtherwise(_)
        | StepError::GitHub(_) => None,
    };
    tracing::warn!(release = release.spec.id.0, story, %problem, ?retry_at, "a story could not be taken in");
    let what = StoryFact::Failed { problem, retry_at };
    record(context, release.spec.id, Fact::Story { story: story.to_owned(), what }).await
}
