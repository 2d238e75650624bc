//! Writes facts, and with each fact everything that is said about it: the only way a release changes.

use chrono::{DateTime, Utc};

use crate::{
    context::Desk,
    domain::{
        message::{
            Message,
            post::{Place, Post, Target},
        },
        release::{
            Brief, Release, debt,
            fact::{Fact, Recorded},
            next::Around,
        },
    },
    messages::{self, told::Audience},
    record::incidents,
    store::{StoreProblem, Writing},
};

/// Appends a fact to a release and posts what it has to tell, in one write.
///
/// # Errors
/// What the store says.
pub fn record(
    desk: &Desk,
    writing: &mut Writing,
    release: &mut Release,
    fact: Fact,
    at: DateTime<Utc>,
) -> Result<(), StoreProblem> {
    let recorded = Recorded { at, fact };
    let number = release.facts.len();
    writing.append_fact(release.brief.id, number, &recorded)?;
    release.add(recorded.clone());
    note_debt(writing, release, at)?;
    refresh_cards(desk, writing, &release.brief)?;
    let Some((project, _)) = desk.projects.get(&release.brief.project) else { return Ok(()) };
    let around = around(desk, release, &recorded)?;
    for (nth, (audience, message)) in
        messages::told::by(release, &recorded, project, &desk.people, &around).into_iter().enumerate()
    {
        let (places, thread) = match audience {
            Audience::Thread => (project.releases.as_slice(), true),
            Audience::Releases => (project.releases.as_slice(), false),
            Audience::Incidents => (project.incident_places(), false),
            Audience::Stakeholders => (project.stakeholder_places(), false),
        };
        let key = format!("{}/{number}/{nth}/{audience:?}", release.brief.id.0);
        let target = |place| match thread {
            true => Target::Thread { place, release: release.brief.id },
            false => Target::Channel(place),
        };
        post_everywhere(desk, writing, &key, places, target, &message)?;
    }
    incidents::own::follow(desk, writing, release, &recorded)?;
    if !release.is_open() {
        writing.close_release(release.brief.id)?;
    }
    Ok(())
}

/// What goes on around a release, for what is told about that.
fn around(desk: &Desk, release: &Release, recorded: &Recorded) -> Result<Around, StoreProblem> {
    match &recorded.fact {
        Fact::Reminded { step, .. } => {
            // What will be over by then is not in the way.
            let date = release.brief.plan.date_of(*step).and_then(|date| release.state.dates.get(date));
            desk.around_at(release, date.unwrap_or(recorded.at))
        }
        Fact::Missed { .. } | Fact::Rejected { .. } | Fact::Cancelled { .. } => desk.around_at(release, recorded.at),
        _ => Ok(Around::default()),
    }
}

/// What a hotfix owes follows from its facts, too.
fn note_debt(writing: &mut Writing, release: &Release, at: DateTime<Utc>) -> Result<(), StoreProblem> {
    if !release.is_hotfix() {
        return Ok(());
    }
    let before = writing.debt(release.brief.id)?;
    match debt::after(before.clone(), release, at) {
        Some(debt) if before.as_ref() != Some(&debt) => writing.put_debt(&debt),
        None if before.is_some() => {
            writing.drop_debt(release.brief.id);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Has a release's cards brought up to date everywhere.
///
/// # Errors
/// What the store says.
pub fn refresh_cards(desk: &Desk, writing: &mut Writing, brief: &Brief) -> Result<(), StoreProblem> {
    let Some((project, _)) = desk.projects.get(&brief.project) else { return Ok(()) };
    for place in &project.releases {
        writing.refresh_card(*place, brief.id)?;
    }
    Ok(())
}

/// Posts a message in several places. Everybody who is pinged is pinged once: where they spoke last, if it is told there.
///
/// # Errors
/// What the store says.
pub fn post_everywhere(
    desk: &Desk,
    writing: &mut Writing,
    key: &str,
    places: &[Place],
    target: impl Fn(Place) -> Target,
    message: &Message,
) -> Result<(), StoreProblem> {
    let pinged = desk.pinged(writing, places, &message.pings)?;
    for (place, pings) in places.iter().zip(pinged) {
        let message = Message { pings, ..message.clone() };
        writing.post(Post { key: format!("{key}/{place}"), target: target(*place), message })?;
    }
    Ok(())
}
