//! Which commits of a history a pull request brought: its merge tells for them.

use std::collections::{BTreeMap, BTreeSet};

use super::Change;

/// Branches that others flow into or out of: a pull request of theirs carries changes, and is none.
const LANES: [&str; 9] =
    ["main", "master", "develop", "development", "dev", "trunk", "staging", "production", "release"];
const LANES_BELOW: [&str; 6] = ["release/", "releases/", "release-", "backport/", "back-merge/", "merge/"];

/// The merge of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PullMerge {
    /// Its title and what stands below.
    pub text: String,
    /// The commits that it brought, merges among them.
    pub members: Vec<usize>,
}

/// The merges of pull requests in a history, by the place of the merge commit; a commit belongs to one of them at most.
pub(super) fn pull_merges(changes: &[Change]) -> BTreeMap<usize, PullMerge> {
    let places: BTreeMap<&str, usize> = changes.iter().enumerate().map(|(at, one)| (one.sha.as_str(), at)).collect();
    let parents: Vec<Vec<Option<usize>>> = changes
        .iter()
        .map(|one| one.parents.iter().map(|parent| places.get(parent.as_str()).copied()).collect())
        .collect();
    let history = CommitGraph { changes, parents };
    let heads: BTreeSet<usize> = history.parents.iter().flatten().flatten().copied().collect();
    let (mut seen, mut found) = (BTreeSet::new(), BTreeMap::new());
    for head in (0..changes.len()).filter(|at| !heads.contains(at)).rev() {
        let mut open = vec![history.line(head, &mut seen).into_iter()];
        while let Some(line) = open.last_mut() {
            let Some(at) = line.next() else {
                open.pop();
                continue;
            };
            let others: Vec<usize> = history.others(at).filter(|other| !seen.contains(other)).collect();
            if let Some(pull) = history.pull(at, &others, &seen) {
                seen.extend(&pull.members);
                found.insert(at, pull);
                continue;
            }
            // What such a merge brings stands for itself.
            for other in others {
                let line = history.line(other, &mut seen);
                open.push(line.into_iter());
            }
        }
    }
    found
}

struct CommitGraph<'a> {
    changes: &'a [Change],
    /// The parents that are in the history, in their order.
    parents: Vec<Vec<Option<usize>>>,
}

impl CommitGraph<'_> {
    /// The commits of a branch that nobody has taken yet, from the oldest on.
    fn line(&self, head: usize, seen: &mut BTreeSet<usize>) -> Vec<usize> {
        let mut line = vec![];
        let mut at = Some(head);
        while let Some(commit) = at.filter(|commit| seen.insert(*commit)) {
            line.push(commit);
            at = self.parents.get(commit).and_then(|parents| parents.first().copied().flatten());
        }
        line.reverse();
        line
    }

    /// The commits that a merge brings, as far as they are in the history.
    fn others(&self, merge: usize) -> impl Iterator<Item = usize> {
        self.parents.get(merge).into_iter().flat_map(|parents| parents.iter().skip(1).copied().flatten())
    }

    /// The pull request that a commit merges, if it merges one that tells for what it brings.
    fn pull(&self, merge: usize, others: &[usize], seen: &BTreeSet<usize>) -> Option<PullMerge> {
        let change = self.changes.get(merge).filter(|change| change.parents.len() > 1)?;
        let (branch, text) = merged_pull(&change.message)?;
        let mut members = BTreeSet::new();
        let mut open = others.to_vec();
        while let Some(at) = open.pop() {
            if !seen.contains(&at) && members.insert(at) {
                open.extend(self.parents.get(at).into_iter().flatten().flatten());
            }
        }
        let is_lane = LANES.contains(&branch) || LANES_BELOW.iter().any(|start| branch.starts_with(start));
        let is_pull = |at: &usize| {
            let message = self.changes.get(*at).map_or("", |change| change.message.as_str());
            merged_pull(message).is_some() || squashed_pull(message).is_some()
        };
        if is_lane || members.iter().any(is_pull) {
            return None;
        }
        Some(PullMerge { text, members: members.into_iter().collect() })
    }
}

/// The branch and the text of a pull request that a message says to merge.
fn merged_pull(message: &str) -> Option<(&str, String)> {
    let (subject, rest) = message.trim().split_once('\n').unwrap_or((message.trim(), ""));
    let (branch, number) = if let Some(named) = subject.strip_prefix("Merge pull request #") {
        let (number, from) = named.split_once(" from ")?;
        // The owner of the branch comes first.
        (from.split_once('/').map_or(from, |(_, branch)| branch), number)
    } else if let Some(named) = subject.strip_prefix("Merged in ") {
        let (branch, number) = named.split_once(" (pull request #")?;
        (branch, number.trim_end_matches(')'))
    } else {
        let named = subject.strip_prefix("Merge branch '").filter(|_| rest.contains("See merge request "))?;
        (named.split_once('\'')?.0, "")
    };
    let below = rest.trim();
    let title = if below.is_empty() { format!("{branch} (#{number})") } else { below.to_owned() };
    Some((branch.trim(), title))
}

/// The number of the pull request that a subject ends with, as GitHub writes it when it squashes.
pub(super) fn squashed_pull(message: &str) -> Option<u64> {
    let subject = message.lines().next().unwrap_or_default().trim_end();
    subject.strip_suffix(')')?.rsplit_once(" (#")?.1.parse().ok()
}

/// The number of the pull request that a message says to merge.
pub(super) fn merged_number(message: &str) -> Option<u64> {
    let named = message.strip_prefix("Merge pull request #")?;
    named.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::release::notes::history_of;

    /// What each pull request of a history brought.
    fn told(history: &str) -> String {
        let changes = history_of(history);
        let sha = |at: &usize| changes[*at].sha.clone();
        let told = |(at, pull): (&usize, &PullMerge)| {
            let members: Vec<String> = pull.members.iter().map(sha).collect();
            format!("{} “{}” has {}", sha(at), pull.text, members.join(" "))
        };
        pull_merges(&changes).iter().map(told).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn a_pull_request_has_its_commits() {
        for (what, history, expected) in [
            ("none", "a 0: fix: x\nb a: fix: y", ""),
            (
                "two on a line",
                "a 0: fix: a\nb 0: one\nc b: two\nm a c: Merge pull request #1 from acme/x / Title one\n
                 d m: three\nn m d: Merge pull request #2 from acme/y / Title two",
                "m “Title one” has b c; n “Title two” has d",
            ),
            (
                "the line comes into the pull request's branch, too",
                "a 0: fix: a\nb 0: one\nu b a: Merge branch 'main' into x\nm a u: Merge pull request #1 from acme/x / T",
                "m “T” has b u",
            ),
            ("by its words alone it is no merge", "a 0: Merge pull request #1 from acme/x / T", ""),
            (
                "a lane carries the pull requests of others",
                "b 0: one\nm 0 b: Merge pull request #1 from acme/x / T\nc m: two
                 r 0 c: Merge pull request #2 from acme/develop / To production",
                "m “T” has b",
            ),
            (
                "a branch on which pull requests were squashed is a lane",
                "b 0: one (#5)\nc b: two\nr 0 c: Merge pull request #2 from acme/next / All of it",
                "",
            ),
            (
                "by git alone",
                "b 0: one\nm 0 b: Merge pull request #1 from acme/x / T\nr 0 m: Merge branch 'develop'",
                "m “T” has b",
            ),
            ("its branch is older", "m a b: Merge pull request #1 from acme/x / T", "m “T” has "),
            ("elsewhere", "b 0: one\nm 0 b: Merged in x (pull request #3) / T", "m “T” has b"),
            ("without a title", "b 0: one\nm 0 b: Merge pull request #1 from acme/x", "m “x (#1)” has b"),
        ] {
            assert_eq!(told(history), expected, "{what}");
        }
    }

    #[test]
    fn a_long_history_is_read_at_once() {
        // Two branches that come into each other over and over: 5,000 commits, 2,500 merges deep.
        let change = |at: usize| Change {
            sha: at.to_string(),
            parents: [at.checked_sub(2), at.checked_sub(1).filter(|_| at.is_multiple_of(2))]
                .into_iter()
                .flatten()
                .map(|parent| parent.to_string())
                .collect(),
            message: format!("Merge pull request #{at} from acme/develop\n\nT"),
            ..Change::default()
        };
        let changes: Vec<Change> = (0..5000).map(change).collect();
        assert_eq!(pull_merges(&changes).len(), 0);
    }
}
