//! What the heading of a version is made of, and one of another version in its form.

use std::{ops::Range, sync::LazyLock};

use chrono::NaiveDate;
use regex::Regex;

use super::{cut, day, lines::Heading, links};

/// What a heading is to a changelog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HeadingKind {
    /// What comes with the next version.
    Unreleased,
    /// A version; where it stands in the heading's line.
    Version(Range<usize>),
    /// Something else.
    Other,
}

const MARKS: &str = r"(?:<a\b[^>]*>(?:</a>)?\s*|[\[*_`(])*";
const NUMBER: &str = r"\d+(?:\.\d+){1,3}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?";

static PLAIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(r"(?i)^{MARKS}(?:(?:version|release|ver\.?)\s+)?{MARKS}v?(?P<version>{NUMBER})")).ok()
});
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(r"(?i)^{MARKS}@?[a-z][\w./-]*?(?:@|-|/|\s+){MARKS}v?(?P<version>{NUMBER})")).ok()
});
/// A date with dashes that is a version itself.
static DASHED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"(?i)^{MARKS}v?(?P<version>\d+(?:-\d+){{1,3}})")).ok());

/// Reads a heading; `version` is the one that comes, and says which form versions have.
pub(super) fn told(heading: &Heading<'_>, version: &str) -> HeadingKind {
    let words = heading.text.trim_matches(|letter: char| "[]*_` ".contains(letter)).to_lowercase();
    let next = ["next", "head", "upcoming", "next release", "next version", "in development"].contains(&words.as_str());
    let offset = heading.text.as_ptr().addr().saturating_sub(heading.line.as_ptr().addr());
    let found = if version.contains('.') {
        let (plain, named) = (find(&PLAIN, heading.text), find(&NAMED, heading.text));
        // After a name, what follows the version must not go on as a sentence.
        plain.or_else(|| named.filter(|version| is_ending(cut(heading.text, version.end()..heading.text.len()))))
    } else {
        find(&DASHED, heading.text)
    };
    let ends = |version: &regex::Match<'_>| {
        let after = cut(heading.text, version.end()..heading.text.len());
        !after.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_')
    };
    match found.filter(ends) {
        Some(version) => HeadingKind::Version(version.start() + offset..version.end() + offset),
        None if next || words.contains("unreleased") => HeadingKind::Unreleased,
        None => HeadingKind::Other,
    }
}

fn find<'t>(pattern: &Option<Regex>, text: &'t str) -> Option<regex::Match<'t>> {
    pattern.as_ref()?.captures(text)?.name("version")
}

/// Whether nothing but marks, a link and a date is left.
fn is_ending(rest: &str) -> bool {
    let rest = rest.split_once("](").and_then(|(_, link)| link.split_once(')')).map_or(rest, |(_, after)| after);
    let without = match day::like(rest, NaiveDate::default()) {
        Some((at, _)) => format!("{}{}", cut(rest, 0..at.start), cut(rest, at.end..rest.len())),
        None => rest.to_owned(),
    };
    !without.chars().any(char::is_alphanumeric)
}

/// The line of another version in the form of this one. `linked` says whether what its brackets refer to has a place to lead to.
pub(super) fn like(line: &str, at: &Range<usize>, version: &str, date: NaiveDate, linked: bool) -> String {
    let old = cut(line, at.clone());
    let (before, after) = (cut(line, 0..at.start), cut(line, at.end..line.len()));
    let (mut head, mut rest) = (before.replace(old, version), after);
    let mut close = String::new();
    if let Some((url, left)) = rest.strip_prefix("](").and_then(|link| link.split_once(')')) {
        rest = left;
        match links::following(url, old, version) {
            Some(url) => close = format!("]({url})"),
            None => head = without_bracket(&head),
        }
    } else if let Some(left) = rest.strip_prefix(']') {
        rest = left;
        match linked {
            true => close = "]".to_owned(),
            false => head = without_bracket(&head),
        }
    }
    format!("{head}{version}{close}{}", tail(rest, old, version, date))
}

fn without_bracket(head: &str) -> String {
    match head.rfind('[') {
        Some(at) => format!("{}{}", cut(head, 0..at), cut(head, at + 1..head.len())),
        None => head.to_owned(),
    }
}

/// What follows a version: its date anew, and no words that are the old version's own.
fn tail(rest: &str, old: &str, version: &str, date: NaiveDate) -> String {
    let says = |text: &str| text.chars().any(char::is_alphanumeric);
    // An anchor names the version; so does a reference.
    let attribute = rest.rfind(['{', '<']).map(|at| cut(rest, at..rest.len())).filter(|own| own.contains(old));
    let own = attribute.map(|own| format!(" {}", own.replace(old, version))).unwrap_or_default();
    let rest = attribute.map_or(rest, |own| rest.strip_suffix(own).unwrap_or(rest).trim_end());
    match day::like(rest, date) {
        Some((at, day)) => {
            let (between, after) = (cut(rest, 0..at.start), cut(rest, at.end..rest.len()));
            let between = if says(between) { " - " } else { between };
            let closing = after.trim_start_matches([')', ']', '*', '_']);
            let after = if says(after) { after.strip_suffix(closing).unwrap_or_default() } else { after };
            format!("{between}{day}{after}{own}")
        }
        None if says(rest) => {
            let word = rest.find(char::is_alphanumeric).unwrap_or_default();
            format!(
                "{}{own}",
                cut(rest, 0..word).trim_end_matches(|letter: char| !matches!(letter, ')' | ']' | '*' | '_'))
            )
        }
        None => format!("{rest}{own}"),
    }
}

/// Puts the day where a heading says that the version has none yet.
pub(super) fn dated(text: &str, date: NaiveDate) -> Option<(Range<usize>, String)> {
    static NONE_YET: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:unreleased|not yet released|in development|tbd|tba|yyyy-mm-dd|xxxx-xx-xx)\b").ok()
    });
    NONE_YET.as_ref()?.find(text).map(|found| (found.range(), date.format("%Y-%m-%d").to_string()))
}
