//! Release notes, read for those who build, those who test and those who wait for it.

use crate::domain::{
    message::{Block, Line, Message, line},
    release::notes::{Notes, NotesEntry, NotesGroup},
};

use super::{capital, count};

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

/// One reading of the notes, at most so many lines of it; what is only counted comes behind.
pub fn lines(notes: &Notes, reading: Readership, most: usize) -> Vec<Line> {
    let told = |group: NotesGroup| match reading {
        Readership::Developers => group != NotesGroup::Dependencies,
        Readership::Qa | Readership::Stakeholders => {
            !matches!(group, NotesGroup::Documentation | NotesGroup::Inside | NotesGroup::Dependencies)
        }
    };
    let entries = notes.groups.iter().filter(|(group, _)| told(*group));
    let entries = entries.flat_map(|(group, entries)| entries.iter().map(|entry| (*group, entry)));
    let mut lines: Vec<Line> = entries
        .map(|(group, entry)| match reading {
            Readership::Developers => developers(entry),
            Readership::Qa => qa(group, entry),
            Readership::Stakeholders => stakeholders(group, entry),
        })
        .collect();
    if lines.len() > most {
        let more = lines.len() - most;
        lines.truncate(most);
        lines.push(line().plain(format!("and {more} more")));
    }
    let unseen = if reading == Readership::Developers { None } else { unseen(notes) };
    lines.extend(unseen.into_iter().chain(notes.updates()).chain(notes.gap()).map(Line::from));
    if lines.is_empty() {
        lines.push(line().plain("Nothing."));
    }
    lines
}

/// The message with one reading added.
pub fn with_reading(message: Message, notes: &Notes, reading: Readership, most: usize) -> Message {
    message.block(Block::Heading(reading.heading().into())).block(Block::List(lines(notes, reading, most)))
}

pub(super) fn developers(entry: &NotesEntry) -> Line {
    let line = told(line(), entry).plain(format!("{} ", breaking(entry)));
    line.code(&entry.sha).plain(format!(" {}", entry.author))
}

fn qa(group: NotesGroup, entry: &NotesEntry) -> Line {
    let verb = match group {
        NotesGroup::Features => "new",
        NotesGroup::Fixes => "fixed",
        NotesGroup::Performance => "faster",
        NotesGroup::Breaking => "changed for good",
        NotesGroup::Documentation | NotesGroup::Other | NotesGroup::Inside | NotesGroup::Dependencies => "changed",
    };
    told(line().bold(verb).plain(": "), entry).plain(breaking(entry))
}

/// A line with what changed added, and the way to each ticket.
fn told(line: Line, entry: &NotesEntry) -> Line {
    let scope = entry.scope.as_ref().map(|scope| format!("{scope}: ")).unwrap_or_default();
    entry.pieces().into_iter().fold(line.plain(scope), |line, (text, address)| match address {
        Some(address) => line.link(text, address),
        None => line.plain(text),
    })
}

fn stakeholders(group: NotesGroup, entry: &NotesEntry) -> Line {
    let what = capital(&entry.what);
    match group {
        NotesGroup::Breaking => line().bold("Needs attention").plain(format!(": {what}{}", breaking(entry))),
        NotesGroup::Features
        | NotesGroup::Fixes
        | NotesGroup::Performance
        | NotesGroup::Documentation
        | NotesGroup::Other
        | NotesGroup::Inside
        | NotesGroup::Dependencies => line().plain(what),
    }
}

fn breaking(entry: &NotesEntry) -> String {
    entry.breaking.iter().map(|text| format!(": {text}")).collect()
}

/// What only changed inside or in words, counted, with the parts that were touched.
fn unseen(notes: &Notes) -> Option<String> {
    let inside = notes.of(NotesGroup::Inside);
    let mut scopes: Vec<&str> = inside.iter().filter_map(|entry| entry.scope.as_deref()).collect();
    scopes.sort_unstable();
    scopes.dedup();
    let parts = if scopes.is_empty() { String::new() } else { format!(" ({})", scopes.join(", ")) };
    let changed = (!inside.is_empty()).then(|| format!("{}{parts}", count(inside.len(), "internal change")));
    let words = notes.of(NotesGroup::Documentation);
    let words = (!words.is_empty()).then(|| format!("{} of documentation", count(words.len(), "change")));
    let told: Vec<String> = changed.into_iter().chain(words).collect();
    (!told.is_empty()).then(|| format!("also {}", told.join(" and ")))
}
