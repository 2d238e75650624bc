//! Puts the section of a new version into a changelog, where a person would put it and in the form of those that are there.
//! Nothing else of the text moves.

mod both;
mod day;
mod entries;
mod form;
mod heading;
mod lines;
mod links;
mod page;
mod place;
#[cfg(test)]
mod tests;

use std::ops::Range;

use chrono::NaiveDate;

pub use both::with_section_of;

/// What comes into a changelog.
#[derive(Debug, Clone, Copy)]
pub struct NewSection<'a> {
    /// The version's tag.
    pub tag: &'a str,
    /// The version.
    pub version: &'a str,
    /// The day of it.
    pub day: NaiveDate,
    /// What changed, in Markdown: groups under `###`, lines after `- `; empty if nothing did.
    pub body: &'a str,
}

/// A part of the text that something else takes the place of; nothing is taken away where the part is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    at: Range<usize>,
    new: String,
}

impl Edit {
    fn insert(at: usize, new: String) -> Self {
        Self { at: at..at, new }
    }
}

/// A changelog with a new section.
pub fn with_section(changelog: &str, section: &NewSection<'_>) -> String {
    let mut edits = place::edits(changelog, section);
    edits.sort_by_key(|edit| edit.at.start);
    let mut new = changelog.to_owned();
    for Edit { at, new: text } in edits.into_iter().rev() {
        new.replace_range(at, &text);
    }
    new
}

/// A part of a text; empty where there is none.
fn cut(text: &str, at: Range<usize>) -> &str {
    text.get(at).unwrap_or_default()
}
