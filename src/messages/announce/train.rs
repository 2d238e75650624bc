//! The announcements of a train: the freeze with what is in, the notes, and what comes when.

use crate::domain::{
    message::{Block, Button, Line, Look, Message, Tone, line},
    release::{
        Release,
        plan::{Announcement, Step},
    },
};

use crate::messages::{
    about, count,
    notes::{Readership, lines, with_reading},
};

/// How many lines a list has before the rest is only counted.
const LISTED: usize = 15;

/// The branches are closed, which the freeze itself tells; this is in.
pub(super) fn code_freeze(release: &Release) -> Message {
    let message = Message::new(Tone::Plain, format!("\u{1f4e6} {}: this is in", release.name()))
        .block(Block::List(lines(&release.state.notes, Readership::Qa, LISTED)));
    let message = message.text(format!("What is not in goes to {}.", release.spec.next_tag()));
    let message = dates(release, message);
    let announces = |step: &Step| matches!(step, Step::Announce { what: Announcement::Notes, .. });
    // Where the notes are announced as well, their buttons are there.
    if release.spec.plan.find(announces).is_some() {
        return message;
    }
    let notes = Button::say("Notes", Look::Plain, &about(release, "release notes"));
    message.row(notes.into_iter().collect())
}

/// The notes in three readings; where it was just told what is in, they are counted, and each reading is a button away.
pub(super) fn three_readings(release: &Release) -> Message {
    let message = Message::new(Tone::Plain, format!("\u{1f4dd} Release notes of {}", release.name()));
    let told = |step: &Step| matches!(step, Step::Announce { what: Announcement::CodeFreeze, .. });
    if release.spec.plan.find(told).is_some() {
        let groups = &release.state.notes.groups;
        let groups =
            groups.iter().map(|(group, entries)| format!("{}: {}", group.heading().to_lowercase(), entries.len()));
        let groups: Vec<String> = groups.collect();
        let message = match groups.as_slice() {
            [] => return message.text("Nothing has changed."),
            several => {
                let all = count(release.state.notes.len(), "change");
                message.text(format!("{all} ({}), to be read in three ways:", several.join(", ")))
            }
        };
        let readings =
            [("For QA", "qa"), ("For stakeholders", "stakeholders"), ("For developers", "developers")].into_iter();
        let button = |(label, reading)| {
            Button::say(label, Look::Plain, &about(release, "release notes").with("reading", reading))
        };
        return message.row(readings.filter_map(button).collect());
    }
    [Readership::Qa, Readership::Stakeholders, Readership::Developers]
        .into_iter()
        .fold(message, |message, reading| with_reading(message, &release.state.notes, reading, LISTED))
}

/// Everything is signed off: what comes, and when.
pub(super) fn signed_off(release: &Release) -> Message {
    let message = Message::new(Tone::Good, format!("\u{2705} {} is signed off", release.name()))
        .block(Block::List(lines(&release.state.notes, Readership::Stakeholders, LISTED)));
    dates(release, message)
}

/// The release is out: the next one is planned.
pub(super) fn planning(release: &Release) -> Message {
    let next = &release.spec.next_version;
    Message::new(Tone::Asking, format!("\u{1f5d3} Plan the sprint for v{next}"))
        .text(line().code(&release.spec.source).plain(" is open again: assign the features that shall be in."))
}

/// The dates to come, in the order of the playbook.
fn dates(release: &Release, message: Message) -> Message {
    let now = release.facts.last().map_or(release.spec.at, |last| last.at);
    let dates = release.dates_ahead(now);
    if dates.is_empty() {
        return message;
    }
    let lines: Vec<Line> = dates.into_iter().map(|(at, title)| line().time(at).plain(format!(" {title}"))).collect();
    message.block(Block::Heading("Dates".into())).block(Block::List(lines))
}
