//! The addresses to which headings lead: in the heading, or as definitions at the bottom.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    Edit, cut,
    lines::{Heading, LineAt},
};

/// `[label]: address`.
#[derive(Debug, Clone)]
pub(super) struct Definition<'t> {
    /// The whole line with its end.
    pub(super) line: Range<usize>,
    label: &'t str,
    /// Where the address stands.
    address: Range<usize>,
}

/// The definitions of a text.
pub(super) fn definitions<'t>(lines: &[LineAt<'t>]) -> Vec<Definition<'t>> {
    let one = |line: &LineAt<'t>| {
        let bare = line.text.trim_start_matches(' ');
        let (label, rest) = bare.strip_prefix('[')?.split_once("]:")?;
        let address = rest.trim_start().split([' ', '\t']).next().filter(|address| !address.is_empty())?;
        let start = line.start + address.as_ptr().addr().saturating_sub(line.text.as_ptr().addr());
        let fits = !label.starts_with('^') && line.text.len() - bare.len() < 4;
        fits.then(|| Definition { line: line.start..line.end, label, address: start..start + address.len() })
    };
    lines.iter().filter(|line| line.tells).filter_map(one).collect()
}

/// The definition that the brackets of a heading lead to.
pub(super) fn of_heading<'d, 't>(
    heading: &Heading<'_>,
    definitions: &'d [Definition<'t>],
) -> Option<&'d Definition<'t>> {
    let (label, rest) = heading.text.strip_prefix('[')?.split_once(']')?;
    let fits = |definition: &&Definition<'_>| definition.label.eq_ignore_ascii_case(label);
    definitions.iter().find(fits).filter(|_| !rest.starts_with('('))
}

/// The address of the version that follows an old one; nothing where it does not name the version. A comparison goes on from the
/// old one: `v2.1.0...v2.1.1` becomes `v2.1.1...v2.2.0`.
pub(super) fn following(address: &str, old: &str, version: &str) -> Option<String> {
    let range = AddressRange::of(address).filter(|range| range.to.contains(old));
    Some(match range {
        Some(AddressRange { before, dots, to, after, .. }) => {
            format!("{before}{to}{dots}{}{after}", to.replace(old, version))
        }
        None if address.contains(old) => address.replace(old, version),
        None => return None,
    })
}

/// The address of what comes after a version: a comparison that begins with it now.
fn since(address: &str, version: &str) -> Option<String> {
    let AddressRange { before, from, dots, to, after } = AddressRange::of(address)?;
    let from = renumbered(from, version)?;
    Some(format!("{before}{from}{dots}{to}{after}"))
}

/// The address of the first version, by that of what comes after the one before.
fn first(address: &str, version: &str) -> Option<String> {
    let AddressRange { before, from, dots, after, .. } = AddressRange::of(address)?;
    let to = renumbered(from, version)?;
    Some(format!("{before}{from}{dots}{to}{after}"))
}

/// A name with a version in it, with another one.
fn renumbered(name: &str, version: &str) -> Option<String> {
    static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d+(?:[.-]\d+)+(?:-[0-9A-Za-z.-]+)?").ok());
    let number = NUMBER.as_ref()?;
    number.is_match(name).then(|| number.replace(name, version).into_owned())
}

/// `…/compare/from...to`.
struct AddressRange<'a> {
    before: &'a str,
    from: &'a str,
    dots: &'a str,
    to: &'a str,
    after: &'a str,
}

impl<'a> AddressRange<'a> {
    fn of(address: &'a str) -> Option<Self> {
        let at = address.find("..")?;
        let dots = if cut(address, at..address.len()).starts_with("...") { "..." } else { ".." };
        let (left, right) = (cut(address, 0..at), cut(address, at + dots.len()..address.len()));
        let start = left.rfind(['/', '=']).map_or(0, |slash| slash + 1);
        let end = right.find(['?', '#', '&', '/', '>']).unwrap_or(right.len());
        let (before, from) = left.split_at_checked(start)?;
        let (to, after) = right.split_at_checked(end)?;
        (!from.is_empty() && !to.is_empty()).then_some(Self { before, from, dots, to, after })
    }
}

/// What the definitions need for a new version: one of its own beside that of the newest, and what is unreleased begins after it.
/// Also whether the new one has a definition.
pub(super) fn edits(
    text: &str,
    found: &[Definition<'_>],
    (unreleased, newest, older): (Option<&Heading<'_>>, Option<(&Heading<'_>, &str)>, Option<&Heading<'_>>),
    version: &str,
    eol: &str,
) -> (Vec<Edit>, bool) {
    let mut edits = vec![];
    let pending = unreleased.and_then(|heading| of_heading(heading, found));
    if let Some(pending) = pending
        && let Some(new) = since(cut(text, pending.address.clone()), version)
    {
        edits.push(Edit { at: pending.address.clone(), new });
    }
    let newest_definition = newest.and_then(|(heading, old)| Some((of_heading(heading, found)?, old)));
    let line = |of: &Definition<'_>, label: &str, address: &str| {
        let indent = cut(text, of.line.clone()).len() - cut(text, of.line.clone()).trim_start().len();
        format!("{}[{label}]: {address}{eol}", " ".repeat(indent))
    };
    let made = match (newest_definition, pending) {
        (Some((definition, old)), _) => {
            let address = following(cut(text, definition.address.clone()), old, version);
            address.map(|address| {
                let older = older.and_then(|heading| of_heading(heading, found));
                // The oldest may stand first.
                let at = match older.is_some_and(|older| older.line.start < definition.line.start) {
                    true => definition.line.end,
                    false => definition.line.start,
                };
                (at, line(definition, &definition.label.replace(old, version), &address))
            })
        }
        (None, Some(pending)) if newest.is_none() => {
            let address = first(cut(text, pending.address.clone()), version);
            address.map(|address| (pending.line.end, line(pending, version, &address)))
        }
        (None, _) => None,
    };
    let linked =
        made.is_some() || (newest.is_some() && newest_definition.is_none()) || (newest.is_none() && pending.is_none());
    edits.extend(made.map(|(at, new)| {
        let open = at > 0 && !cut(text, 0..at).ends_with('\n');
        Edit::insert(at, if open { format!("{eol}{}", new.trim_end()) } else { new })
    }));
    (edits, linked)
}

/// The heading of what is unreleased, if it leads somewhere itself: a comparison that begins with the version now.
pub(super) fn of_unreleased(heading: &Heading<'_>, version: &str) -> Option<Edit> {
    let (before, link) = heading.line.split_once("](")?;
    let (address, _) = link.split_once(')')?;
    let start = heading.start + before.len() + 2;
    Some(Edit { at: start..start + address.len(), new: since(address, version)? })
}
