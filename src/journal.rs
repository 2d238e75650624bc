//! Writes facts, and with each fact everything that is said about it: the only way a release changes.

use chrono::{DateTime, Utc};

use crate::{
    desk::Desk,
    domain::{
        fact::{Fact, Recorded},
        post::{Place, Post, Target},
        project::Project,
        release::Release,
    },
    messages::{self, told::Audience},
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
    let Some((project, _)) = desk.projects.get(&release.brief.project) else { return Ok(()) };
    for place in &project.releases {
        writing.refresh_card(*place, release.brief.id)?;
    }
    for (nth, (audience, message)) in messages::told::by(release, &recorded, project, &desk.people).into_iter().enumerate() {
        for target in targets(project, release, audience) {
            let place = match &target {
                Target::Channel(place) | Target::Thread { place, .. } => place.to_string(),
                Target::Reply(_) => String::new(),
            };
            let key = format!("{}/{number}/{nth}/{audience:?}/{place}", release.brief.id.0);
            writing.post(Post { key, target, message: message.clone() })?;
        }
    }
    if !release.is_open() {
        writing.close_release(release.brief.id);
    }
    Ok(())
}

fn targets(project: &Project, release: &Release, audience: Audience) -> Vec<Target> {
    let thread = |place: &Place| Target::Thread { place: *place, release: release.brief.id };
    match audience {
        Audience::Thread => project.releases.iter().map(thread).collect(),
        Audience::Releases => project.releases.iter().copied().map(Target::Channel).collect(),
        Audience::Incidents => project.incident_places().iter().copied().map(Target::Channel).collect(),
    }
}
