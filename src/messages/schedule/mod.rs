//! What the bot says when its clock strikes, and when people ask for the dates to come.

mod answers;

pub use answers::{Coming, answer, answered, changes, excepted, list, preview, train_changes};

use chrono::{DateTime, Utc};

use super::span;
use crate::domain::{
    message::{Line, Message, Tone, line},
    release::ReleaseSpec,
    time::agenda::{Entry, Occurrence},
};

/// How many missed occurrences are named; the rest is counted.
const NAMED: usize = 5;

/// How late something happens, and what was missed before it.
#[derive(Debug, Clone, Default)]
pub struct Lateness {
    /// Whether the bot was not running when it was due.
    pub late: bool,
    /// Earlier occurrences that were missed, in order.
    pub missed: Vec<Occurrence>,
}

/// A schedule says what it has to say.
pub fn said(entry: &Entry, text: &str, at: DateTime<Utc>, lateness: &Lateness) -> Message {
    let message = Message::new(Tone::Plain, format!("\u{23f0} {}", entry.title)).text(text);
    with_lateness(message, at, lateness)
}

/// A reminder of something to come.
pub fn reminder(entry: &Entry, at: DateTime<Utc>, now: DateTime<Utc>) -> Message {
    Message::new(Tone::Asking, format!("\u{23f0} {} in {}", entry.title, span(at - now)))
        .text(line().plain("It comes ").time(at).plain("."))
}

/// What was missed, and is not made up for.
pub fn left_out(entry: &Entry, missed: &[Occurrence], next: Option<DateTime<Utc>>) -> Message {
    let message = Message::new(Tone::Bad, format!("\u{23ed} Left out: {}", entry.title))
        .text(times(line().plain("I was not running when it was due: "), missed).plain("."));
    match next {
        Some(next) => message.text(line().plain("Next is ").time(next).plain(".")),
        None => message.text("There is no next one."),
    }
}

/// A release that should have begun is begun now.
pub fn begins_late(entry: &Entry, at: DateTime<Utc>, lateness: &Lateness) -> Message {
    let message = Message::new(Tone::Working, format!("\u{23f0} {} comes late", entry.title));
    with_lateness(message, at, lateness)
}

/// A release begins, and something would stop it on its way as things stand now.
pub fn begins_into(entry: &Entry, spec: &ReleaseSpec, closed: &[String]) -> Message {
    let title = format!(
        "\u{26a0} {}: {} {} begins, and something is in its way as things stand",
        entry.title, spec.project, spec.tag
    );
    super::plan::stopped(Message::new(Tone::Asking, title), closed)
}

/// A release that should have begun does not.
pub fn did_not_begin(entry: &Entry, at: DateTime<Utc>, why: &str) -> Message {
    Message::new(Tone::Bad, format!("\u{26a0} {}: no release has begun", entry.title))
        .text(line().plain("It was due ").time(at).plain("."))
        .text(why)
}

/// A release that should have begun would bring nothing: there is none, and nobody has to do anything.
pub fn nothing_to_release(entry: &Entry, spec: &ReleaseSpec, next: Option<DateTime<Utc>>) -> Message {
    let before = spec.previous_tag.as_deref().unwrap_or_default();
    let message = Message::new(Tone::Plain, format!("\u{1f4ed} {}: nothing to release", entry.title)).text(format!(
        "Nothing has changed on {} since {before}: there is no {}, no freeze, and nothing to sign off. /release prepare \
         begins one all the same.",
        spec.source, spec.tag
    ));
    match next {
        Some(next) => message.text(line().plain("Next is ").time(next).plain(".")),
        None => message,
    }
}

/// A release that should have begun waits for GitHub.
pub fn begins_later(entry: &Entry, problem: &str) -> Message {
    Message::new(Tone::Working, format!("\u{23f1} Not yet: {}", entry.title))
        .text(format!("{}. I try again until it works.", super::capital(problem)))
}

fn with_lateness(message: Message, at: DateTime<Utc>, lateness: &Lateness) -> Message {
    let message = match lateness.late {
        true => message.text(line().plain("It was due ").time(at).plain("; I was not running then.")),
        false => message,
    };
    match lateness.missed.is_empty() {
        true => message,
        false => message.text(times(line().plain("Missed before it: "), &lateness.missed).plain(".")),
    }
}

/// The last of several occurrences, and how many more there are.
fn times(line: Line, occurrences: &[Occurrence]) -> Line {
    let more = occurrences.len().saturating_sub(NAMED);
    let line = match more {
        0 => line,
        _ => line.plain(format!("{more} earlier ones, ")),
    };
    occurrences[more..].iter().enumerate().fold(line, |line, (index, occurrence)| {
        if index == 0 { line.time(occurrence.at) } else { line.plain(", ").time(occurrence.at) }
    })
}
