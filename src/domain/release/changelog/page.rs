//! A changelog as it was read: its headings, what stands under them, and where a new section belongs.

use std::ops::Range;

use super::{
    cut, day,
    heading::{self, HeadingKind},
    lines::{self, Heading, LineAt},
    links::{self, Definition},
};

/// A changelog as it was read.
pub(super) struct ChangelogPage<'t> {
    pub(super) text: &'t str,
    pub(super) lines: Vec<LineAt<'t>>,
    pub(super) headings: Vec<(Heading<'t>, HeadingKind)>,
    pub(super) definitions: Vec<Definition<'t>>,
}

impl<'t> ChangelogPage<'t> {
    pub(super) fn of(text: &'t str, version: &str) -> Self {
        let lines = lines::lines(text);
        let told = |heading: Heading<'t>| {
            let told = heading::told(&heading, version);
            (heading, told)
        };
        let headings = lines::headings(&lines).into_iter().map(told).collect();
        let definitions = links::definitions(&lines);
        Self { text, lines, headings, definitions }
    }

    /// The headings of versions, each with its version, in the order of the text.
    pub(super) fn versions(&self) -> impl DoubleEndedIterator<Item = (&Heading<'t>, &'t str)> {
        self.headings.iter().filter_map(|(heading, told)| match told {
            HeadingKind::Version(at) => Some((heading, cut(heading.line, at.clone()))),
            HeadingKind::Unreleased | HeadingKind::Other => None,
        })
    }

    /// Whether the oldest version comes first.
    fn is_ascending(&self) -> bool {
        let numbers = |version: &str| -> Vec<u64> {
            version.split(['.', '-']).map(|part| part.parse().unwrap_or_default()).collect()
        };
        let day = |heading: &Heading<'_>| {
            day::like(heading.line, chrono::NaiveDate::default()).map(|(at, _)| cut(heading.line, at).to_owned())
        };
        let all: Vec<_> = self.versions().map(|(heading, version)| (numbers(version), day(heading))).collect();
        let rising = all.is_sorted_by(|(one, _), (next, _)| one < next);
        let dated = all.is_sorted_by(|(_, one), (_, next)| one.is_some() && one < next);
        rising && (all.len() > 2 || all.len() == 2 && dated)
    }

    /// The heading of the newest version.
    pub(super) fn newest(&self) -> Option<(&Heading<'t>, &'t str)> {
        if self.is_ascending() { self.versions().next_back() } else { self.versions().next() }
    }

    /// The heading of the version before the newest.
    pub(super) fn older(&self) -> Option<&Heading<'t>> {
        let older = if self.is_ascending() { self.versions().rev().nth(1) } else { self.versions().nth(1) };
        older.map(|(heading, _)| heading)
    }

    pub(super) fn version(&self, version: &str) -> Option<&Heading<'t>> {
        self.versions().find(|(_, known)| *known == version).map(|(heading, _)| heading)
    }

    /// The heading of what is not released, if it stands above all versions.
    pub(super) fn unreleased(&self) -> Option<&Heading<'t>> {
        let above = self.headings.iter().take_while(|(_, told)| !matches!(told, HeadingKind::Version(_)));
        above.filter(|(_, told)| *told == HeadingKind::Unreleased).map(|(heading, _)| heading).next()
    }

    /// What stands under a heading, up to the next one of its kind.
    pub(super) fn inside(&self, heading: &Heading<'_>) -> Range<usize> {
        let start = heading.block.end;
        // Where patches stand a level below, their groups stand on their own level.
        let is_below = self.versions().any(|(own, _)| own.start == heading.start)
            && self.versions().any(|(other, _)| other.level < heading.level);
        let deepest = if is_below { heading.level - 1 } else { heading.level };
        let below = self.headings.iter().filter(|(other, _)| other.block.start >= start);
        let mut ends = below.filter(|(other, told)| *told != HeadingKind::Other || other.level <= deepest);
        start..ends.next().map_or_else(|| self.end(), |(other, _)| other.block.start).max(start)
    }

    /// The end of the text, before the definitions of links that may stand there.
    fn end(&self) -> usize {
        let defines = |line: &LineAt<'_>| self.definitions.iter().any(|definition| definition.line.start == line.start);
        let last = self.lines.iter().rev().take_while(|line| line.text.trim().is_empty() || defines(line));
        last.filter(|line| defines(line)).last().map_or(self.text.len(), |line| line.start)
    }

    /// Where a new section stands in a changelog that has no place for what is unreleased.
    pub(super) fn place(&self) -> usize {
        if self.is_ascending() {
            return self.end();
        }
        if let Some((newest, _)) = self.newest() {
            return newest.block.start;
        }
        let is_title = |(nth, heading): (usize, &Heading<'_>)| nth == 0 && heading.level == 1;
        let headings = self.headings.iter().map(|(heading, _)| heading).enumerate();
        if let Some((_, first)) = headings.into_iter().find(|found| !is_title(*found)) {
            return first.block.start;
        }
        let entry = |line: &&LineAt<'_>| {
            let bare = line.text.trim_start();
            let number = bare.trim_start_matches('v').split_once('.').is_some_and(|(first, rest)| {
                first.parse::<u64>().is_ok() && rest.starts_with(|letter: char| letter.is_ascii_digit())
            });
            line.tells && (number || ["- ", "* ", "+ "].iter().any(|mark| bare.starts_with(mark)))
        };
        self.lines.iter().find(entry).map_or_else(|| self.end(), |line| line.start)
    }

    /// Whether somebody has written entries there: headings and comments are none.
    pub(super) fn is_written(&self, inside: &Range<usize>) -> bool {
        let heads = |line: &LineAt<'_>| self.headings.iter().any(|(heading, _)| heading.block.contains(&line.start));
        let inside = self.lines.iter().filter(|line| inside.contains(&line.start));
        inside.filter(|line| line.tells && !heads(line)).any(|line| !line.text.trim().is_empty())
    }
}
