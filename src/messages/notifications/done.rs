//! What is told of a step that is done.

use super::{Audience, deploys, in_thread, thread};
use crate::{
    domain::{
        message::{Block, Button, Message, Tone, line},
        release::{
            Release,
            fact::{BackMerge, Fact, Outcome, Recorded},
            plan::{Announcement, Step, Tagged},
        },
        team::{people::People, project::Project},
    },
    messages::{announce, capital, environment, joined, nudge, short, stories},
};

/// Everything that a step which is done has to tell.
pub(super) fn done(
    release: &Release,
    step: usize,
    made: &Outcome,
    project: &Project,
    people: &People,
) -> Vec<(Audience, Message)> {
    let (spec, planned) = (&release.spec, &release.spec.plan.steps[step].step);
    if let Step::Announce { what, text, roles, stakeholders, .. } = planned {
        let text = text.as_deref().filter(|_| *what != Announcement::SignedOff);
        let message = announce::announcement(*what, text, release, project, people);
        let elsewhere = *stakeholders && project.stakeholder_places() != project.releases;
        let theirs = elsewhere.then(|| announce::to_stakeholders(*what, release, &message));
        let mut told = announced(*what, message, people.holding(roles), project);
        told.extend(theirs.map(|message| (Audience::Stakeholders, message)));
        return told;
    }
    if planned.settling().is_some() {
        return deploys::done(release, step, made).map(in_thread).into_iter().collect();
    }
    if let Step::Tag { name, of, .. } = planned {
        return tagged(release, name, *of, made);
    }
    if let Step::Snapshot { branch, .. } = planned {
        return thread(Tone::Plain, format!("\u{1f33f} Branch {branch} is there, version {}", spec.version));
    }
    if let Step::Validate { tag, file } = planned {
        return thread(Tone::Good, format!("\u{1f50e} Checked: {tag}, {file} and {} agree", spec.branch));
    }
    let message = match made {
        Outcome::PullRequest { number, url } => opened(release, planned, *number, url),
        // Whoever is asked right after it is shown it there.
        Outcome::Drift { environments, lines } if !is_asked_after(release, step) => {
            Some(environment::differ(environments, lines))
        }
        Outcome::Fix { commit } => good(format!("\u{1f527} The fix is there: {}", short(commit))),
        Outcome::Merged { by, .. } => return merged(release, planned, by),
        Outcome::Page { url } => {
            let Step::PublishRelease { tag } = planned else { return vec![] };
            let message = Message::new(Tone::Good, format!("\u{1f4dd} Release page {tag} is published"));
            Some(message.row(vec![Button::open("Open", url)]))
        }
        Outcome::BackMerge(how) => brought_back(planned, how),
        Outcome::Stories { .. } => {
            good(format!("\u{1f4da} The stories are complete: {}", stories::in_and_out(release)))
        }
        Outcome::Overlap { with, files } if !files.is_empty() && is_news(release, made) => {
            Some(joined::overlap(release, with, files, people))
        }
        Outcome::Merge { how, .. } => {
            let Step::Merge { branch, from, .. } = planned else { return vec![] };
            Some(joined::merged(branch, from, *how))
        }
        Outcome::Nothing
        | Outcome::Branch { .. }
        | Outcome::Notes { .. }
        | Outcome::Tag { .. }
        | Outcome::Run { .. }
        | Outcome::Deployed { .. }
        | Outcome::Expected { .. }
        | Outcome::Deployment { .. }
        | Outcome::Drift { .. }
        | Outcome::Overlap { .. } => None,
    };
    message.map(in_thread).into_iter().collect()
}

fn good(title: String) -> Option<Message> {
    Some(Message::new(Tone::Good, title))
}

fn announced(what: Announcement, message: Message, who: Vec<String>, project: &Project) -> Vec<(Audience, Message)> {
    if what == Announcement::SignedOff {
        return vec![(Audience::Stakeholders, message)];
    }
    let mut message = message;
    message.pings.extend(who);
    if what != Announcement::Critical || project.incident_places() == project.releases {
        return vec![(Audience::Releases, message)];
    }
    // The incident channels ping; the same news elsewhere does not ping again.
    let quiet = Message { pings: vec![], ..message.clone() };
    vec![(Audience::Releases, quiet), (Audience::Incidents, message)]
}

/// What calls people to a hotfix is taken back where it called them, when that is cancelled.
pub(super) fn called_off(release: &Release, by: &str, reason: &str, project: &Project) -> Option<(Audience, Message)> {
    let calls = |step: &Step| matches!(step, Step::Announce { what: Announcement::Critical, .. });
    let mut steps = release.spec.plan.steps.iter().zip(&release.state.steps);
    let called = steps.any(|(planned, state)| calls(&planned.step) && state.first_done.is_some());
    (called && project.incident_places() != project.releases).then(|| {
        let title = format!("The alarm is over: {by} cancelled hotfix {}", release.name());
        (Audience::Incidents, Message::new(Tone::Plain, title).block(Block::Quote(reason.to_owned())))
    })
}

fn tagged(release: &Release, name: &str, of: Tagged, made: &Outcome) -> Vec<(Audience, Message)> {
    let spec = &release.spec;
    match of {
        Tagged::CatchUp => {
            let Outcome::Tag { commit, moved_from: Some(from) } = made else { return vec![] };
            let text = line()
                .plain("from ")
                .code(short(from))
                .plain(" to ")
                .code(short(commit))
                .plain(", so that what was approved is what is deployed");
            let title = format!("\u{1f3f7} Tag {name} caught up with the fixes");
            vec![(Audience::Thread, Message::new(Tone::Plain, title).text(text))]
        }
        Tagged::Merge => {
            let production = spec.plan.production();
            let runs = !production.is_empty() && production.iter().all(|name| release.brought(name).is_some());
            let marks = if runs { "what production runs" } else { "the merge" };
            thread(Tone::Plain, format!("\u{1f3f7} Tag {name} marks {marks}"))
        }
        Tagged::Head => {
            // Where the tag comes before the pull request, it is there to be looked at.
            let early = spec.plan.find(|step| matches!(step, Step::Tag { of: Tagged::CatchUp, .. })).is_some();
            let follows = if early { ": QA can check it out" } else { "" };
            thread(Tone::Plain, format!("\u{1f3f7} Tag {name} is there{follows}"))
        }
    }
}

fn opened(release: &Release, planned: &Step, number: u64, url: &str) -> Option<Message> {
    let Step::PullRequest { title, .. } = planned else { return None };
    let open = Button::open(format!("Open #{number}"), url);
    let message = Message::new(Tone::Plain, format!("\u{1f4e5} #{number}: {title}")).row(vec![open]);
    Some(match release.state.back_merge() {
        Some(BackMerge::Conflict { files, .. }) => joined::back_merge(release, files, message),
        Some(BackMerge::Settled { lines }) => joined::settled(lines, message),
        Some(BackMerge::Clean | BackMerge::Nothing | BackMerge::Picked { .. }) | None => message,
    })
}

fn merged(release: &Release, planned: &Step, by: &str) -> Vec<(Audience, Message)> {
    let spec = &release.spec;
    if *planned == Step::MergeWhenGreen {
        let what = match spec.brings_tag() {
            true => format!("\u{1f500} {by} merged {} into {}", spec.tag, spec.production),
            false => format!("\u{1f504} {by} merged the back-merge"),
        };
        return thread(Tone::Good, what);
    }
    let Step::AwaitMerge { at } = planned else { return vec![] };
    match at.as_ref().filter(|date| nudge::leaves_late(release, date).is_some()) {
        Some(date) => vec![(Audience::Releases, nudge::left_late(release, date))],
        None => thread(Tone::Good, format!("\u{1f500} {} merged the release into {}", capital(by), spec.production)),
    }
}

fn brought_back(planned: &Step, how: &BackMerge) -> Option<Message> {
    if let Step::CherryPick { into, .. } = planned {
        return joined::picked(into, how);
    }
    let Step::BackMerge { into, from, .. } = planned else { return None };
    let nothing = || good(format!("{into} has everything that {from} has: nothing to bring back"));
    if *how == BackMerge::Nothing { nothing() } else { None }
}

/// Whether the stage goes on with people who decide.
fn is_asked_after(release: &Release, step: usize) -> bool {
    let steps = &release.spec.plan.steps;
    let after = steps.get(step + 1).filter(|after| after.stage == steps[step].stage);
    after.is_some_and(|after| matches!(after.step, Step::SignOff(_)))
}

/// Whether the same was not found before.
fn is_news(release: &Release, made: &Outcome) -> bool {
    let same = |recorded: &Recorded| matches!(&recorded.fact, Fact::Done { made: found, .. } if found == made);
    release.facts.iter().filter(|recorded| same(recorded)).count() < 2
}
