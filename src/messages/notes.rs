//! Release notes, read for those who build, those who test and those who wait for it.

use crate::domain::{
    message::{Block, Line, Message, line},
    release::changelog::{Notes, NotesEntry},
};

use super::capital;

/// Who reads the notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readership {
    /// Everything, with commits and authors.
    Developers,
    /// What to test, and which parts were touched.
    Qa,
    /// What changes for those who use it.
    Stakeholders,
}

impl Readership {
    /// Its heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Developers => "For developers",
            Self::Qa => "For QA: what to test",
            Self::Stakeholders => "For stakeholders",
        }
    }
}

/// One reading of the notes, at most so many lines of it.
pub fn lines(notes: &Notes, reading: Readership, most: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = match reading {
        Readership::Developers => entries(notes, &[]).map(|(_, entry)| developers(entry)).collect(),
        Readership::Qa => {
            let told = entries(notes, &["Documentation", "Other changes"]).map(|(group, entry)| qa(group, entry));
            told.chain(touched(notes)).collect()
        }
        Readership::Stakeholders => entries(notes, &["Documentation", "Other changes"])
            .map(|(group, entry)| stakeholders(group, entry))
            .collect(),
    };
    if lines.is_empty() {
        lines.push(line().plain("Nothing."));
    }
    if lines.len() > most {
        let more = lines.len() - most;
        lines.truncate(most);
        lines.push(line().plain(format!("and {more} more")));
    }
    lines
}

/// The message with one reading added.
pub fn with_reading(message: Message, notes: &Notes, reading: Readership, most: usize) -> Message {
    message.block(Block::Heading(reading.heading().into())).block(Block::List(lines(notes, reading, most)))
}

fn entries<'a>(notes: &'a Notes, without: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a NotesEntry)> {
    let groups = notes.groups.iter().filter(move |(group, _)| !without.contains(&group.as_str()));
    groups.flat_map(|(group, entries)| entries.iter().map(move |entry| (group.as_str(), entry)))
}

fn developers(entry: &NotesEntry) -> Line {
    line().plain(format!("{}{} ", scope(entry), entry.what)).code(&entry.sha).plain(format!(" {}", entry.author))
}

fn qa(group: &str, entry: &NotesEntry) -> Line {
    let verb = match group {
        "Features" => "new",
        "Fixes" => "fixed",
        "Performance" => "faster",
        _ => "changed for good",
    };
    line().bold(verb).plain(format!(": {}{}", scope(entry), entry.what))
}

fn stakeholders(group: &str, entry: &NotesEntry) -> Line {
    let what = capital(&entry.what);
    match group {
        "Breaking changes" => line().bold("Needs attention").plain(format!(": {what}")),
        _ => line().plain(what),
    }
}

/// The parts that only changed inside: a word to those who test.
fn touched(notes: &Notes) -> Option<Line> {
    let inside = notes.groups.iter().filter(|(group, _)| group == "Other changes");
    let mut scopes: Vec<&str> =
        inside.flat_map(|(_, entries)| entries).filter_map(|entry| entry.scope.as_deref()).collect();
    scopes.sort_unstable();
    scopes.dedup();
    (!scopes.is_empty()).then(|| line().plain(format!("also touched inside: {}", scopes.join(", "))))
}

fn scope(entry: &NotesEntry) -> String {
    entry.scope.as_ref().map(|scope| format!("{scope}: ")).unwrap_or_default()
}
