//! What is told when something happened to a release: to whom, and with which button.

use chrono::{DateTime, Duration, Utc};

use super::{
    about, backport, capital, checks, code::with_code, environment, glass, hindrance, joined, moved, nudge,
    out_of_turn, reviews, short, stories, wait,
};
use crate::domain::{
    message::{Block, Button, Look, Message, Tone},
    release::{
        Release,
        fact::{Fact, Recorded, THE_BOT},
        next::{Surroundings, Wait, wait as waits_for},
        plan::Step,
        rollout::Phase,
        setback::Setback,
    },
    team::{
        people::{People, Permission},
        project::Project,
    },
    time::dates::Dates,
};

mod deploys;
mod done;

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
        Fact::Done { step, made } => done::done(release, *step, made, project, people),
        Fact::Failed { step, conflict: Some(conflict), .. } => {
            vec![(Audience::Thread, joined::conflict(release, *step, conflict, people))]
        }
        Fact::Failed { step, problem, retry_at, .. } => failed(release, *step, problem, retry_at.is_some(), people),
        Fact::Proposed { proposal, .. } => vec![(Audience::Thread, joined::proposed(release, proposal, people))],
        Fact::Unseen { step, problem, passes, .. } if is_out_of_sight(release, *step, recorded.at) => {
            vec![(Audience::Thread, unseen(release, *step, (problem, *passes), people))]
        }
        Fact::Asked { step } => ask(release, *step, recorded.at, people).into_iter().collect(),
        Fact::HeadMoved { branch, commits, back_merge, .. } => {
            let message = moved::told(release, branch.as_deref(), commits, *back_merge);
            vec![(Audience::Thread, message)]
        }
        Fact::Approved { gate, by, note, review, .. } => {
            let message = Message::new(Tone::Good, format!("\u{2705} {by} approved: {}", title(release, gate)));
            let message = review.iter().map(reviews::by_review).fold(message, Message::text);
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
        Fact::Withdrawn { gate, by, review } => {
            vec![(Audience::Thread, reviews::withdrawn(title(release, gate), by, review.as_ref()))]
        }
        Fact::ReviewPassedOver { gate, login, url, why, .. } => {
            vec![(Audience::Thread, reviews::passed_over(release, gate, login, url, why, people))]
        }
        Fact::RetryAsked { step, by } => {
            let what = release.name_of(*step);
            if by == THE_BOT {
                let (tried, of) = (release.state.steps[*step].retried, release.spec.plan.retries(*step));
                return thread(Tone::Working, format!("\u{1f501} Trying again ({tried} of {of}): {what}"));
            }
            thread(Tone::Working, format!("\u{1f501} {by} asked to try again: {what}"))
        }
        Fact::SkipAsked { step, by, reason, .. } => {
            vec![(Audience::Releases, glass::asked(release, *step, by, reason, people))]
        }
        Fact::Skipped { step, by, reason, second: Some(second) } => {
            let by = format!("{by} and {second}");
            vec![(Audience::Releases, glass::broken(release, *step, &by, reason))]
        }
        Fact::Reviewed { step, by, findings } => {
            vec![(Audience::Releases, glass::reviewed(release, *step, by, findings))]
        }
        Fact::Skipped { step, by, reason, second: None } => {
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
        Fact::TargetNear { .. } => vec![(Audience::Releases, nudge::target_near(release, recorded.at, people))],
        Fact::TargetMissed { .. } => vec![(Audience::Releases, nudge::target_missed(release, recorded.at, people))],
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
            let over = done::called_off(release, by, reason, project);
            std::iter::once((Audience::Releases, message)).chain(over).collect()
        }
        Fact::Story { story, what } => stories::told(release, story, what, people).map(in_thread).into_iter().collect(),
        Fact::Rebuilt { commit } => rebuilt(release, commit),
        Fact::Waived { by, reason, owed, .. } => {
            vec![(Audience::Releases, backport::waived(&release.name(), by, reason, owed))]
        }
        Fact::MergedOtherwise { merge } => {
            vec![(Audience::Releases, out_of_turn::otherwise(release, merge, people))]
        }
        Fact::Ruled { .. } => hindrance::told(release, people).map(in_thread).into_iter().collect(),
        Fact::Seen { step, what, conflict: Some(conflict), .. } if is_new_conflict(release, *step, what) => {
            vec![(Audience::Thread, joined::pull_request(release, *step, conflict, people))]
        }
        Fact::Seen { step, failed, .. } if !failed.is_empty() && checks::are_news(release, *step, failed) => {
            vec![(Audience::Thread, checks::failed(release, *step, failed, people))]
        }
        Fact::Started { .. }
        | Fact::Watched { .. }
        | Fact::Overtaken { .. }
        | Fact::Seen { .. }
        | Fact::Unseen { .. }
        | Fact::Ticked { .. }
        | Fact::MergeAsked { .. }
        | Fact::Authored { .. }
        | Fact::StoriesDiffer { .. }
        | Fact::Finished => {
            vec![]
        }
    }
}

/// The dates as they were before the last fact.
fn dates_before(release: &Release) -> Dates {
    let earlier = release.facts[..release.facts.len().saturating_sub(1)].iter().rev();
    let moved = earlier.into_iter().find_map(|recorded| {
        let Fact::Moved { dates, .. } = &recorded.fact else { return None };
        Some(dates.clone())
    });
    moved.unwrap_or_else(|| release.spec.dates.clone())
}

fn in_thread(message: Message) -> (Audience, Message) {
    (Audience::Thread, message)
}
fn thread(tone: Tone, title: String) -> Vec<(Audience, Message)> {
    vec![(Audience::Thread, Message::new(tone, title))]
}

/// Whether people do not know of a conflict yet.
fn is_new_conflict(release: &Release, step: usize, what: &str) -> bool {
    let earlier = release.facts[..release.facts.len().saturating_sub(1)].iter().rev();
    let seen = earlier.take_while(|recorded| !matches!(recorded.fact, Fact::HeadMoved { .. }));
    let mut seen = seen.filter_map(|recorded| {
        let Fact::Seen { step: of, what, .. } = &recorded.fact else { return None };
        (*of == step).then_some(what.as_str())
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

fn failed(release: &Release, step: usize, problem: &Setback, again: bool, people: &People) -> Vec<(Audience, Message)> {
    let what = release.name_of(step);
    if again {
        // Only the first failure in a row is news; the card shows the rest.
        let first = release.state.steps[step].failed.as_ref().is_none_or(|failure| failure.times == 1);
        let message = Message::new(Tone::Working, format!("\u{23f1} Not yet: {what}"))
            .text(with_code(&format!("{}. Trying again by itself.", capital(&problem.to_string()))));
        return if first { vec![(Audience::Thread, message)] } else { vec![] };
    }
    if let Some(message) = deploys::failed(release, step, problem) {
        return vec![(Audience::Thread, message)];
    }
    let waiting = Wait::Person { problem: problem.clone() };
    let message = Message::new(Tone::Bad, format!("\u{1f6a8} {} is stopped: {what}", release.name()))
        .text(with_code(&capital(&problem.to_string())))
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
    let planned = &release.spec.plan.steps[step].step;
    let message = if matches!(planned, Step::Pick { .. }) {
        stories::ask(release, release.spec.plan.picking()?, &waiting, words)
    } else if let Step::SignOff(gate) = planned {
        let message = Message::new(Tone::Asking, format!("\u{1f440} {}: your turn", capital(&gate.title))).text(words);
        // What differs is seen before anybody decides on what comes next.
        let differ = release.drift().map(|(environments, lines)| environment::differ(environments, lines));
        let message = differ.into_iter().flat_map(|differ| differ.body).fold(message, Message::block);
        let message = reviews::instead(release, gate).into_iter().fold(message, Message::text);
        if gate.checklist.is_empty() {
            wait::buttons(release, step, &waiting).into_iter().fold(message, Message::row)
        } else {
            message.text("Tick and decide on the card above.")
        }
    } else if deploys_to.is_some() {
        Message::new(Tone::Bad, format!("\u{26a0} {}: look at what CD deploys", release.name())).text(words)
    } else if *planned == Step::MergeWhenGreen {
        joined::waits_for_a_person(release, step, &waiting, words)
    } else {
        Message::new(Tone::Asking, "\u{1f91d} Ready for a person to merge")
            .text(words)
            .row(Button::say("Merge", Look::Primary, &about(release, "release merge")).into_iter().collect())
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
