//! What is told of deploys and alerts that others report.

use chrono::{DateTime, Utc};

use crate::domain::{
    deploy::report::{Deploy, DeployChange, Status},
    incident::{
        alert::{self, Alert, Group},
        matter::Item,
    },
    message::{Block, Line, Message, Tone, line},
};

/// How many alerts of a group are shown one by one.
const SHOWN: usize = 5;
/// How much of a text that somebody else wrote is shown, in characters.
const LONGEST: usize = 300;

/// What a deploy's status means.
pub fn standing(deploy: &Deploy, status: Status) -> (Tone, String) {
    let Deploy { project, environment, version, .. } = deploy;
    let place = super::spoken(environment);
    match status {
        Status::Started => (Tone::Working, format!("\u{1f69a} {project} {version} is on its way to {place}")),
        Status::Succeeded => (Tone::Good, format!("\u{1f4e6} {project} {version} is on {place}")),
        Status::Failed => (Tone::Bad, format!("\u{1f6a8} {project} {version} failed in {place}")),
        Status::RolledBack => (Tone::Bad, format!("\u{21a9} {project} {version} was rolled back in {place}")),
        Status::Troubled => (Tone::Bad, format!("\u{1f6a8} {project} {version} is in trouble in {place}")),
        Status::Cancelled => (Tone::Plain, format!("\u{23f9} {project} {version} was cancelled on its way to {place}")),
    }
}

/// A deploy has changed how it stands: what is said below its message.
pub fn deploy(deploy: &Deploy, change: DeployChange) -> Message {
    let (tone, title) = standing(deploy, change.status);
    let Some(since) = change.since else { return Message::new(tone, title) };
    let text = line().plain("Reported late: this was at ").time(change.at);
    Message::new(tone, title).text(text.plain(format!("; since then it has been reported as {}.", since.name())))
}

/// A group of alerts has changed: what is said below its message. `gone` are those that are not reported any more, as far as
/// they are described.
pub fn alerts(name: &str, group: &Group, change: &alert::AlertChange, gone: &[Item]) -> Message {
    let (tone, title) = standing_of(name, change.firing, change.resolved.len() + change.gone.len(), change.hidden);
    let news = change.fired.iter().map(|one| (false, one)).chain(change.resolved.iter().map(|one| (true, one)));
    let lines = news.map(|(over, one)| item(over, group, one));
    let gone = gone
        .iter()
        .map(|item| line().plain(format!("no longer reported: {}, began ", clipped(&item.words))).time(item.since));
    let lines: Vec<Line> = lines.chain(gone).take(SHOWN).collect();
    let all = change.fired.len() + change.resolved.len() + change.gone.len();
    let message = Message::new(tone, title);
    let shown = lines.len();
    let message = if lines.is_empty() { message } else { message.block(Block::List(lines)) };
    match all.saturating_sub(shown) {
        0 => message,
        more => message.text(format!("And {more} more.")),
    }
}

/// How a group of alerts stands: how many fire, how many are over, and how many the sender left out.
pub(super) fn standing_of(name: &str, firing: usize, over: usize, left_out: u64) -> (Tone, String) {
    match (firing, over, left_out) {
        (0, _, 0) => (Tone::Good, format!("\u{2705} Resolved: {name}")),
        (0, _, left_out) => (Tone::Bad, format!("\u{1f525} {name}: resolved as far as is shown, {left_out} not shown")),
        (firing, 0, _) => (Tone::Bad, format!("\u{1f525} {name}: {firing} firing")),
        (firing, over, _) => (Tone::Bad, format!("\u{1f525} {name}: {firing} firing, {over} resolved")),
    }
}

/// Nobody has looked at it for a while.
pub fn escalated(name: &str, waited: &str) -> Message {
    Message::new(Tone::Asking, format!("\u{23f0} Nobody has looked at this for {waited}: {name}"))
}

/// A group in a few words.
pub fn what(group: &Group) -> String {
    let name = match group.name() {
        Some((name, true)) => format!("{} and others", clipped(name)),
        Some((name, false)) => clipped(name),
        None => "Alerts".to_owned(),
    };
    group.severity().map_or_else(|| name.clone(), |severity| format!("{name} ({})", clipped(severity)))
}

fn item(over: bool, group: &Group, one: &Alert) -> Line {
    let words = words(group, one);
    match over {
        true => line().plain(format!("resolved: {words}, began ")).time(one.starts_at),
        false => line().plain(format!("{words}, since ")).time(one.starts_at),
    }
}

/// One alert of a group in a few words.
pub fn words(group: &Group, one: &Alert) -> String {
    let own = one.labels.iter().filter(|(name, value)| group.common_labels.get(*name) != Some(value));
    let own: Vec<String> = own.map(|(name, value)| format!("{name}={value}")).collect();
    let said = one.annotations.get("summary").or_else(|| one.annotations.get("description"));
    let words: Vec<String> = said.cloned().into_iter().chain((!own.is_empty()).then(|| own.join(", "))).collect();
    if words.is_empty() { what(group) } else { clipped(&words.join(" \u{2013} ")) }
}

/// Somebody looks at it.
pub fn acknowledged(what: &str, by: &str) -> Message {
    Message::new(Tone::Working, format!("\u{1f440} {by} looks at it: {what}"))
}

/// Somebody looked at it before.
pub fn acknowledged_before(what: &str, first: &str, at: DateTime<Utc>, by: &str) -> Message {
    let who = if first == by { "You were" } else { &format!("{first} was") };
    Message::new(Tone::Plain, format!("{who} first: {what}")).text(line().plain("Since ").time(at))
}

/// Something came that cannot be read; `shown` if there is an address that shows it.
pub fn unread(path: &str, mistakes: &[String], shown: bool) -> Message {
    let mistakes = mistakes.iter().take(SHOWN).map(|mistake| ticked(&clipped(mistake))).collect();
    let kept = match shown {
        true => line().plain("The sender was told. The text is kept: ").code("GET /hooks/unread").plain(" shows it."),
        false => line().plain("The sender was told."),
    };
    let more = " More that comes there today is not told; the last 20 texts are kept.";
    Message::new(Tone::Bad, format!("\u{2709} Something came to {path} that cannot be read"))
        .block(Block::List(mistakes))
        .text(kept.plain(more))
}

/// A text in which names stand between backticks.
fn ticked(text: &str) -> Line {
    text.split('`').enumerate().fold(line(), |line, (nth, part)| match (part, nth % 2) {
        ("", _) => line,
        (_, 0) => line.plain(part),
        _ => line.code(part),
    })
}

/// A text on one line, cut where it is too long.
fn clipped(text: &str) -> String {
    clipped_to(text, LONGEST)
}

/// A text on one line, cut after so many characters.
pub(super) fn clipped_to(text: &str, most: usize) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match one_line.char_indices().nth(most) {
        Some((end, _)) => format!("{}\u{2026}", &one_line[..end]),
        None => one_line,
    }
}
