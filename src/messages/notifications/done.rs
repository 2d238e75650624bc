//! What is told of a step that is done.

use std::ops::Not;

use super::{Audience, in_thread};
use crate::{
    domain::{
        message::{Button, Message, Tone},
        release::{
            Release,
            fact::{BackMerge, Fact, Outcome, Recorded},
            plan::{Announcement, Step},
            rollout::Phase,
        },
        team::{
            people::{People, Permission},
            project::Project,
        },
    },
    messages::{announce, joined, nudge, spoken},
};

/// Everything that a step which is done has to tell; most of them the card alone shows.
pub(super) fn done(
    release: &Release,
    step: usize,
    made: &Outcome,
    project: &Project,
    people: &People,
) -> Vec<(Audience, Message)> {
    let planned = &release.spec.plan.steps[step].step;
    if let Step::Announce { what, text, roles, stakeholders, .. } = planned {
        let text = text.as_deref().filter(|_| *what != Announcement::SignedOff);
        let message = announce::announcement(*what, text, release, project, people);
        let elsewhere = project.stakeholder_places() != project.releases;
        let theirs = (*stakeholders && elsewhere).then(|| announce::to_stakeholders(*what, release, &message));
        let mut told: Vec<(Audience, Message)> =
            audience(*what, release, project).map(|audience| (audience, message)).into_iter().collect();
        told.iter_mut().for_each(|(_, message)| message.pings.extend(people.holding(roles)));
        told.extend(theirs.map(|message| (Audience::Stakeholders, message)));
        return told;
    }
    let message = match made {
        Outcome::PullRequest { number, url } => opened(release, planned, *number, url),
        Outcome::Merged { .. } => return left_late(release, planned),
        Outcome::BackMerge(how @ BackMerge::Picked { only_merged, .. }) if !only_merged.is_empty() => {
            let Step::CherryPick { into, .. } = planned else { return vec![] };
            joined::picked(into, how)
        }
        Outcome::Expected { build } => by_hand(release, step, build, people),
        Outcome::Overlap { with, files } if !files.is_empty() && is_news(release, made) => {
            Some(joined::overlap(release, with, files, people))
        }
        Outcome::Nothing
        | Outcome::Branch { .. }
        | Outcome::Notes { .. }
        | Outcome::Tag { .. }
        | Outcome::Run { .. }
        | Outcome::Deployed { .. }
        | Outcome::Deployment { .. }
        | Outcome::Drift { .. }
        | Outcome::Fix { .. }
        | Outcome::Page { .. }
        | Outcome::BackMerge(_)
        | Outcome::Stories { .. }
        | Outcome::Merge { .. }
        | Outcome::Overlap { .. } => None,
    };
    message.map(in_thread).into_iter().collect()
}

/// Where an announcement of the playbook is posted, if it is: what the card says from then on is not said beside it.
fn audience(what: Announcement, release: &Release, project: &Project) -> Option<Audience> {
    let plan = &release.spec.plan;
    match what {
        Announcement::Live | Announcement::Said => Some(Audience::Releases),
        Announcement::Critical if project.incident_places() == project.releases => Some(Audience::Thread),
        Announcement::Critical => Some(Audience::Incidents),
        Announcement::SignedOff => (project.stakeholder_places() != project.releases).then_some(Audience::Stakeholders),
        // What tells that it is live says it then.
        Announcement::Closed => announces(release, Announcement::Live).not().then_some(Audience::Releases),
        // The end of the freeze says it.
        Announcement::Planning => plan.find(|step| *step == Step::Thaw).is_none().then_some(Audience::Releases),
        Announcement::Prepared
        | Announcement::Snapshot
        | Announcement::Merged
        | Announcement::CodeFreeze
        | Announcement::Notes
        | Announcement::Begun => None,
    }
}

/// Whether the playbook makes an announcement.
fn announces(release: &Release, what: Announcement) -> bool {
    release.spec.plan.find(|step| matches!(step, Step::Announce { what: known, .. } if *known == what)).is_some()
}

/// A pull request that somebody has to do something about.
fn opened(release: &Release, planned: &Step, number: u64, url: &str) -> Option<Message> {
    let (Step::PullRequest { title, .. }, Some(BackMerge::Conflict { files, .. })) =
        (planned, release.state.back_merge())
    else {
        return None;
    };
    let open = Button::open(format!("Open #{number}"), url);
    let message = Message::new(Tone::Plain, format!("\u{1f4e5} #{number}: {title}")).row(vec![open]);
    Some(joined::back_merge(release, files, message))
}

/// An environment goes back once a person has CD deploy that; of production, the incident says so.
fn by_hand(release: &Release, step: usize, build: &str, people: &People) -> Option<Message> {
    let environment = release.spec.plan.environment_of(step)?;
    let goes_back = release.phase(step) == Phase::RollingBack && !release.spec.plan.is_production(environment);
    goes_back.then(|| {
        let title = format!("\u{270b} {} goes back to {build} once you have your CD deploy that", spoken(environment));
        Message::new(Tone::Bad, title)
            .text("Its report is waited for.")
            .ping(people.holding(&people.roles_with(Permission::Release)))
    })
}

/// A release that left by the clock, and late.
fn left_late(release: &Release, planned: &Step) -> Vec<(Audience, Message)> {
    let Step::AwaitMerge { at: Some(date) } = planned else { return vec![] };
    let late = nudge::leaves_late(release, date).map(|_| (Audience::Releases, nudge::left_late(release, date)));
    late.into_iter().collect()
}

/// Whether the same was not found before.
fn is_news(release: &Release, made: &Outcome) -> bool {
    let same = |recorded: &Recorded| matches!(&recorded.fact, Fact::Done { made: found, .. } if found == made);
    release.facts.iter().filter(|recorded| same(recorded)).count() < 2
}
