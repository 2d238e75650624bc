//! What a branch holds, as it was read: its commits, whose merge brought each of them, and which were taken back.

use std::collections::{BTreeMap, BTreeSet};

/// What the release's branch holds beyond production, and where the branches of stories are.
#[derive(Debug, Clone, Default)]
pub struct HeldBranch {
    /// Its last commit.
    pub tip: String,
    /// Its commits beyond production, as far as they were named.
    pub commits: Vec<HeldCommit>,
    /// The last commit of each branch that is called like a story.
    pub heads: BTreeMap<String, String>,
    /// Where the branch of a story of which it does not hold everything left it.
    pub parts: BTreeMap<String, String>,
    /// Commits that it holds although they are not among those that were named.
    pub there: BTreeSet<String>,
    /// Stories whose branch does not hold any more what came in.
    pub rewritten: BTreeSet<String>,
}

/// One of its commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldCommit {
    /// Its id.
    pub sha: String,
    /// Its parents' ids.
    pub parents: Vec<String>,
    /// Its whole message.
    pub message: String,
}

impl HeldCommit {
    fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }
}

/// The commits in their order, each with the merge that brought it.
pub(super) struct HeldLine<'a> {
    by_id: BTreeMap<&'a str, &'a HeldCommit>,
    brought_by: BTreeMap<&'a str, &'a str>,
}

impl<'a> HeldLine<'a> {
    /// The commits of a branch; `takes_in` says of a merge that it takes a story in.
    pub(super) fn of(held: &'a HeldBranch, takes_in: impl Fn(&HeldCommit) -> bool) -> Self {
        let by_id: BTreeMap<&str, &HeldCommit> =
            held.commits.iter().map(|commit| (commit.sha.as_str(), commit)).collect();
        let mut line = Self { by_id, brought_by: BTreeMap::new() };
        // What the branch itself went through was brought by nobody, even if a story was brought up to date with it.
        let mut own: BTreeSet<&str> = line.trunk(&held.tip).collect();
        own.extend(held.commits.iter().filter(|commit| takes_in(commit)).flat_map(|commit| line.trunk(&commit.sha)));
        // The innermost merge comes first: whatever merges that once more brings nothing that is not spoken for.
        for merge in line.parents_first(&held.tip) {
            let Some((first, others)) = merge.parents.split_first().filter(|(_, others)| !others.is_empty()) else {
                continue;
            };
            let before = line.reach(std::slice::from_ref(first));
            for sha in line.reach(others).difference(&before).filter(|sha| !own.contains(*sha)) {
                line.brought_by.entry(sha).or_insert(&merge.sha);
            }
        }
        line
    }

    /// A commit and what came before it on the same branch.
    fn trunk(&self, tip: &str) -> impl Iterator<Item = &'a str> {
        let next = |commit: &&'a HeldCommit| commit.parents.first().and_then(|parent| self.get(parent));
        std::iter::successors(self.get(tip), next).map(|commit| commit.sha.as_str())
    }

    pub(super) fn get(&self, sha: &str) -> Option<&'a HeldCommit> {
        self.by_id.get(sha).copied()
    }

    /// The merges that brought a commit, the innermost first.
    pub(super) fn merges_of(&self, sha: &str) -> impl Iterator<Item = &'a HeldCommit> {
        let mut at = self.brought_by.get(sha).copied();
        std::iter::from_fn(move || {
            let merge = at.take()?;
            at = self.brought_by.get(merge).copied();
            self.get(merge)
        })
    }

    /// The commit that takes a merge, or all that it brought, back, unless it was taken back itself.
    pub(super) fn taken_back(&self, merge: &HeldCommit) -> Option<&'a HeldCommit> {
        let brought = |by: &&str| *by == merge.sha;
        let own: Vec<&str> = self.brought_by.iter().filter(|(_, by)| brought(by)).map(|(sha, _)| *sha).collect();
        self.reverted(merge, 0).or_else(|| {
            let mut ends = own.iter().filter_map(|sha| self.get(sha)).map(|commit| self.reverted(commit, 0));
            let first = ends.next().flatten()?;
            ends.all(|end| end.is_some()).then_some(first)
        })
    }

    /// What takes a commit of the line back: what it says of itself, as git and GitHub write it.
    pub(super) fn reverted(&self, commit: &HeldCommit, depth: usize) -> Option<&'a HeldCommit> {
        let of_the_same = |other: &HeldCommit| {
            let (one, other) = (self.brought_by.get(commit.sha.as_str()), self.brought_by.get(other.sha.as_str()));
            one.is_some() && one == other
        };
        let quoted = format!("Revert \"{}\"", commit.subject());
        let takes_back = |other: &&&HeldCommit| {
            let named = reverts(&other.message);
            let says =
                if named.is_empty() { other.message.starts_with(&quoted) } else { named.contains(&&*commit.sha) };
            says && other.sha != commit.sha && !of_the_same(other)
        };
        let mut found = self.by_id.values().filter(takes_back);
        // Whoever reverts the revert brings it again. A chain of them has an end, whatever the messages say.
        found.find(|other| depth > self.by_id.len() || self.reverted(other, depth + 1).is_none()).copied()
    }

    /// All commits that were named, each behind its parents.
    fn parents_first(&self, tip: &str) -> Vec<&'a HeldCommit> {
        let (mut order, mut seen) = (vec![], BTreeSet::new());
        let mut stack: Vec<(&HeldCommit, bool)> = self.get(tip).map(|commit| (commit, false)).into_iter().collect();
        while let Some((commit, entered)) = stack.pop() {
            if entered {
                order.push(commit);
            } else if seen.insert(commit.sha.as_str()) {
                stack.push((commit, true));
                stack.extend(commit.parents.iter().filter_map(|parent| self.get(parent)).map(|one| (one, false)));
            }
        }
        order
    }

    fn reach(&self, from: &'a [String]) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut stack: Vec<&HeldCommit> = from.iter().filter_map(|sha| self.get(sha)).collect();
        while let Some(commit) = stack.pop() {
            if reached.insert(commit.sha.as_str()) {
                stack.extend(commit.parents.iter().filter_map(|parent| self.get(parent)));
            }
        }
        reached
    }
}

/// The commits that a message says it reverts.
fn reverts(message: &str) -> Vec<&str> {
    let words = message.split("This reverts commit ").skip(1);
    words.filter_map(|rest| rest.split(|letter: char| !letter.is_ascii_alphanumeric()).next()).collect()
}
