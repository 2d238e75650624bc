//! The form of the sections that are there, and a new one in it.

use super::{
    NewSection, cut,
    heading::{self, HeadingKind},
    lines::Heading,
    page::ChangelogPage,
};

/// How sections are written.
pub(super) struct Form<'t> {
    /// How lines end.
    pub(super) eol: &'static str,
    newest: Option<(Heading<'t>, &'t str)>,
    /// The level of the newest version of each rank: of a major, a minor and a patch version.
    levels: [Option<usize>; 3],
    unreleased: Option<Heading<'t>>,
    /// What stands before the newest heading and belongs to it.
    anchor: &'t str,
    group: usize,
    bullet: char,
    blank: usize,
}

impl<'t> Form<'t> {
    pub(super) fn of(page: &ChangelogPage<'t>) -> Self {
        let newest = page.newest().map(|(heading, version)| (heading.clone(), version));
        let around = newest.as_ref().map(|(heading, _)| cut(page.text, heading.block.start..heading.block.end));
        let eol = if around.unwrap_or(page.text).contains("\r\n") { "\r\n" } else { "\n" };
        let mut levels = [None; 3];
        for (heading, version) in page.versions() {
            if let Some(level) = rank(version).and_then(|rank| levels.get_mut(rank)) {
                *level = level.or(Some(heading.level));
            }
        }
        let unreleased = page.unreleased().cloned();
        let own = newest.as_ref().map(|(heading, _)| heading).or(unreleased.as_ref());
        let inside = own.map(|heading| page.inside(heading)).unwrap_or_default();
        let mut inner = page.headings.iter().filter(|(heading, _)| inside.contains(&heading.block.start));
        let level = own.map_or(2, |heading| heading.level);
        let bullet = page.lines.iter().filter(|line| line.tells && inside.contains(&line.start)).find_map(|line| {
            let mark = line.text.trim_start().chars().next().filter(|mark| "-*+".contains(*mark))?;
            line.text.trim_start().get(1..).is_some_and(|rest| rest.starts_with(' ')).then_some(mark)
        });
        let anchor = newest.as_ref().map(|(heading, _)| cut(page.text, heading.block.start..heading.start));
        let before = page.older().or(newest.as_ref().map(|(heading, _)| heading)).map_or(0, |older| older.block.start);
        let before = cut(page.text, 0..before);
        let bare = before.trim_end_matches([' ', '\t', '\r', '\n']);
        let blank = cut(before, bare.len()..before.len()).matches('\n').count().saturating_sub(1);
        Self {
            eol,
            levels,
            unreleased,
            anchor: anchor.unwrap_or_default(),
            group: inner
                .find(|(_, told)| *told == HeadingKind::Other)
                .map_or((level + 1).min(6), |(heading, _)| heading.level),
            bullet: bullet.unwrap_or('-'),
            blank: blank.clamp(1, 3),
            newest,
        }
    }

    /// The blank lines between two sections.
    pub(super) fn gap(&self) -> String {
        self.eol.repeat(self.blank)
    }

    /// A whole section, up to the end of its last line.
    pub(super) fn whole(&self, section: &NewSection<'_>, linked: bool) -> String {
        let groups: Vec<String> =
            self.groups(section).into_iter().map(|(name, entries)| self.group(name, &entries)).collect();
        let body = if groups.is_empty() { format!("No changes.{}", self.eol) } else { groups.join(self.eol) };
        format!("{}{}{body}", self.heading(section, linked), self.eol)
    }

    /// The heading, with what belongs to it, up to the end of its last line.
    pub(super) fn heading(&self, section: &NewSection<'_>, linked: bool) -> String {
        let NewSection { tag, version, day, .. } = section;
        let day_text = day.format("%Y-%m-%d");
        match (&self.newest, &self.unreleased) {
            (Some((heading, old)), _) => {
                let start = old.as_ptr().addr().saturating_sub(heading.line.as_ptr().addr());
                let at = start..start + old.len();
                let line = heading::like(heading.line, &at, version, *day, linked);
                format!("{}{}", self.anchor(old, version), self.at_level(heading, &line, version))
            }
            (None, Some(heading)) => {
                let words = match heading.text.starts_with('[') && linked {
                    true => format!("[{version}] - {day_text}"),
                    false if heading.text.starts_with('[') => format!("{version} - {day_text}"),
                    false => format!("{tag} ({day_text})"),
                };
                let hashes = heading.line.split(' ').next().filter(|first| first.starts_with('#'));
                let line = hashes.map_or_else(|| words.clone(), |hashes| format!("{hashes} {words}"));
                self.at_level(heading, &line, version)
            }
            (None, None) => format!("## {tag} ({day_text}){}", self.eol),
        }
    }

    /// The anchor above the heading, for another version.
    fn anchor(&self, old: &str, version: &str) -> String {
        let forms = [".", "-", "_", ""].map(|between| (old.replace('.', between), version.replace('.', between)));
        let fits = forms.into_iter().find(|(form, _)| self.anchor.contains(form));
        fits.map(|(form, new)| self.anchor.replace(&form, &new)).unwrap_or_default()
    }

    /// A heading's line at the level that versions of this rank have.
    fn at_level(&self, heading: &Heading<'_>, line: &str, version: &str) -> String {
        let rank = rank(version).unwrap_or(2);
        // A rank that was never there is written like the next greater one, or else like the next smaller one.
        let near = (0..=rank).rev().chain(rank + 1..3).find_map(|rank| self.levels.get(rank).copied().flatten());
        let level = near.unwrap_or(heading.level);
        match heading.underline {
            None => {
                let words = line.trim_start().trim_start_matches('#');
                format!("{}{words}{}", "#".repeat(level), self.eol)
            }
            Some(underline) => {
                let (old, mark) = (underline.trim_end(), if level == 1 { "=" } else { "-" });
                let same = old.chars().count() == heading.text.chars().count();
                let length = if same { line.trim().chars().count() } else { old.chars().count() };
                format!("{line}{0}{1}{0}", self.eol, mark.repeat(length))
            }
        }
    }

    /// The groups of a section: the name, empty for what stands in none, and the lines.
    pub(super) fn groups<'s>(&self, section: &NewSection<'s>) -> Vec<(&'s str, Vec<&'s str>)> {
        let mut groups: Vec<(&str, Vec<&str>)> = vec![];
        for line in section.body.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
            match (line.strip_prefix("### "), groups.last_mut()) {
                (Some(name), _) => groups.push((name, vec![])),
                (None, Some((_, lines))) if line.starts_with(['-', ' ']) => lines.push(line),
                // Words that stand for themselves.
                (None, _) => groups.push(("", vec![line])),
            }
        }
        groups
    }

    /// One group.
    pub(super) fn group(&self, name: &str, entries: &[&str]) -> String {
        match name {
            "" => self.entries(entries),
            _ => format!("{} {name}{1}{1}{2}", "#".repeat(self.group), self.eol, self.entries(entries)),
        }
    }

    /// The lines of a group.
    pub(super) fn entries(&self, entries: &[&str]) -> String {
        let one = |entry: &&str| match entry.strip_prefix("- ") {
            Some(rest) => format!("{} {rest}{}", self.bullet, self.eol),
            None => format!("{entry}{}", self.eol),
        };
        entries.iter().map(one).collect()
    }
}

/// 0 for a major version, 1 for a minor one, 2 for a patch; nothing for what is counted otherwise.
fn rank(version: &str) -> Option<usize> {
    let numbers: Vec<&str> = version.split(['-', '+']).next()?.split('.').collect();
    match numbers.as_slice() {
        [_, "0", "0"] => Some(0),
        [_, _, "0"] => Some(1),
        [_, _, _] => Some(2),
        _ => None,
    }
}
