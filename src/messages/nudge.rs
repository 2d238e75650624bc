//! What is said by the clock: reminders, late gates, a departure that had to wait, dates that moved.

use chrono::{DateTime, Duration, Utc};

use crate::domain::{
    message::{Block, Button, Line, Message, Tone, line},
    release::{
        Release, due,
        fact::{Fact, Missing, THE_CALENDAR},
        next::{Next, Surroundings, next, wait as waits_for},
        nudge,
        plan::Step,
    },
    team::people::{People, Permission},
    time::dates::Dates,
};

use super::{barrier, buttons, capital, code::with_code, out_of_turn, span, wait};

/// A reminder before a date: what is missing, and those who can act now are mentioned; none where nobody can.
/// `surroundings` is what will be around the release then, as far as that is known.
pub fn reminded(
    release: &Release,
    step: usize,
    surroundings: &Surroundings,
    now: DateTime<Utc>,
    people: &People,
) -> Option<Message> {
    let (title, at) = date(release, step);
    let leaves = matches!(release.spec.plan.steps[step].step, Step::AwaitMerge { .. });
    let alone = Surroundings { freezing: surroundings.freezing, ..Surroundings::default() };
    let surroundings = if leaves { surroundings } else { &alone };
    let missing: Vec<Missing> = nudge::missing(release, step + 1, surroundings, now);
    let (lines, mut who) = listed(release, &missing, surroundings.freezing, now, people);
    if surroundings.freeze.is_some() {
        who.extend(people.holding(&people.roles_with(Permission::Exempt)));
    }
    let who = each_once(who);
    if who.is_empty() {
        return None;
    }
    let message = Message::new(Tone::Asking, format!("\u{23f0} {}: {title} in {}", release.name(), span(at - now)));
    Some(message.text("Still missing:").block(Block::List(lines)).row(passing(release, surroundings)).ping(who))
}

/// The button that helps when a freeze is in the way.
fn passing(release: &Release, surroundings: &Surroundings) -> Vec<Button> {
    let button = surroundings.freeze.as_ref().and_then(|_| buttons::exemption_button(release));
    button.into_iter().collect()
}

fn each_once(mut names: Vec<String>) -> Vec<String> {
    let mut told = std::collections::BTreeSet::new();
    names.retain(|name| told.insert(name.clone()));
    names
}

/// A gate that was not through at its deadline.
pub fn escalated(release: &Release, step: usize, now: DateTime<Utc>, people: &People) -> Message {
    let Some(gate) = release.spec.plan.steps[step].step.gate() else { return Message::new(Tone::Bad, "Late") };
    let (lines, mut who) = listed(release, &[Missing::Step(step)], false, now, people);
    who.extend(people.holding(&gate.escalate));
    who.dedup();
    let leaves = gate.deadline.is_some()
        && release.spec.plan.steps.iter().any(|planned| matches!(planned.step, Step::AwaitMerge { at: Some(_) }));
    let message = Message::new(Tone::Bad, format!("\u{26a0} {}: {} is late", release.name(), gate.title))
        .text(line().plain("It was due ").time(date(release, step).1).plain("."))
        .block(Block::List(lines));
    let message = match leaves {
        true => message.text("Without it the train does not leave, unless somebody gives it more time."),
        false => message,
    };
    message.row(buttons::move_button(release, step).into_iter().collect()).ping(who)
}

/// A release that could not leave: everything that was missing, in one message.
pub fn missed(
    release: &Release,
    step: usize,
    at: DateTime<Utc>,
    missing: &[Missing],
    surroundings: &Surroundings,
    now: DateTime<Utc>,
    people: &People,
) -> Message {
    let (lines, mut who) = listed(release, missing, surroundings.freezing, now, people);
    who.extend(people.holding(&people.roles_with(Permission::Release)));
    if let Some(merge) = release.merged_otherwise() {
        let (title, words) = out_of_turn::at_departure(release, merge);
        let cancel = buttons::departure_buttons(release, step).pop();
        return Message::new(Tone::Bad, title)
            .text(line().plain("It was to leave ").time(at).plain(format!(". {words}")))
            .block(Block::List(lines))
            .text("Once that is settled, the release goes on by itself.")
            .row(cancel.into_iter().collect())
            .ping(each_once(who));
    }
    Message::new(Tone::Bad, format!("\u{1f6d1} {} does not leave", release.name()))
        .text(line().plain("It should have left ").time(at).plain(". This was missing:"))
        .block(Block::List(lines))
        .text(match surroundings.freezing {
            true => "Once that is settled, somebody merges it or moves the departure. Its own freeze stays until then.",
            false => "Once that is settled, somebody merges it or moves the departure.",
        })
        .row(passing(release, surroundings).into_iter().chain(buttons::departure_buttons(release, step)).collect())
        .ping(each_once(who))
}

/// A reminder before the target: what is open, and those who can act are mentioned.
pub fn target_near(release: &Release, now: DateTime<Utc>, people: &People) -> Message {
    let (lines, who) = open(release, now, people);
    let left = span(release.target() - now);
    Message::new(Tone::Asking, format!("\u{23f0} {}: its target is in {left}", release.name()))
        .text("Still open:")
        .block(Block::List(lines))
        .ping(who)
}

/// A release that is not over at its target.
pub fn target_missed(release: &Release, now: DateTime<Utc>, people: &People) -> Message {
    let (lines, mut who) = open(release, now, people);
    who.extend(people.holding(&release.spec.plan.target.escalate));
    Message::new(Tone::Bad, format!("\u{26a0} {} takes longer than its target", release.name()))
        .text(line().plain("It should have been over ").time(release.target()).plain(". Still open:"))
        .block(Block::List(lines))
        .ping(each_once(who))
}

/// What a release waits for now, line by line, and those who can act on it.
fn open(release: &Release, now: DateTime<Utc>, people: &People) -> (Vec<Line>, Vec<String>) {
    let steps = match next(release, &Surroundings::default(), now) {
        Next::Wait(waits) => waits.into_iter().map(|(step, _)| step).collect(),
        Next::Run(step) => vec![step],
        Next::Finished(_) => vec![],
    };
    let missing: Vec<Missing> = steps.into_iter().map(Missing::Step).collect();
    listed(release, &missing, false, now, people)
}

/// Dates that somebody moved, with those that followed.
pub fn moved(release: &Release, before: &Dates, after: &Dates, by: &str, reason: &str) -> Message {
    let plan = &release.spec.plan;
    let changed = plan.dates.iter().filter_map(|spec| {
        let (old, new) = (before.0.get(&spec.name)?, after.0.get(&spec.name)?);
        (old != new).then(|| line().bold(&spec.title).plain(": ").time(*old).plain(" \u{2192} ").time(*new))
    });
    let lines: Vec<Line> = changed.collect();
    Message::new(Tone::Plain, format!("\u{1f4c5} {by} moved the dates of {}", release.name()))
        .block(Block::Quote(reason.to_owned()))
        .block(Block::List(lines))
}

/// What was missing, line by line, and those who can act on what is open now.
pub fn listed(
    release: &Release,
    missing: &[Missing],
    freezing: bool,
    now: DateTime<Utc>,
    people: &People,
) -> (Vec<Line>, Vec<String>) {
    let alone = Surroundings { freezing, ..Surroundings::default() };
    let open: Vec<usize> = match next(release, &alone, now) {
        Next::Wait(waits) => waits.into_iter().map(|(step, _)| step).collect(),
        Next::Run(_) | Next::Finished(_) => vec![],
    };
    let mut who = vec![];
    let lines = missing.iter().map(|missing| match missing {
        Missing::Around(barrier) => line().plain(capital(&barrier::lacking(barrier, people))),
        Missing::NotRunning => line().plain("I was not running at that time, and this playbook does not leave late"),
        Missing::Stopped(problem) => with_code(&capital(&problem.to_string())),
        Missing::Obstacle(words) => with_code(&capital(words)),
        Missing::Late(step) => line().bold(capital(&title(release, *step))).plain(" came after its deadline"),
        Missing::Step(step) => match waits_for(release, *step, &alone, now) {
            Some(waiting) => {
                if open.contains(step) {
                    who.extend(wait::who_can(release, *step, &waiting, people));
                }
                wait::in_words(release, *step, &waiting, people)
            }
            None => line().plain(capital(&title(release, *step))),
        },
    });
    let lines = lines.collect();
    (lines, each_once(who))
}

fn title(release: &Release, step: usize) -> String {
    let gate = release.spec.plan.steps[step].step.gate();
    gate.map_or_else(|| release.doing(step), |gate| gate.title.clone())
}

/// What people call the date of a step, and when it is.
fn date(release: &Release, step: usize) -> (String, DateTime<Utc>) {
    let plan = &release.spec.plan;
    if let Some(at) = due::due_at(release, step) {
        return (title(release, step), at);
    }
    let name = plan.date_of(step).unwrap_or_default();
    (plan.title_of(name).to_owned(), release.state.dates.0.get(name).copied().unwrap_or(release.spec.at))
}

/// By how much a release that left by the clock left late.
pub fn leaves_late(release: &Release, date: &str) -> Option<Duration> {
    let (merged, at) = (release.state.merged.as_ref()?, release.state.dates.get(date)?);
    let late = merged.at - at;
    (merged.by == THE_CALENDAR && late > nudge::ON_TIME).then_some(late)
}

/// A release left late, because nobody was there to let it go.
pub fn left_late(release: &Release, date: &str) -> Message {
    let late = leaves_late(release, date).unwrap_or_default();
    let at = release.state.dates.get(date).unwrap_or(release.spec.at);
    Message::new(Tone::Working, format!("\u{1f500} {} left {} late", release.name(), span(late))).text(
        line()
            .plain("It was to leave ")
            .time(at)
            .plain(if was_kept(release, at) { "; GitHub did not let me then." } else { "; I was not running then." })
            .plain(" Everything was signed off by that time."),
    )
}

/// Whether something on GitHub kept a release from leaving at this time, though the bot was there.
fn was_kept(release: &Release, at: DateTime<Utc>) -> bool {
    let merges = release.spec.plan.find(|step| matches!(step, Step::AwaitMerge { .. }));
    let mut since = release.facts.iter().rev().take_while(|recorded| recorded.at >= at);
    since.any(|recorded| {
        let (Fact::Unseen { step, .. } | Fact::Failed { step, .. }) = &recorded.fact else { return false };
        Some(*step) == merges
    })
}
