//! Release notes: commits, grouped for people, without the noise that releases themselves make.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use git_conventional::{Commit, Type};
use serde::{Deserialize, Serialize};

/// A commit, as far as notes need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The full id.
    pub sha: String,
    /// The whole message.
    pub message: String,
    /// The author's name.
    pub author: String,
}

/// Notes of one version: headings with their lines.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Notes {
    /// Groups that hold at least one line, in reading order.
    pub groups: Vec<(String, Vec<NotesEntry>)>,
}

/// One line of the notes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotesEntry {
    /// The part of the product it concerns, if the commit says.
    pub scope: Option<String>,
    /// What changed.
    pub what: String,
    /// The short commit id.
    pub sha: String,
    /// The author's name.
    pub author: String,
}

const HEADINGS: [&str; 6] = ["Breaking changes", "Features", "Fixes", "Performance", "Documentation", "Other changes"];

impl Notes {
    /// Groups changes. Merges that only bring branches together and the release's own commits are left out; the same
    /// words twice count once.
    pub fn from_changes(changes: &[Change]) -> Self {
        let mut groups: Vec<(String, Vec<NotesEntry>)> = HEADINGS.map(|heading| (heading.to_owned(), vec![])).to_vec();
        let mut told = BTreeSet::new();
        for change in changes {
            let Some(message) = telling_part(&change.message) else { continue };
            let (group, scope, what) = read(message);
            if told.insert((group, what.to_lowercase())) {
                let sha = change.sha.chars().take(7).collect();
                let entry = NotesEntry { scope, what, sha, author: change.author.clone() };
                groups.get_mut(group).into_iter().for_each(|(_, entries)| entries.push(entry.clone()));
            }
        }
        groups.retain(|(_, entries)| !entries.is_empty());
        Self { groups }
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.groups.iter().map(|(_, entries)| entries.len()).sum()
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Every line, without its commit, for a short list.
    pub fn lines(&self) -> Vec<String> {
        let line = |entry: &NotesEntry| match &entry.scope {
            Some(scope) => format!("{scope}: {}", entry.what),
            None => entry.what.clone(),
        };
        self.groups.iter().flat_map(|(_, entries)| entries.iter().map(line)).collect()
    }

    /// The section of a changelog in Markdown.
    pub fn section(&self, tag: &str, at: DateTime<Utc>) -> String {
        let mut text = format!("## {tag} ({})\n", at.format("%Y-%m-%d"));
        if self.is_empty() {
            text.push_str("\nNo changes.\n");
        }
        text.push_str(&self.markdown());
        text
    }

    /// The groups in Markdown, without a title.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        for (heading, entries) in &self.groups {
            text.push_str(&format!("\n### {heading}\n\n"));
            for entry in entries {
                let scope = entry.scope.as_ref().map(|scope| format!("**{scope}:** ")).unwrap_or_default();
                text.push_str(&format!("- {scope}{} ({})\n", entry.what, entry.sha));
            }
        }
        text
    }
}

/// A changelog with a new section at the top, below the title if there is one.
pub fn with_section(changelog: &str, section: &str) -> String {
    if changelog.trim().is_empty() {
        return format!("# Changelog\n\n{section}");
    }
    let at = changelog.starts_with("## ").then_some(0).or_else(|| changelog.find("\n## ").map(|at| at + 1));
    match at.and_then(|at| changelog.split_at_checked(at)) {
        Some((before, after)) => format!("{before}{section}\n{after}"),
        None => format!("{}\n\n{section}", changelog.trim_end()),
    }
}

/// What a commit has to tell: for a merged pull request its title; nothing for noise.
fn telling_part(message: &str) -> Option<&str> {
    let subject = message.lines().next().unwrap_or_default();
    if subject.starts_with("Merge pull request ") {
        let title = message.lines().skip(1).find(|line| !line.trim().is_empty())?;
        return (!is_noise(title)).then_some(title);
    }
    (!subject.trim().is_empty() && !is_noise(subject)).then_some(message)
}

fn is_noise(subject: &str) -> bool {
    const NOISE: [&str; 6] =
        ["Merge ", "\u{1f504} Backport ", "\u{1f680} Release ", "chore: bump v", "docs: update CHANGELOG", "fixup!"];
    NOISE.iter().any(|start| subject.starts_with(start))
}

fn read(message: &str) -> (usize, Option<String>, String) {
    let subject = message.lines().next().unwrap_or_default();
    // A body that does not follow the convention must not hide a subject that does.
    let commit = Commit::parse(message.trim()).or_else(|_| Commit::parse(subject.trim()));
    let Ok(commit) = commit else { return (5, None, subject.trim().to_owned()) };
    let kind = commit.type_();
    let group = [(commit.breaking(), 0), (kind == Type::FEAT, 1), (kind == Type::FIX, 2), (kind == Type::PERF, 3)]
        .into_iter()
        .chain([(kind == Type::DOCS, 4)])
        .find_map(|(fits, group)| fits.then_some(group))
        .unwrap_or(5);
    (group, commit.scope().map(|scope| scope.as_str().to_owned()), commit.description().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(messages: &[&str]) -> Vec<Change> {
        let change = |(i, message): (usize, &&str)| Change {
            sha: format!("{i:040}"),
            message: (*message).to_owned(),
            author: "ann".into(),
        };
        messages.iter().enumerate().map(change).collect()
    }

    #[test]
    fn notes_are_grouped_and_free_of_noise() {
        let notes = Notes::from_changes(&changes(&[
            "feat(search): find by colour",
            "Merge pull request #7 from acme/colour\n\nfeat(search): find by colour",
            "Merge pull request #8 from acme/total\n\nfix: round the total",
            "Merge branch 'main' into develop",
            "\u{1f504} Backport v2.1.1 to develop",
            "chore: bump v2.1.1",
            "feat!: drop the old login",
            "a plain remark",
        ]));
        let at = "2026-03-05T22:00:00Z".parse().expect("a time");
        assert_eq!(
            notes.section("v2.2.0", at),
            "## v2.2.0 (2026-03-05)\n\n### Breaking changes\n\n- drop the old login (0000000)\n\n### Features\n\n\
             - **search:** find by colour (0000000)\n\n### Fixes\n\n- round the total (0000000)\n\n\
             ### Other changes\n\n- a plain remark (0000000)\n"
        );
    }

    #[test]
    fn a_section_goes_above_the_older_ones() {
        assert_eq!(with_section("", "## b\n"), "# Changelog\n\n## b\n");
        assert_eq!(with_section("# Changelog\n\n## a\n", "## b\n"), "# Changelog\n\n## b\n\n## a\n");
        assert_eq!(with_section("## a\n", "## b\n"), "## b\n\n## a\n");
        assert_eq!(with_section("## a\n\n## 0\n", "## b\n"), "## b\n\n## a\n\n## 0\n", "not below the first");
        assert_eq!(with_section("Our changes\n", "## b\n"), "Our changes\n\n## b\n");
    }
}
