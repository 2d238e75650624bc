//! What was taken back again within a history: neither the change nor what takes it back is in.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Change,
    history::{PullMerge, merged_number, squashed_pull},
};

/// The shortest name of a commit that is taken for one.
const SHORTEST: usize = 7;

/// The places of all changes that were taken back, and of those that did it; a pull request that was taken back has its
/// commits with it. What takes back something older stands.
pub(super) fn undone(changes: &[Change], pulls: &BTreeMap<usize, PullMerge>) -> BTreeSet<usize> {
    let mut gone = BTreeSet::new();
    // The last word counts: what takes back a taking back leaves the change.
    for (at, change) in changes.iter().enumerate().rev() {
        if gone.contains(&at) {
            continue;
        }
        let earlier = changes.get(..at).unwrap_or_default();
        let found: Vec<usize> = targets(change, earlier).into_iter().filter(|target| !gone.contains(target)).collect();
        if found.is_empty() {
            continue;
        }
        gone.insert(at);
        for target in found {
            gone.insert(target);
            gone.extend(pulls.get(&target).into_iter().flat_map(|pull| &pull.members));
        }
    }
    // A pull request of which nothing is left has changed nothing.
    for (at, pull) in pulls {
        let is_left = |member: &usize| !gone.contains(member) && changes.get(*member).is_some_and(is_no_merge);
        if !pull.members.is_empty() && !pull.members.iter().any(is_left) {
            gone.insert(*at);
        }
    }
    gone
}

fn is_no_merge(change: &Change) -> bool {
    change.parents.len() < 2
}

/// What a change says to take back, among what came before it.
fn targets(change: &Change, earlier: &[Change]) -> Vec<usize> {
    let message = change.message.trim();
    let subject = message.lines().next().unwrap_or_default().trim();
    let quoted = subject.strip_prefix("Revert \"").and_then(|rest| rest.rsplit_once('"')).map(|(quoted, _)| quoted);
    let is_one = quoted.is_some()
        || subject.starts_with("Reapply \"")
        || subject.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("revert"));
    if !is_one || !is_no_merge(change) {
        return vec![];
    }
    let named: Vec<&str> = named(message);
    let by_name = |change: &Change| named.iter().any(|name| change.sha.starts_with(name));
    let found: Vec<usize> = earlier.iter().enumerate().filter(|(_, one)| by_name(one)).map(|(at, _)| at).collect();
    if !found.is_empty() || !named.is_empty() {
        return found;
    }
    let number =
        message.lines().find_map(|line| line.trim().strip_prefix("Reverts ")?.rsplit_once('#')?.1.parse().ok());
    let last = earlier.iter().rposition(|one| {
        let of_pull = squashed_pull(&one.message).or_else(|| merged_number(&one.message));
        let same = quoted == one.message.lines().next().map(str::trim);
        match number {
            Some(number) => of_pull == Some(number),
            None => same,
        }
    });
    last.into_iter().collect()
}

/// The commits that a message names as taken back.
fn named(message: &str) -> Vec<&str> {
    let lines = message.lines().map(str::trim);
    let after =
        lines.filter_map(|line| line.strip_prefix("This reverts commit ").or_else(|| line.strip_prefix("Refs: ")));
    let words = after.flat_map(|rest| rest.split(|sign: char| !sign.is_ascii_alphanumeric()));
    let is_id = |word: &&str| word.len() >= SHORTEST && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    // What comes behind "reversing changes made to" is where it goes back to.
    let mut names = vec![];
    for word in words {
        if word == "reversing" {
            break;
        }
        if is_id(&word) {
            names.push(word);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::release::notes::history::pull_merges;

    const A: &str = "aaaaaaa1aaaaaaa1aaaaaaa1aaaaaaa1aaaaaaa1";
    const B: &str = "bbbbbbb2bbbbbbb2bbbbbbb2bbbbbbb2bbbbbbb2";

    fn left(history: &[(&str, &[&str], &str)]) -> String {
        let change = |(sha, parents, message): &(&str, &[&str], &str)| Change {
            sha: (*sha).to_owned(),
            parents: parents.iter().map(|parent| (*parent).to_owned()).collect(),
            message: (*message).to_owned(),
            ..Change::default()
        };
        let changes: Vec<Change> = history.iter().map(change).collect();
        let gone = undone(&changes, &pull_merges(&changes));
        let left = changes.iter().enumerate().filter(|(at, _)| !gone.contains(at));
        left.map(|(_, change)| change.sha.chars().take(1).collect::<String>()).collect()
    }

    #[test]
    fn what_was_taken_back_is_not_in() {
        let reverts = |sha: &str| format!("Revert \"feat: a\"\n\nThis reverts commit {sha}.");
        let (reverts_a, short) = (reverts(A), reverts(&A[..8]));
        let reapply = format!("Reapply \"feat: a\"\n\nThis reverts commit {B}.");
        let again = format!("Revert \"Revert \"feat: a\"\"\n\nThis reverts commit {B}.");
        let merged = format!("Revert \"feat: a\"\n\nThis reverts commit {A}, reversing\nchanges made to {B}.");
        let typed = format!("revert: feat: a\n\nRefs: {}", &A[..7]);
        let (one, two): (&[&str], &[&str]) = (&["0"], &["0", "c"]);
        for (what, history, expected) in [
            ("a pair", vec![(A, one, "feat: a"), (B, one, reverts_a.as_str())], ""),
            ("by a short name", vec![(A, one, "feat: a"), (B, one, &short)], ""),
            ("by the convention", vec![(A, one, "feat: a"), (B, one, &typed)], ""),
            ("taken back twice", vec![(A, one, "feat: a"), (B, one, &reverts_a), ("c", one, &again)], "a"),
            ("applied again", vec![(A, one, "feat: a"), (B, one, &reverts_a), ("c", one, &reapply)], "a"),
            ("what is older", vec![("c", one, "feat: c"), (B, one, &reverts_a)], "cb"),
            (
                "a pull request with its commits",
                vec![("c", one, "feat: c"), (A, two, "Merge pull request #1 from acme/c\n\nT"), (B, one, &merged)],
                "",
            ),
            (
                "by the number of the pull request",
                vec![(A, one, "feat: a (#12)"), (B, one, "Revert \"feat: a (#12)\" (#13)\n\nReverts acme/api#12")],
                "",
            ),
            ("by its words", vec![(A, one, "feat: a"), (B, one, "Revert \"feat: a\"")], ""),
            (
                "within a pull request",
                vec![
                    ("c1", one, "feat: c"),
                    ("d", &["c1"], "Revert \"feat: c\""),
                    (A, &["0", "d"], "Merge pull request #1 from acme/c\n\nT"),
                ],
                "",
            ),
            ("it only begins so", vec![(A, one, "feat: a"), (B, one, "Revertible jobs")], "ab"),
        ] {
            assert_eq!(left(&history), expected, "{what}");
        }
    }
}
