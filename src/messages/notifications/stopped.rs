//! A step failed, and a person has to choose.

use chrono::{DateTime, Utc};

use super::Audience;
use crate::{
    domain::{
        incident::{self, What},
        message::{Button, Line, Message, Tone},
        release::{
            Release,
            next::{Surroundings, Wait, wait as waits_for},
            setback::Setback,
        },
        team::people::{People, Permission},
    },
    messages::{capital, code::with_code, spoken, wait},
};

/// What is told when a step fails: nothing if it is tried again by itself, which the card shows, or if it is a deploy to
/// production, which an incident tells.
pub(super) fn failed(
    release: &Release,
    step: usize,
    problem: &Setback,
    again: bool,
    people: &People,
) -> Option<(Audience, Message)> {
    if again {
        return None;
    }
    let deploy = incident::failed(release, step, problem);
    let environment = release.spec.plan.environment_of(step).filter(|_| deploy.is_some());
    if environment.is_some_and(|environment| release.spec.plan.is_production(environment)) {
        return None;
    }
    let waiting = Wait::Person { problem: problem.clone() };
    let words = with_code(&capital(&problem.to_string()));
    let message = told(release, (step, deploy.as_ref()), words, wait::buttons(release, step, &waiting), people);
    let after = environment.is_none() && (release.state.merged.is_some() || release.is_roll_back());
    Some((if after { Audience::Incidents } else { Audience::Thread }, message))
}

/// The same by now, as long as a person has to choose.
pub(super) fn anew(
    release: &Release,
    step: usize,
    surroundings: &Surroundings,
    now: DateTime<Utc>,
    people: &People,
) -> Option<Message> {
    let waiting = waits_for(release, step, surroundings, now)?;
    if !matches!(waiting, Wait::RolledBack { .. } | Wait::Undone { .. }) {
        return None;
    }
    let words = wait::in_words(release, step, &waiting, people);
    Some(told(release, (step, None), words, wait::buttons(release, step, &waiting), people))
}

fn told(
    release: &Release,
    (step, deploy): (usize, Option<&What>),
    words: Line,
    rows: Vec<Vec<Button>>,
    people: &People,
) -> Message {
    let environment = release.spec.plan.environment_of(step).map(spoken);
    let what = match (deploy, environment) {
        (Some(What::Failed(failed)), Some(there)) if failed.watched => format!("it does badly on {there}"),
        (Some(_), Some(there)) => format!("{there} failed"),
        (None, Some(there)) => there,
        (_, None) => release.name_of(step).to_owned(),
    };
    let title = format!("\u{1f6d1} {} stopped: {what}", release.name());
    let message = rows.into_iter().fold(Message::new(Tone::Bad, title).text(words), Message::row);
    message.ping(people.holding(&people.roles_with(Permission::Release)))
}
