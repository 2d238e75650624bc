//! Decides which story comes next, and whether all of them have come to rest.

use chrono::{DateTime, Utc};

use super::{Picking, Stands, Story};
use crate::domain::release::{
    Release,
    barrier::Barrier,
    next::{Surroundings, Wait},
};

/// What is done next about the stories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// The branch is reset to where it began.
    Rebuild,
    /// A story is deployed.
    Deploy {
        /// The story.
        story: String,
        /// The environment.
        environment: String,
    },
    /// A story is merged.
    Merge {
        /// The story.
        story: String,
    },
}

/// What can be done now, if anything: in the order in which the stories were picked, and one story at a time in each
/// environment.
pub fn turn(release: &Release, picking: Picking<'_>, surroundings: &Surroundings, now: DateTime<Utc>) -> Option<Turn> {
    let stories = &release.state.stories;
    // What differs is decided on first, and others decide meanwhile on what is there.
    if stories.asked_again {
        return None;
    }
    if stories.rebuild {
        return surroundings.stories.is_none().then_some(Turn::Rebuild);
    }
    // Nothing overtakes a request of which nobody knows yet whether it was heard.
    if let Some(story) = stories.list.iter().find(|story| story.asked.is_some() && !story.is_stopped()) {
        return of(release, story, picking, surroundings, now);
    }
    // What works is taken in before its environment is given away.
    let turns = || stories.list.iter().filter_map(|story| of(release, story, picking, surroundings, now));
    turns().find(|turn| matches!(turn, Turn::Merge { .. })).or_else(|| turns().next())
}

fn of(
    release: &Release,
    story: &Story,
    picking: Picking<'_>,
    surroundings: &Surroundings,
    now: DateTime<Utc>,
) -> Option<Turn> {
    let pauses = |failure: &crate::domain::release::failure::Failure| failure.retry_at.is_none_or(|at| at > now);
    if story.stands != Stands::Pending || story.failed.as_ref().is_some_and(pauses) {
        return None;
    }
    let name = story.name.clone();
    let Some(environment) = picking.deploy.get(story.passed) else {
        return surroundings.stories.is_none().then_some(Turn::Merge { story: name });
    };
    let taken = |other: &Story| other.name != story.name && (other.occupies(picking) == Some(environment.as_str()));
    let free = !release.state.stories.list.iter().any(taken) && !surroundings.holds.contains_key(environment);
    free.then(|| Turn::Deploy { story: name, environment: environment.clone() })
}

/// What keeps the stories from having come to rest, if anything does.
pub fn pending(
    release: &Release,
    picking: Picking<'_>,
    surroundings: &Surroundings,
    now: DateTime<Utc>,
) -> Option<Wait> {
    let stories = &release.state.stories;
    if stories.asked_again {
        return None;
    }
    let open: Vec<&Story> = stories.list.iter().filter(|story| !story.is_in() && !story.is_out()).collect();
    if open.is_empty() && !stories.rebuild {
        return None;
    }
    let merges = |story: &&Story| story.stands == Stands::Pending && story.passed >= picking.deploy.len();
    if let Some(freeze) = surroundings.stories.as_ref().filter(|_| stories.rebuild || open.iter().any(merges)) {
        return Some(Wait::Around(Barrier::Frozen(freeze.clone())));
    }
    let retries = open.iter().filter_map(|story| story.failed.as_ref());
    let retries = retries.filter_map(|failure| Some((failure.retry_at?, failure.problem.clone())));
    if let Some((at, problem)) = retries.filter(|(at, _)| *at > now).min_by_key(|(at, _)| *at) {
        return Some(Wait::Retry { at, problem });
    }
    let next = |story: &&Story| picking.deploy.get(story.passed).filter(|_| story.stands == Stands::Pending);
    let held = |environment| Some((environment, surroundings.holds.get(environment)?));
    let first = open.iter().filter_map(next).find_map(held);
    Some(match first.filter(|_| open.iter().all(|story| next(story).is_some())) {
        Some((environment, hold)) => {
            Wait::Around(Barrier::Held { environment: environment.clone(), hold: hold.clone() })
        }
        None => Wait::Outside { seen: None, asks: false },
    })
}
