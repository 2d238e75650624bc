//! What is told when something happened to a release: to whom, and with which button.

use chrono::{DateTime, Duration, Utc};

use crate::domain::{
    message::{Block, Button, Look, Message, Tone, line},
    release::{
        Release,
        fact::{BackMerge, Fact, Outcome, Recorded, THE_BOT},
        next::{Surroundings, Wait, wait as waits_for},
        plan::{Announcement, Step, Tagged},
        rollout::Phase,
    },
    team::{
        people::{People, Permission},
        project::Project,
    },
    time::dates::Dates,
};

use super::{about, announce, backport, capital, environment, hindrance, joined, moved, nudge, short, stories, wait};

mod deploys;

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Those who follow the release: its thread or reply chain.
    Thread,
    /// Everybody in the release channels.
    Releases,
    /// Everybody in the incident channels.
    Incidents,
    /// Everybody who waits for the product.
    Stakeholders,
}

/// Everything that a new fact has to tell. The fact is the release's last.
pub fn by(
    release: &Release,
    recorded: &Recorded,
    project: &Project,
    people: &People,
    surroundings: &Surroundings,
) -> Vec<(Audience, Message)> {
    match &recorded.fact {
        Fact::Done { step, made } => done(release, *step, made, project, people),
        Fact::Failed { step, conflict: Some(conflict), .. } => {
            vec![(Audience::Thread, joined::conflict(release, *step, conflict, people))]
        }
        Fact::Failed { step, problem, retry_at, .. } => failed(release, *step, problem, retry_at.is_some(), people),
        Fact::Proposed { proposal, .. } => vec![(Audience::Thread, joined::proposed(release, proposal, people))],
        Fact::Unseen { step, problem, passes } if is_out_of_sight(release, *step, recorded.at) => {
            vec![(Audience::Thread, unseen(release, *step, (problem, *passes), people))]
        }
        Fact::Asked { step } => ask(release, *step, recorded.at, people).into_iter().collect(),
        Fact::HeadMoved { branch, commits, back_merge, .. } => {
            let message = moved::told(release, branch.as_deref(), commits, *back_merge);
            vec![(Audience::Thread, message)]
        }
        Fact::Approved { gate, by, note, .. } => {
            let message = Message::new(Tone::Good, format!("\u{2705} {by} approved: {}", title(release, gate)));
            let note = note.clone().map(Block::Quote);
            vec![(Audience::Thread, note.into_iter().fold(message, Message::block))]
        }
        Fact::Rejected { gate, by, reason, .. } => {
            let message = Message::new(Tone::Bad, format!("\u{26d4} {by} rejected: {}", title(release, gate)))
                .block(Block::Quote(reason.clone()))
                .ping(wait::sent_back_to(release, gate, people));
            let step = release.spec.plan.gate(gate).map(|(step, _)| step);
            let message = step.into_iter().fold(message, |message, step| {
                let message = message.text(wait::rejected::way_on(release, step, surroundings.freezing).plain("."));
                message.row(wait::rejected::buttons(release, step))
            });
            vec![(Audience::Thread, message)]
        }
        Fact::Withdrawn { gate, by } => {
            thread(Tone::Plain, format!("{by} took the decision back: {}", title(release, gate)))
        }
        Fact::RetryAsked { step, by } => {
            let what = release.name_of(*step);
            if by == THE_BOT {
                let (tried, of) = (release.state.steps[*step].retried, release.spec.plan.retries(*step));
                return thread(Tone::Working, format!("\u{1f501} Trying again ({tried} of {of}): {what}"));
            }
            thread(Tone::Working, format!("\u{1f501} {by} asked to try again: {what}"))
        }
        Fact::Skipped { step, by, reason } => {
            let what = release.went_past(*step);
            let message =
                Message::new(Tone::Bad, format!("\u{23ed} {by} skipped: {what}")).block(Block::Quote(reason.clone()));
            vec![(Audience::Thread, message)]
        }
        Fact::Overtaken { environment, by, .. } if is_first_overtaken(release) => {
            vec![(Audience::Releases, overtaken(release, environment, by))]
        }
        Fact::Reminded { step, .. } => {
            vec![(Audience::Releases, nudge::reminded(release, *step, surroundings, recorded.at, people))]
        }
        Fact::Escalated { step, .. } => {
            vec![(Audience::Releases, nudge::escalated(release, *step, recorded.at, people))]
        }
        Fact::Missed { step, at, missing } => {
            let message = nudge::missed(release, *step, *at, missing, surroundings, recorded.at, people);
            vec![(Audience::Releases, message)]
        }
        Fact::Moved { dates, by, reason, .. } => {
            let before = dates_before(release);
            vec![(Audience::Releases, nudge::moved(release, &before, dates, by, reason, people))]
        }
        Fact::Cancelled { by, reason } => {
            let message = Message::new(Tone::Bad, format!("\u{1f6d1} {by} cancelled {}", release.name()))
                .block(Block::Quote(reason.clone()))
                .text(leftovers(release, surroundings));
            vec![(Audience::Releases, message)]
        }
        Fact::Story { story, what } => stories::told(release, story, what, people).map(in_thread).into_iter().collect(),
        Fact::Rebuilt { commit } => rebuilt(release, commit),
        Fact::Waived { by, reason, owed, .. } => {
            vec![(Audience::Releases, backport::waived(&release.name(), by, reason, owed))]
        }
        Fact::Ruled { .. } => hindrance::told(release, people).map(in_thread).into_iter().collect(),
        Fact::Seen { step, what, conflict: Some(conflict), .. } if is_new_conflict(release, *step, what) => {
            vec![(Audience::Thread, joined::pull_request(release, *step, conflict, people))]
        }
        Fact::Started { .. }
        | Fact::Watched { .. }
        | Fact::Overtaken { .. }
        | Fact::Seen { .. }
        | Fact::Unseen { .. }
        | Fact::Ticked { .. }
        | Fact::MergeAsked { .. }
        | Fact::StoriesDiffer { .. }
        | Fact::Finished => {
            vec![]
        }
    }
}

/// The dates as they were before the last fact.
fn dates_before(release: &Release) -> Dates {
    let earlier = release.facts[..release.facts.len().saturating_sub(1)].iter().rev();
    let moved = earlier.into_iter().find_map(|recorded| match &recorded.fact {
        Fact::Moved { dates, .. } => Some(dates.clone()),
        _ => None,
    });
    moved.unwrap_or_else(|| release.spec.dates.clone())
}

fn in_thread(message: Message) -> (Audience, Message) {
    (Audience::Thread, message)
}

fn thread(tone: Tone, title: String) -> Vec<(Audience, Message)> {
    vec![(Audience::Thread, Message::new(tone, title))]
}

fn done(
    release: &Release,
    step: usize,
    made: &Outcome,
    project: &Project,
    people: &People,
) -> Vec<(Audience, Message)> {
    let spec = &release.spec;
    match (&spec.plan.steps[step].step, made) {
        (Step::Announce { what: Announcement::SignedOff, .. }, _) => {
            let message = announce::announcement(Announcement::SignedOff, None, release, project, people);
            vec![(Audience::Stakeholders, message)]
        }
        (Step::Announce { what, text, roles, .. }, _) => {
            let mut message = announce::announcement(*what, text.as_deref(), release, project, people);
            message.pings.extend(people.holding(roles));
            let mut told = vec![(Audience::Releases, message.clone())];
            if *what == Announcement::Critical && project.incident_places() != project.releases {
                // The incident channels ping; the same news elsewhere does not ping again.
                told[0].1.pings.clear();
                told.push((Audience::Incidents, message));
            }
            told
        }
        (Step::Snapshot { branch, .. }, _) => {
            thread(Tone::Plain, format!("\u{1f33f} Branch {branch} is there, version {}", spec.version))
        }
        (Step::Tag { name, of: Tagged::CatchUp, .. }, Outcome::Tag { commit, moved_from: Some(from) }) => {
            let text = line()
                .plain("from ")
                .code(short(from))
                .plain(" to ")
                .code(short(commit))
                .plain(", so that what was approved is what is deployed");
            vec![(
                Audience::Thread,
                Message::new(Tone::Plain, format!("\u{1f3f7} Tag {name} caught up with the fixes")).text(text),
            )]
        }
        (Step::Tag { of: Tagged::CatchUp, .. }, _) => vec![],
        (Step::Tag { name, of: Tagged::Merge, .. }, _) => {
            let production = spec.plan.production();
            let runs =
                !production.is_empty() && production.iter().all(|name| release.state.deployed.contains_key(*name));
            let marks = if runs { "what production runs" } else { "the merge" };
            thread(Tone::Plain, format!("\u{1f3f7} Tag {name} marks {marks}"))
        }
        (Step::Tag { name, .. }, _) => {
            // Where the tag comes before the pull request, it is there to be looked at.
            let early = spec.plan.find(|step| matches!(step, Step::Tag { of: Tagged::CatchUp, .. })).is_some();
            let follows = if early { ": QA can check it out" } else { "" };
            thread(Tone::Plain, format!("\u{1f3f7} Tag {name} is there{follows}"))
        }
        (Step::PullRequest { title, .. }, Outcome::PullRequest { number, url }) => {
            let open = Button::open(format!("Open #{number}"), url);
            let message = Message::new(Tone::Plain, format!("\u{1f4e5} #{number}: {title}")).row(vec![open]);
            let conflict = match release.state.back_merge() {
                Some(BackMerge::Conflict { files, .. }) => Some(joined::back_merge(release, files, message.clone())),
                _ => None,
            };
            vec![(Audience::Thread, conflict.unwrap_or(message))]
        }
        (Step::Deploy { .. } | Step::Settle { .. }, _) => {
            deploys::done(release, step, made).map(|message| vec![(Audience::Thread, message)]).unwrap_or_default()
        }
        // Whoever is asked right after it is shown it there.
        (Step::Compare { .. }, Outcome::Drift { environments, lines }) if !is_asked_after(release, step) => {
            vec![(Audience::Thread, environment::differ(environments, lines))]
        }
        (Step::AwaitFix, Outcome::Fix { commit }) => {
            thread(Tone::Good, format!("\u{1f527} The fix is there: {}", short(commit)))
        }
        (Step::AwaitMerge { at: Some(date) }, Outcome::Merged { .. })
            if nudge::leaves_late(release, date).is_some() =>
        {
            vec![(Audience::Releases, nudge::left_late(release, date))]
        }
        (Step::AwaitMerge { .. }, Outcome::Merged { by, .. }) => {
            thread(Tone::Good, format!("\u{1f500} {} merged the release into {}", capital(by), spec.production))
        }
        (Step::Validate { tag, file }, _) => {
            thread(Tone::Good, format!("\u{1f50e} Checked: {tag}, {file} and {} agree", spec.branch))
        }
        (Step::PublishRelease { tag }, Outcome::Page { url }) => {
            let message = Message::new(Tone::Good, format!("\u{1f4dd} Release page {tag} is published"));
            vec![(Audience::Thread, message.row(vec![Button::open("Open", url)]))]
        }
        (Step::CherryPick { into, .. }, Outcome::BackMerge(how)) => {
            joined::picked(into, how).map(|message| vec![(Audience::Thread, message)]).unwrap_or_default()
        }
        (Step::BackMerge { into, from, .. }, Outcome::BackMerge(BackMerge::Nothing)) => {
            thread(Tone::Good, format!("{into} has everything that {from} has: nothing to bring back"))
        }
        (Step::Pick { .. }, Outcome::Stories { .. }) => {
            thread(Tone::Good, format!("\u{1f4da} The stories are complete: {}", stories::in_and_out(release)))
        }
        (Step::MergeWhenGreen, Outcome::Merged { by, .. }) => {
            let what = match spec.brings_tag() {
                true => format!("\u{1f500} {by} merged {} into {}", spec.tag, spec.production),
                false => format!("\u{1f504} {by} merged the back-merge"),
            };
            thread(Tone::Good, what)
        }
        (_, Outcome::Overlap { with, files }) if !files.is_empty() && is_news(release, made) => {
            vec![(Audience::Thread, joined::overlap(release, with, files, people))]
        }
        (Step::Merge { branch, from, .. }, Outcome::Merge { how, .. }) => {
            vec![(Audience::Thread, joined::merged(branch, from, *how))]
        }
        _ => vec![],
    }
}

/// Whether the stage goes on with people who decide.
fn is_asked_after(release: &Release, step: usize) -> bool {
    let steps = &release.spec.plan.steps;
    let after = steps.get(step + 1).filter(|after| after.stage == steps[step].stage);
    after.is_some_and(|after| matches!(after.step, Step::SignOff(_)))
}

/// Whether people do not know of a conflict yet.
fn is_new_conflict(release: &Release, step: usize, what: &str) -> bool {
    let earlier = release.facts[..release.facts.len().saturating_sub(1)].iter().rev();
    let seen = earlier.take_while(|recorded| !matches!(recorded.fact, Fact::HeadMoved { .. }));
    let mut seen = seen.filter_map(|recorded| match &recorded.fact {
        Fact::Seen { step: of, what, .. } if *of == step => Some(what.as_str()),
        _ => None,
    });
    seen.next() != Some(what)
}

/// Whether people do not know yet that something cannot be seen: what comes and goes is told once an hour.
fn is_out_of_sight(release: &Release, step: usize, at: DateTime<Utc>) -> bool {
    let earlier = release.facts[..release.facts.len().saturating_sub(1)].iter().rev();
    let mut lately = earlier.take_while(|recorded| at - recorded.at < Duration::hours(1));
    !lately.any(|recorded| matches!(recorded.fact, Fact::Unseen { step: of, .. } if of == step))
}

fn unseen(release: &Release, step: usize, (problem, passes): (&str, bool), people: &People) -> Message {
    let waiting = Wait::Unseen { problem: problem.to_owned() };
    Message::new(Tone::Asking, format!("\u{2753} {}: I cannot see how it goes on", release.name()))
        .text(wait::in_words(release, step, &waiting, people).plain("."))
        .text("Nothing is concluded from that, and nothing is asked for a second time.")
        .ping(if passes { vec![] } else { wait::who_can(release, step, &waiting, people) })
}

/// Whether it was not known yet that a later version has taken the place of this one.
fn is_first_overtaken(release: &Release) -> bool {
    release.facts.iter().filter(|recorded| matches!(recorded.fact, Fact::Overtaken { .. })).count() < 2
}

fn overtaken(release: &Release, environment: &str, by: &str) -> Message {
    let there = capital(&super::spoken(environment));
    Message::new(Tone::Plain, format!("\u{23e9} {} was overtaken by {by}", release.name()))
        .text(format!("{there} runs {by}: nothing of {} is left to say or to decide there.", release.spec.version))
}

fn rebuilt(release: &Release, commit: &str) -> Vec<(Audience, Message)> {
    let Some(picking) = release.spec.plan.picking() else { return vec![] };
    let title = format!("\u{1f33f} {} is back at {}: what stays is merged again", picking.into, short(commit));
    thread(Tone::Working, title)
}

/// Whether the same was not found before.
fn is_news(release: &Release, made: &Outcome) -> bool {
    let same = |recorded: &Recorded| matches!(&recorded.fact, Fact::Done { made: found, .. } if found == made);
    release.facts.iter().filter(|recorded| same(recorded)).count() < 2
}

fn failed(release: &Release, step: usize, problem: &str, again: bool, people: &People) -> Vec<(Audience, Message)> {
    let what = release.name_of(step);
    if again {
        // Only the first failure in a row is news; the card shows the rest.
        let first = release.state.steps[step].failed.as_ref().is_none_or(|failure| failure.times == 1);
        let message = Message::new(Tone::Working, format!("\u{23f1} Not yet: {what}"))
            .text(format!("{}. Trying again by itself.", capital(problem)));
        return if first { vec![(Audience::Thread, message)] } else { vec![] };
    }
    if let Some(message) = deploys::failed(release, step, problem) {
        return vec![(Audience::Thread, message)];
    }
    let waiting = Wait::Person { problem: problem.to_owned() };
    let message = Message::new(Tone::Bad, format!("\u{1f6a8} {} is stopped: {what}", release.name()))
        .text(capital(problem))
        .ping(people.holding(&people.roles_with(Permission::Release)));
    let message = wait::buttons(release, step, &waiting).into_iter().fold(message, Message::row);
    let audience =
        if release.state.merged.is_some() || release.is_roll_back() { Audience::Incidents } else { Audience::Thread };
    vec![(audience, message)]
}

/// Asks those who can act.
fn ask(release: &Release, step: usize, now: DateTime<Utc>, people: &People) -> Option<(Audience, Message)> {
    let deploys_to = release.spec.plan.steps[step].step.deploys_to();
    if let Some(environment) = deploys_to.filter(|_| release.phase(step) == Phase::Planned) {
        return Some((Audience::Thread, environment::waits_for_resume(release, environment, people)));
    }
    let waiting = waits_for(release, step, &Surroundings::default(), now)?;
    let who = wait::who_can(release, step, &waiting, people);
    let words = wait::in_words(release, step, &waiting, people);
    let message = match &release.spec.plan.steps[step].step {
        Step::Pick { .. } => stories::ask(release, release.spec.plan.picking()?, &waiting, words),
        Step::SignOff(gate) => {
            let message =
                Message::new(Tone::Asking, format!("\u{1f440} {}: your turn", capital(&gate.title))).text(words);
            // What differs is seen before anybody decides on what comes next.
            let differ = release.state.drift().map(|(environments, lines)| environment::differ(environments, lines));
            let message = differ.into_iter().flat_map(|differ| differ.body).fold(message, Message::block);
            if gate.checklist.is_empty() {
                wait::buttons(release, step, &waiting).into_iter().fold(message, Message::row)
            } else {
                message.text("Tick and decide on the card above.")
            }
        }
        Step::Deploy { .. } => {
            Message::new(Tone::Bad, format!("\u{26a0} {}: look at what CD deploys", release.name())).text(words)
        }
        Step::MergeWhenGreen => joined::waits_for_a_person(release, step, &waiting, words),
        _ => Message::new(Tone::Asking, "\u{1f91d} Ready for a person to merge")
            .text(words)
            .row(Button::say("Merge", Look::Primary, &about(release, "release merge")).into_iter().collect()),
    };
    Some((Audience::Thread, message.ping(who)))
}

fn leftovers(release: &Release, surroundings: &Surroundings) -> String {
    let mut left = vec![];
    if release.state.head.is_some() {
        left.push(format!("branch {}", release.spec.branch));
    }
    if release.state.tagged.is_some() {
        left.push(format!("tag {}", release.spec.tag));
    }
    left.extend(release.state.own_pulls().iter().map(|number| format!("#{number}")));
    let freeze = if surroundings.freezing { " Its freeze is lifted with it." } else { "" };
    if left.is_empty() {
        return format!("Nothing was left behind on GitHub.{freeze}");
    }
    format!("Still on GitHub, for a person to remove: {}.{freeze}", left.join(", "))
}

fn title<'a>(release: &'a Release, gate: &'a str) -> &'a str {
    release.spec.plan.gate(gate).map_or(gate, |(_, gate)| gate.title.as_str())
}
