//! Drives the step that takes stories in: one turn at a time, each on disk before its request leaves and after.

use super::drive::{fail, pause_after, record, scene, unseen};
use crate::{
    context::Desk,
    domain::release::{
        Release,
        fact::{Fact, Made},
        next::Around,
        stories::{self, StoryFact, Turn},
    },
    engine::steps::{self, Trouble},
    store::StoreProblem,
};

/// Takes the next turn; once there is none, and somebody has said that these are all, the step is done.
pub(super) async fn run(desk: &Desk, release: &Release, around: &Around, step: usize) -> Result<(), StoreProblem> {
    let (id, now) = (release.brief.id, desk.clock.now());
    let Some(picking) = release.brief.plan.picking() else { return Ok(()) };
    let stories = &release.state.stories;
    let Some(turn) = stories::turn(release, picking, around, now) else {
        let made = Made::Stories { taken: stories.taken(), left: stories.left() };
        return record(desk, id, Fact::Done { step, made }).await;
    };
    let (Turn::Deploy { story: name, .. } | Turn::Merge { story: name }) = &turn else {
        let Some(scene) = scene(desk, release, around, step, now, false) else {
            return no_project(desk, release, step).await;
        };
        return match steps::pick::act(&scene, picking, &turn).await {
            Ok(fact) => record(desk, id, fact).await,
            Err(trouble) => fail(desk, release, step, trouble.of_act()).await,
        };
    };
    let Some(story) = stories.named(name) else { return Ok(()) };
    if let Some(started) = story.asked {
        return act(desk, release, around, &turn, (started, true)).await;
    }
    let Some(scene) = scene(desk, release, around, step, now, false) else {
        return no_project(desk, release, step).await;
    };
    let what = match steps::pick::begin(&scene, story).await {
        Ok(what) => what,
        Err(trouble) => return fail_story(desk, release, name, trouble).await,
    };
    let begun = matches!(what, StoryFact::Began { .. });
    record(desk, id, Fact::Story { story: name.clone(), what }).await?;
    match desk.store.release(id)? {
        Some(release) if begun => act(desk, &release, around, &turn, (now, false)).await,
        _ => Ok(()),
    }
}

/// Has a turn's effect; `resumed` if an earlier attempt may have had it.
async fn act(
    desk: &Desk,
    release: &Release,
    around: &Around,
    turn: &Turn,
    (started, resumed): (chrono::DateTime<chrono::Utc>, bool),
) -> Result<(), StoreProblem> {
    let Some(picking) = release.brief.plan.picking() else { return Ok(()) };
    let (Turn::Deploy { story, .. } | Turn::Merge { story }) = turn else { return Ok(()) };
    // Somebody may have taken it out just now.
    if release.state.stories.named(story).is_none_or(|story| story.asked.is_none()) {
        return Ok(());
    }
    let Some(scene) = scene(desk, release, around, picking.step, started, resumed) else { return Ok(()) };
    match steps::pick::act(&scene, picking, turn).await {
        Ok(fact) => record(desk, release.brief.id, fact).await,
        Err(trouble) => fail_story(desk, release, story, trouble).await,
    }
}

/// Looks for news of the stories; whether anything has changed.
pub(super) async fn look(desk: &Desk, release: &Release, around: &Around, step: usize) -> Result<bool, StoreProblem> {
    let Some(picking) = release.brief.plan.picking() else { return Ok(false) };
    let Some(scene) = scene(desk, release, around, step, desk.clock.now(), false) else { return Ok(false) };
    match steps::pick::look(&scene, picking).await {
        Ok(Some(fact)) => record(desk, release.brief.id, fact).await.map(|()| true),
        Ok(None) if release.state.steps[step].unseen.is_some() => {
            let (what, asks, conflict) = (String::new(), false, None);
            record(desk, release.brief.id, Fact::Seen { step, what, asks, conflict }).await.map(|()| true)
        }
        Ok(None) => Ok(false),
        Err(Trouble::GitHub(problem)) if !problem.may_pass() => unseen(desk, release, step, problem.to_string()).await,
        // The next poll looks again.
        Err(trouble) => {
            let problem = trouble.in_words();
            tracing::warn!(release = release.brief.id.0, step, problem, "could not look");
            Ok(false)
        }
    }
}

async fn fail_story(desk: &Desk, release: &Release, story: &str, trouble: Trouble) -> Result<(), StoreProblem> {
    let failed = release.state.stories.named(story).and_then(|story| story.failed.as_ref());
    let times = failed.map_or(0, |failure| failure.times);
    let problem = trouble.in_words();
    let retry_at = match trouble.of_act() {
        Trouble::Later(_, at) => Some(at.unwrap_or_else(|| desk.clock.now() + pause_after(times))),
        _ => None,
    };
    tracing::warn!(release = release.brief.id.0, story, problem, ?retry_at, "a story could not be taken in");
    let what = StoryFact::Failed { problem, retry_at };
    record(desk, release.brief.id, Fact::Story { story: story.to_owned(), what }).await
}

async fn no_project(desk: &Desk, release: &Release, step: usize) -> Result<(), StoreProblem> {
    fail(desk, release, step, Trouble::Person(super::drive::no_project(release))).await
}
