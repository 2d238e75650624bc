//! Release notes: everything that changed, grouped for people, without the noise that releases themselves make.

mod dependencies;
mod history;
mod markdown;
mod message;
mod reverts;
pub mod tickets;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use self::{
    message::SaidChange,
    tickets::{TicketFinder, Tickets},
};

/// How many updates of dependencies a message names.
const NAMED: usize = 10;

/// A commit, as far as notes need it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// The full id.
    pub sha: String,
    /// The whole message.
    pub message: String,
    /// The author's name.
    pub author: String,
    /// The ids of its parents; more than one in a merge.
    pub parents: Vec<String>,
    /// Whether a release of ours made it, and it changes nothing for anybody.
    pub own: bool,
    /// What stands below the title of the pull request that it merges, if that is known.
    pub pull_text: Option<String>,
}

/// Where a change belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum NotesGroup {
    /// Something that worked otherwise.
    #[serde(rename = "Breaking changes")]
    Breaking,
    /// Something new.
    Features,
    /// Something that works now.
    Fixes,
    /// The same, faster.
    Performance,
    /// Only words.
    Documentation,
    /// Whatever does not say what it is.
    #[serde(rename = "Other changes")]
    Other,
    /// What nobody sees outside.
    #[serde(rename = "Internal changes")]
    Inside,
    /// What the product is built from.
    Dependencies,
}

/// Notes of one version: groups with their lines.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Notes {
    /// Groups that hold at least one line, in reading order.
    pub groups: Vec<(NotesGroup, Vec<NotesEntry>)>,
    /// How many commits were not read, because there are too many; all of them are older than those that were.
    #[serde(default, skip_serializing_if = "is_none")]
    pub unread: u64,
}

/// One line of the notes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct NotesEntry {
    /// The part of the product it concerns, if the commit says.
    pub scope: Option<String>,
    /// What changed.
    pub what: String,
    /// The short commit id.
    pub sha: String,
    /// The author's name.
    pub author: String,
    /// What its message says of what breaks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaking: Vec<String>,
    /// The tickets that it names, with their addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tickets: Vec<(String, String)>,
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

impl NotesGroup {
    /// All of them, in reading order.
    pub const ALL: [Self; 8] = [
        Self::Breaking,
        Self::Features,
        Self::Fixes,
        Self::Performance,
        Self::Documentation,
        Self::Other,
        Self::Inside,
        Self::Dependencies,
    ];

    /// Its heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Breaking => "Breaking changes",
            Self::Features => "Features",
            Self::Fixes => "Fixes",
            Self::Performance => "Performance",
            Self::Documentation => "Documentation",
            Self::Other => "Other changes",
            Self::Inside => "Internal changes",
            Self::Dependencies => "Dependencies",
        }
    }
}

impl Change {
    /// Whether it may only write down what is released: its subject speaks of a changelog, of a version or of nothing but one.
    pub fn speaks_of_itself(&self) -> bool {
        let subject = subject(self).to_lowercase();
        ["changelog", "change log", "release notes", "version", "release"].iter().any(|word| subject.contains(word))
            || subject.trim_start_matches('v').starts_with(|letter: char| letter.is_ascii_digit())
    }

    /// The pull request that it merges, or that was squashed into it.
    pub fn pull(&self) -> Option<u64> {
        history::merged_number(&self.message).or_else(|| history::squashed_pull(&self.message))
    }
}

impl NotesEntry {
    /// What changed in pieces, of which some are tickets with an address; those that it does not name itself come behind.
    pub fn pieces(&self) -> Vec<(String, Option<&str>)> {
        tickets::pieces(&self.what, &self.tickets)
    }

    /// What changed, behind the part that it concerns.
    pub fn text(&self) -> String {
        match &self.scope {
            Some(scope) => format!("{scope}: {}", self.what),
            None => self.what.clone(),
        }
    }
}

impl Notes {
    /// Groups changes, oldest first. A pull request tells for its commits, merges only bring branches together, and what was
    /// taken back is not in; the same words twice count once.
    pub fn from_changes(changes: &[Change], tickets: Option<&Tickets>) -> Self {
        let pulls = history::pull_merges(changes);
        let undone = reverts::undone(changes, &pulls);
        let members: BTreeSet<usize> = pulls.values().flat_map(|pull| &pull.members).copied().collect();
        let subjects: BTreeSet<&str> = changes.iter().map(subject).collect();
        let mut groups: Vec<(NotesGroup, Vec<NotesEntry>)> = NotesGroup::ALL.map(|group| (group, vec![])).to_vec();
        let finder = tickets.and_then(Tickets::finder);
        let mut told = BTreeSet::new();
        for (at, change) in changes.iter().enumerate() {
            if undone.contains(&at) || members.contains(&at) {
                continue;
            }
            let said = match pulls.get(&at) {
                // A pull request of nothing but such commits is none either.
                Some(pull)
                    if pull.members.iter().all(|at| changes.get(*at).is_some_and(|one| one.own))
                        && !pull.members.is_empty() =>
                {
                    None
                }
                Some(pull) => {
                    let brought =
                        pull.members.iter().filter(|at| !undone.contains(at)).filter_map(|at| changes.get(*at));
                    of_pull(&pull.text, brought)
                }
                None if change.own || change.parents.len() > 1 || mends(change, &subjects) => None,
                None => message::read(&change.message),
            };
            let Some(SaidChange { group, mut scope, mut what, breaking, .. }) = said else { continue };
            let is_update = group != NotesGroup::Breaking && dependencies::is_update(change, scope.as_deref(), &what);
            let group = if is_update { NotesGroup::Dependencies } else { group };
            let named = format!("{what}\n{}", change.message);
            let tickets = finder.as_ref().map(|finder: &TicketFinder| finder.find(&named)).unwrap_or_default();
            if let Some(note) = change.pull_text.as_deref().and_then(message::release_note) {
                (scope, what) = (None, note);
            }
            if told.insert((group, what.to_lowercase())) {
                let sha = change.sha.chars().take(7).collect();
                let entry = NotesEntry { scope, what, sha, author: change.author.clone(), breaking, tickets };
                groups.iter_mut().filter(|(of, _)| *of == group).for_each(|(_, entries)| entries.push(entry.clone()));
            }
        }
        groups.retain(|(_, entries)| !entries.is_empty());
        Self { groups, unread: 0 }
    }

    /// How many changes there are.
    pub fn len(&self) -> usize {
        self.groups.iter().map(|(_, entries)| entries.len()).sum()
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.unread == 0
    }

    /// The changes of a group.
    pub fn of(&self, group: NotesGroup) -> &[NotesEntry] {
        self.groups.iter().find(|(of, _)| *of == group).map_or(&[], |(_, entries)| entries)
    }

    /// All updates of dependencies, in one line that names some of them.
    pub fn updates(&self) -> Option<String> {
        dependencies::folded(self.of(NotesGroup::Dependencies), NAMED)
    }

    /// The same with each of them named.
    fn all_updates(&self) -> Option<String> {
        dependencies::folded(self.of(NotesGroup::Dependencies), usize::MAX)
    }

    /// What is missing, in a sentence.
    pub fn gap(&self) -> Option<String> {
        let commits = if self.unread == 1 { "commit is" } else { "commits are" };
        (self.unread > 0).then(|| format!("{} older {commits} not listed: there are too many to read", self.unread))
    }

    /// Every change in a line, without its commit; updates of dependencies are one line.
    pub fn lines(&self) -> Vec<String> {
        let groups = self.groups.iter().filter(|(group, _)| *group != NotesGroup::Dependencies);
        groups.flat_map(|(_, entries)| entries).map(NotesEntry::text).chain(self.updates()).chain(self.gap()).collect()
    }
}

fn subject(change: &Change) -> &str {
    change.message.lines().next().unwrap_or_default().trim()
}

/// Whether a change only mends another one that is in, until somebody squashes it.
fn mends(change: &Change, subjects: &BTreeSet<&str>) -> bool {
    let marks = ["fixup! ", "squash! ", "amend! "];
    marks.iter().any(|mark| subject(change).strip_prefix(mark).is_some_and(|mended| subjects.contains(mended.trim())))
}

/// What a pull request says; where its title does not say what it is, it is of the strongest kind that it brings.
fn of_pull<'a>(text: &str, brought: impl Iterator<Item = &'a Change>) -> Option<SaidChange> {
    let mut said = message::read(text)?;
    let members = brought.filter(|change| change.parents.len() < 2).filter_map(|change| message::read(&change.message));
    for member in members {
        if member.group == NotesGroup::Breaking {
            said.breaks(if member.breaking.is_empty() { vec![member.what] } else { member.breaking });
        } else if !said.typed {
            said.group = said.group.min(member.group);
        }
    }
    Some(said)
}

/// The history that lines tell, `id parents: message` each, the oldest first; `own` before a message of the bot's, and ` / ` for
/// a paragraph.
#[cfg(test)]
fn history_of(lines: &str) -> Vec<Change> {
    let change = |line: &str| {
        let (ids, message) = line.trim().split_once(": ").unwrap_or((line.trim(), ""));
        let mut ids = ids.split(' ').map(str::to_owned);
        let sha = ids.next().unwrap_or_default();
        let (author, own) = if message.starts_with("own ") { ("Shipmate", true) } else { ("ann", false) };
        let message = message.trim_start_matches("own ").replace(" / ", "\n\n");
        Change { sha, parents: ids.collect(), message, author: author.into(), own, pull_text: None }
    };
    lines.lines().filter(|line| !line.trim().is_empty()).map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The notes of a history.
    fn told(history: &str) -> String {
        let changes = history_of(history);
        let told = |(group, entries): &(NotesGroup, Vec<NotesEntry>)| {
            let entries = entries.iter().map(|entry| {
                let breaking: String = entry.breaking.iter().map(|text| format!(" !! {text}")).collect();
                format!("{}{breaking}", entry.text())
            });
            format!("{}: {}", group.heading(), entries.collect::<Vec<_>>().join(", "))
        };
        Notes::from_changes(&changes, None).groups.iter().map(told).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn everything_that_changed_is_in_once() {
        for (what, history, expected) in [
            (
                "each by its kind",
                "a 0: feat(search): find by colour\nb a: a plain remark\nc b: chore: tidy\nd c: feat!: drop the old login",
                "Breaking changes: drop the old login; Features: search: find by colour; Other changes: a plain remark; \
                 Internal changes: tidy",
            ),
            (
                "a pull request tells for its commits",
                "a 0: fix: half\nb a: fix: whole\nm 0 b: Merge pull request #8 from acme/total / fix: round the total",
                "Fixes: round the total",
            ),
            (
                "it is of the strongest kind that it brings",
                "a 0: chore: tidy\nb a: feat: find\nm 0 b: Merge pull request #8 from acme/total / Find by colour",
                "Features: Find by colour",
            ),
            (
                "what breaks in it is said",
                "a 0: feat!: no more tokens\nm 0 a: Merge pull request #8 from acme/total / feat: Log in anew",
                "Breaking changes: Log in anew !! no more tokens",
            ),
            (
                "merges only bring together, and releases say nothing",
                "a 0: fix: x\nm 0 a: Merge branch 'main' into develop\nb m: own chore: bump v2.1.1",
                "Fixes: x",
            ),
            (
                "a pull request that only tells",
                "a 0: own docs: update the changelog\nm 0 a: Merge pull request #8 from acme/log / Update the changelog\nb m: fix: x",
                "Fixes: x",
            ),
            ("a person's bump is a change", "a 0: chore: bump vite to 5", "Internal changes: bump vite to 5"),
            ("what a person called a merge", "a 0: Merge the two caches", "Other changes: Merge the two caches"),
            (
                "a squash is no merge",
                "a 0: Merge pull request #8 from acme/x",
                "Other changes: Merge pull request #8 from acme/x",
            ),
            (
                "updates are their own",
                "a 0: chore(deps): bump serde from 1.0.1 to 1.0.2\nb a: fix: x\nc b: build(deps-dev): Bump vite from 4 to 5",
                "Fixes: x; Dependencies: deps: bump serde from 1.0.1 to 1.0.2, deps-dev: Bump vite from 4 to 5",
            ),
            (
                "what mends another",
                "a 0: fix: x\nb a: fixup! fix: x\nc b: fixup! fix: y",
                "Fixes: x; Other changes: fixup! fix: y",
            ),
            ("the same words", "a 0: fix: x\nb a: fix: x", "Fixes: x"),
            ("nothing", "", ""),
        ] {
            assert_eq!(told(history), expected, "{what}");
        }
    }

    #[test]
    fn notes_that_an_older_program_stored_are_read() {
        let stored = r#"{"groups":[["Breaking changes",[]],["Other changes",[{"scope":null,"what":"x","sha":"a","author":"ann"}]]]}"#;
        let notes: Notes = serde_json::from_str(stored).expect("notes");
        assert_eq!(notes.lines(), ["x"]);
        assert_eq!(serde_json::to_string(&notes).expect("text"), stored);
    }

    #[test]
    fn what_was_not_read_is_said() {
        let notes = Notes { groups: vec![], unread: 1 };
        assert_eq!(notes.lines(), ["1 older commit is not listed: there are too many to read"]);
        assert!(!notes.is_empty());
    }
}
