//! Which commits came to a line without any pull request.

use std::collections::{BTreeMap, BTreeSet};

use crate::github::model::CommitLine;

/// The commits that came neither by a merge nor by what one of `merges` brought: pushed straight to a line. `merges` says
/// whether a commit merges a pull request whose commits are known by its name.
pub(super) fn direct(commits: &[CommitLine], merges: impl Fn(&CommitLine) -> bool) -> Vec<&CommitLine> {
    let all: BTreeMap<&str, &CommitLine> = commits.iter().map(|commit| (commit.sha.as_str(), commit)).collect();
    let mut inner: BTreeSet<&str> = BTreeSet::new();
    for merge in commits.iter().filter(|commit| commit.parents > 1 && merges(commit)) {
        let before = reached(&all, merge.parent_ids.first());
        let brought = reached(&all, merge.parent_ids.get(1));
        // What a branch took over from the line meanwhile was there before.
        inner.extend(brought.into_iter().filter(|sha| !before.contains(sha)));
    }
    commits.iter().filter(|commit| commit.parents < 2 && !inner.contains(commit.sha.as_str())).collect()
}

/// What a commit has, as far as it is among these; itself included.
fn reached<'a>(all: &BTreeMap<&'a str, &'a CommitLine>, from: Option<&'a String>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut next: Vec<&str> = from.map(String::as_str).into_iter().collect();
    while let Some(sha) = next.pop() {
        if let Some(commit) = all.get(sha).filter(|_| seen.insert(sha)) {
            next.extend(commit.parent_ids.iter().map(String::as_str));
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(sha: &str, message: &str, parents: &[&str]) -> CommitLine {
        let parent_ids: Vec<String> = parents.iter().map(|&sha| sha.to_owned()).collect();
        let (sha, message, author) = (sha.to_owned(), message.to_owned(), "dave".to_owned());
        CommitLine { sha, message, author, parents: parent_ids.len(), parent_ids, ..CommitLine::default() }
    }

    #[test]
    fn what_a_pull_request_brought_is_not_direct() {
        let commits = [
            commit("a", "feat: on a branch", &["0"]),
            commit("b", "fix: pushed", &["0"]),
            commit("m", "Merge pull request #7 from acme/a", &["b", "a"]),
            commit("c", "fix: pushed too", &["m"]),
            commit("r", "Merge pull request #8 from acme/develop", &["0", "c"]),
        ];
        let found = direct(&commits, |commit| commit.message.contains("#7"));
        assert_eq!(found.iter().map(|commit| commit.sha.as_str()).collect::<Vec<_>>(), ["b", "c"]);
    }
}
