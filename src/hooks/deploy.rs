//! Takes in what a deploy reports about itself.

use super::{Taken, incident, noted, on_call};
use crate::{
    config::Hooks,
    desk::Desk,
    domain::{
        message::Message,
        post::Target,
        release::Release,
        report::{self, Change, Deploy, History, Status},
    },
    environments, journal, messages,
    store::{StoreProblem, Writing},
};

/// Among how many releases the version is looked for, newest first.
const RELEASES: usize = 100;

/// Takes one report in: stored, and told if it is a change.
pub(super) async fn take(desk: &Desk, hooks: &Hooks, report: Deploy, body: &[u8]) -> Result<Taken, StoreProblem> {
    let id = report.id.clone().map_or_else(|| digest(body), |id| format!("{}/{id}", report.status.name()));
    let release = desk.store.latest_releases(RELEASES)?.into_iter().rev().find(|one| report::is_of(&report, one));
    let (teller, hooks) = (desk.clone(), hooks.clone());
    desk.write(move |writing| {
        let name = format!("{}/{}/{}", report.project, report.environment, report.version);
        if !writing.first_time("report", &format!("{name}/{id}"))? {
            return Ok(Taken::Known);
        }
        let now = teller.clock.now();
        let mut history = writing.deploys(&name)?;
        // A clock that is ahead must not make all that follows look late.
        let at = report.at.unwrap_or(now).min(now);
        let change = history.take(report.status, at);
        history.at = now;
        let own = release.as_ref().is_some_and(|release| report::is_own(&report, release));
        noted::noted(writing, &Deploy { at: Some(at), ..report.clone() }, now)?;
        // What is already known, or came too late, changes nothing.
        let news = change.is_some_and(|change| change.since.is_none());
        environments::reported(&teller, writing, &report, own || !news, at)?;
        if change.is_some() && report.status.is_incident() && !own {
            noted::went_wrong(writing, &report, at, now)?;
        }
        if let Some(change) = change {
            tell(&teller, &hooks, writing, &report, change, release.as_ref(), &mut history)?;
        }
        writing.put_deploys(&name, &history)?;
        Ok(if change.is_some() { Taken::New } else { Taken::Known })
    })
    .await
}

fn tell(
    desk: &Desk,
    hooks: &Hooks,
    writing: &mut Writing,
    report: &Deploy,
    change: Change,
    release: Option<&Release>,
    history: &mut History,
) -> Result<(), StoreProblem> {
    if !report.status.is_incident() && change.since.is_none() {
        // Whatever goes wrong next is another incident.
        history.incident = None;
    }
    if release.is_some_and(|release| report::is_own(report, release)) {
        return Ok(());
    }
    let project = desk.projects.get(&report.project).map(|(project, _)| project);
    let key = format!("deploy/{}", writing.next_number("deploy-told")?);
    if !report.status.is_incident() {
        let message = messages::report::deploy(report, change, None);
        let Some(project) = project else {
            return journal::post_everywhere(desk, writing, &key, &hooks.places, Target::Channel, &message);
        };
        let target = |place| match release {
            Some(release) => Target::Thread { place, release: release.brief.id },
            None => Target::Channel(place),
        };
        return journal::post_everywhere(desk, writing, &key, &project.releases, target, &message);
    }
    let places = project.map_or(hooks.places.as_slice(), |project| project.incident_places());
    if change.since.is_some() {
        // Long past: worth knowing, not worth waking anybody.
        let message = messages::report::deploy(report, change, None);
        return journal::post_everywhere(desk, writing, &key, places, Target::Channel, &message);
    }
    let what = messages::report::deploy(report, change, None).title;
    let open = history.incident.filter(|_| report.status == Status::RolledBack);
    let incident = incident(writing, open, &what, places, history.at)?;
    history.incident = Some(incident.number);
    let message: Message = messages::report::deploy(report, change, Some(&incident)).ping(on_call(desk));
    let target = |place| Target::Incident { place, incident: incident.number };
    journal::post_everywhere(desk, writing, &key, &incident.places, target, &message)
}

/// A name for a report whose sender gives none.
fn digest(body: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, body);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
