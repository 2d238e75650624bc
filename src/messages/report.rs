//! What is told of deploys and alerts that others report.

use chrono::{DateTime, Utc};
use commands::Invocation;

use crate::domain::{
    alert::{self, Alert, Group},
    message::{Block, Button, Line, Look, Message, Tone, line},
    report::{Change, Deploy, Incident, Status},
};

/// How many alerts of a group are shown one by one.
const SHOWN: usize = 5;
/// How much of a text that somebody else wrote is shown, in characters.
const LONGEST: usize = 300;

/// A deploy has changed how it stands.
pub fn deploy(deploy: &Deploy, change: Change, incident: Option<&Incident>) -> Message {
    let Deploy { project, environment, version, .. } = deploy;
    let (tone, title) = match deploy.status {
        Status::Started => (Tone::Working, format!("\u{1f69a} {project} {version} is on its way to {environment}")),
        Status::Succeeded => (Tone::Good, format!("\u{1f4e6} {project} {version} is on {environment}")),
        Status::Failed => (Tone::Bad, format!("\u{1f6a8} {project} {version} failed in {environment}")),
        Status::RolledBack => (Tone::Bad, format!("\u{21a9} {project} {version} was rolled back in {environment}")),
    };
    let mut message = Message::new(tone, title);
    if let Some(since) = change.since {
        let text = line().plain("Reported late: this was at ").time(change.at);
        message = message.text(text.plain(format!("; since then it has been reported as {}.", since.name())));
    }
    let shown = [
        ("Commit", &deploy.commit),
        ("Digest", &deploy.digest),
        ("Configuration", &deploy.config_digest),
        ("Deploy", &deploy.id),
    ];
    let fields = shown.into_iter().filter_map(|(name, value)| Some((name.to_owned(), line().code(value.as_ref()?))));
    message = fields_of(message, fields.collect());
    if let Some(url) = &deploy.url {
        message = message.text(link("Open", url));
    }
    with_button(message, incident)
}

/// A group of alerts has changed.
pub fn alerts(group: &Group, change: &alert::Change, incident: Option<&Incident>) -> Message {
    let name = what(group);
    let (tone, title) = match (change.firing, change.resolved.len()) {
        (0, _) => (Tone::Good, format!("\u{2705} Resolved: {name}")),
        (firing, 0) => (Tone::Bad, format!("\u{1f525} {name}: {firing} firing")),
        (firing, resolved) => (Tone::Bad, format!("\u{1f525} {name}: {firing} firing, {resolved} resolved")),
    };
    let mut message = Message::new(tone, title);
    let labels = group.common_labels.iter().filter(|(name, _)| !["alertname", alert::PROJECT].contains(&name.as_str()));
    let labels = labels.filter(|(name, value)| !name.is_empty() && !value.trim().is_empty());
    let labels = labels.take(10).map(|(name, value)| (clipped(name), line().code(clipped(value))));
    message = fields_of(message, labels.collect());
    let news = change.fired.iter().map(|one| (false, one)).chain(change.resolved.iter().map(|one| (true, one)));
    let lines: Vec<Line> = news.clone().take(SHOWN).map(|(over, one)| item(over, group, one)).collect();
    message = message.block(Block::List(lines));
    let more = news.count().saturating_sub(SHOWN);
    if more > 0 {
        message = message.text(format!("And {more} more."));
    }
    if group.truncated_alerts > 0 {
        message = message.text(format!("Alertmanager left {} more out.", group.truncated_alerts));
    }
    if !group.external_url.is_empty() {
        message = message.text(link("Alertmanager", &group.external_url));
    }
    with_button(message, incident.filter(|_| change.firing > 0))
}

/// A group in a few words.
pub fn what(group: &Group) -> String {
    let name = clipped(group.label("alertname").unwrap_or("Alerts"));
    group.label("severity").map_or_else(|| name.clone(), |severity| format!("{name} ({})", clipped(severity)))
}

fn item(over: bool, group: &Group, one: &Alert) -> Line {
    let own = one.labels.iter().filter(|(name, value)| group.common_labels.get(*name) != Some(value));
    let own: Vec<String> = own.map(|(name, value)| format!("{name}={value}")).collect();
    let said = one.annotations.get("summary").or_else(|| one.annotations.get("description"));
    let words: Vec<String> = said.cloned().into_iter().chain((!own.is_empty()).then(|| own.join(", "))).collect();
    let words = if words.is_empty() { what(group) } else { clipped(&words.join(" \u{2013} ")) };
    match over {
        true => line().plain(format!("resolved: {words}, began ")).time(one.starts_at),
        false => line().plain(format!("{words}, since ")).time(one.starts_at),
    }
}

/// Somebody looks at it.
pub fn acknowledged(incident: &Incident, by: &str) -> Message {
    Message::new(Tone::Working, format!("\u{1f440} {by} looks at it: {}", incident.what))
}

/// Somebody looked at it before.
pub fn acknowledged_before(incident: &Incident, first: &str, at: DateTime<Utc>, by: &str) -> Message {
    let who = if first == by { "You were" } else { &format!("{first} was") };
    Message::new(Tone::Plain, format!("{who} first: {}", incident.what)).text(line().plain("Since ").time(at))
}

/// Something came that cannot be read.
pub fn unread(path: &str, mistakes: &[String]) -> Message {
    let mistakes = mistakes.iter().take(SHOWN).map(|mistake| ticked(&clipped(mistake))).collect();
    Message::new(Tone::Bad, format!("\u{2709} Something came to {path} that cannot be read"))
        .block(Block::List(mistakes))
        .text(
            line()
                .plain("The sender was told. The text is kept: ")
                .code("GET /hooks/unread")
                .plain(" shows it. If more of this kind comes today, it is kept too, without another message."),
        )
}

fn with_button(message: Message, incident: Option<&Incident>) -> Message {
    match incident {
        Some(Incident { acknowledged: Some((by, _)), .. }) => message.text(format!("{by} looks at it.")),
        Some(Incident { number, .. }) => {
            let say = Invocation::new("acknowledge").with("incident", number.to_string());
            message.row(Button::say("Acknowledge", Look::Primary, &say).into_iter().collect())
        }
        None => message,
    }
}

fn fields_of(message: Message, fields: Vec<(String, Line)>) -> Message {
    if fields.is_empty() { message } else { message.block(Block::Fields(fields)) }
}

/// A link where the chats can show one; an address within somebody's own network is shown as it is.
fn link(words: &str, url: &str) -> Line {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let works = host.contains('.') && !url.contains(|letter: char| letter.is_whitespace() || "()<>\"".contains(letter));
    if works { line().link(words, url) } else { line().plain(format!("{words}: ")).code(clipped(url)) }
}

/// A text in which names stand between backticks.
fn ticked(text: &str) -> Line {
    text.split('`').enumerate().fold(line(), |line, (nth, part)| match (part, nth % 2) {
        ("", _) => line,
        (_, 0) => line.plain(part),
        _ => line.code(part),
    })
}

fn clipped(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match one_line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}\u{2026}", &one_line[..end]),
        None => one_line,
    }
}
