//! Places in a TOML text. It is read, never written anew: comments, order and line ends stay by themselves.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{line_of, place_of};

/// A value with its place.
pub(super) type Placed<'i> = Spanned<DeValue<'i>>;

/// Reads a text.
pub(super) fn parsed(text: &str) -> Result<DeTable<'_>, String> {
    DeTable::parse(text).map(Spanned::into_inner).map_err(|mistake| {
        let line = mistake.span().map(|span| format!("line {}: ", line_of(text, span.start))).unwrap_or_default();
        format!("it is no TOML: {line}{}", mistake.message())
    })
}

/// The value behind keys, from the top down.
pub(super) fn find<'t, 'i>(table: &'t DeTable<'i>, keys: &[&str]) -> Option<&'t Placed<'i>> {
    let (first, rest) = keys.split_first()?;
    let value = table.iter().find_map(|(key, value)| (key.get_ref() == first).then_some(value))?;
    match value.get_ref() {
        _ if rest.is_empty() => Some(value),
        DeValue::Table(inner) => find(inner, rest),
        _ => None,
    }
}

/// The text of a value, if it is one.
pub(super) fn text_of<'t>(value: &'t Placed<'_>) -> Option<&'t str> {
    value.get_ref().as_str()
}

/// Where the text of a value stands, without its quotes.
pub(super) fn inside(text: &str, value: &Placed<'_>) -> Result<Range<usize>, String> {
    let held = text_of(value).filter(|held| !held.is_empty());
    let written = text.get(value.span()).unwrap_or_default();
    let at = held.and_then(|held| written.find(held).and_then(|at| written.get(at..at + held.len())));
    at.map(|part| place_of(part, text))
        .ok_or_else(|| format!("line {} holds no version as a plain text", line_of(text, value.span().start)))
}
