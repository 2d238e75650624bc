//! What should be written, from what is there and what was written before.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use chrono::{DateTime, Utc};

use crate::{github::statuses::OpenPull, store::enforcement::Written};

/// A commit that wants to be merged: the head of an open pull request, or of a group in a merge queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// The commit.
    pub sha: String,
    /// The branch it wants to get into.
    pub base: String,
    /// Why it must not, if it must not.
    pub closed: Option<String>,
    /// What a green status says.
    pub open: String,
    /// Whether that branch requires the status.
    pub required: bool,
    /// The pull request, or the last one of the group.
    pub pull: u64,
    /// How soon it may be merged.
    pub urgency: Urgency,
    /// Whether it is closed for a moment only: what is red stays as it is.
    pub brief: bool,
}

/// How soon a commit may be merged, soonest first: that one is closed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Urgency {
    /// A merge queue merges it as soon as its checks are green.
    Queued,
    /// GitHub merges it as soon as nothing is in the way.
    AutoMerge,
    /// Somebody may merge it now; what changed last comes first.
    Mergeable(Reverse<DateTime<Utc>>),
    /// Something else is in its way, as far as is known; what changed last comes first.
    Ready(Reverse<DateTime<Utc>>),
    /// Nobody can merge a draft.
    Draft,
}

impl Urgency {
    /// How soon a pull request may be merged.
    pub(super) fn of(pull: &OpenPull) -> Self {
        match (pull.auto_merge, pull.draft) {
            (_, true) => Self::Draft,
            (true, false) => Self::AutoMerge,
            (false, false) if pull.mergeable => Self::Mergeable(Reverse(pull.updated)),
            (false, false) => Self::Ready(Reverse(pull.updated)),
        }
    }
}

/// What has to be done.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct DesiredStatuses {
    /// Statuses to write: those that close first.
    pub write: Vec<Written>,
    /// Commits that nobody needs to remember any more.
    pub forget: Vec<String>,
}

/// The heads of each commit, in the order of their first: two pull requests of one commit have one status.
pub(super) fn by_commit(heads: &[Head]) -> Vec<(&str, Vec<&Head>)> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut commits: Vec<(&str, Vec<&Head>)> = vec![];
    for head in heads {
        let place = *places.entry(&head.sha).or_insert(commits.len());
        match commits.get_mut(place) {
            Some((_, alike)) => alike.push(head),
            None => commits.push((&head.sha, vec![head])),
        }
    }
    commits
}

/// Compares what is there with what was written; the first of the heads are written first. `is_closed` tells whether a branch
/// is closed to ordinary merges.
pub(super) fn desired(heads: &[Head], written: &[Written], is_closed: impl Fn(&str) -> bool) -> DesiredStatuses {
    let mut desired = DesiredStatuses::default();
    let before: BTreeMap<&str, &Written> = written.iter().map(|row| (row.sha.as_str(), row)).collect();
    let commits = by_commit(heads);
    for (sha, same) in &commits {
        // If it must not get into one branch, it closes.
        let Some(head) = same.first() else { continue };
        let closed = same.iter().find(|head| head.closed.is_some());
        let required = same.iter().any(|head| head.required);
        let was = before.get(sha);
        let wish = match closed {
            Some(Head { closed: Some(why), base, .. }) => Written::wish(&head.sha, true, why, base),
            _ if required || was.is_some_and(|was| was.red) => Written::wish(&head.sha, false, &head.open, &head.base),
            _ => continue,
        };
        let alike = |was: &Written| !wish.red || head.brief || was.description == wish.description;
        let stands = was.is_some_and(|was| was.red == wish.red && alike(was));
        if !stands {
            desired.write.push(wish);
        }
    }
    let open: BTreeSet<&str> = commits.iter().map(|(sha, _)| *sha).collect();
    for row in written.iter().filter(|row| !open.contains(row.sha.as_str())) {
        if !row.red {
            desired.forget.push(row.sha.clone());
        } else if !is_closed(&row.base) {
            // Nobody wants to merge it now; should somebody want to later, nothing may be left of the freeze.
            desired.write.push(Written::wish(&row.sha, false, "no freeze is active", &row.base));
        }
    }
    desired.write.sort_by_key(|wish| !wish.red);
    desired
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(sha: &str, base: &str, closed: bool, required: bool) -> Head {
        let closed = closed.then(|| "frozen".to_owned());
        let urgency = Urgency::Queued;
        Head {
            sha: sha.into(),
            base: base.into(),
            closed,
            open: "open".into(),
            required,
            pull: 1,
            urgency,
            brief: false,
        }
    }

    fn row(sha: &str, red: bool) -> Written {
        let description = if red { "frozen" } else { "open" };
        Written::wish(sha, red, description, "main")
    }

    fn written(heads: &[Head], rows: &[Written], main_is_closed: bool) -> Vec<String> {
        let desired = desired(heads, rows, |base| base == "main" && main_is_closed);
        let write = desired.write.iter().map(|wish| format!("{} {}", wish.sha, if wish.red { "red" } else { "green" }));
        write.chain(desired.forget.iter().map(|sha| format!("{sha} forgotten"))).collect()
    }

    #[test]
    fn a_closed_branch_makes_heads_red_once() {
        assert_eq!(written(&[head("a", "main", true, false)], &[], true), ["a red"]);
        assert!(written(&[head("a", "main", true, false)], &[row("a", true)], true).is_empty());
        assert_eq!(written(&[head("a", "main", true, true)], &[row("a", false)], true), ["a red"]);
    }

    #[test]
    fn what_is_closed_for_a_moment_only_says_what_it_said() {
        let mut head = head("a", "main", true, true);
        head.closed = Some("not yet".into());
        assert_eq!(written(&[head.clone()], &[row("a", true)], false), ["a red"]);
        head.brief = true;
        assert!(written(&[head.clone()], &[row("a", true)], false).is_empty());
        assert_eq!(written(&[head], &[row("a", false)], false), ["a red"]);
    }

    #[test]
    fn green_is_written_only_where_it_is_needed() {
        assert!(written(&[head("a", "main", false, false)], &[], false).is_empty());
        assert_eq!(written(&[head("a", "main", false, true)], &[], false), ["a green"]);
        assert_eq!(written(&[head("a", "main", false, false)], &[row("a", true)], false), ["a green"]);
        assert!(written(&[head("a", "main", false, true)], &[row("a", false)], false).is_empty());
    }

    #[test]
    fn one_commit_with_two_pull_requests_is_red_if_one_of_them_is() {
        let heads = [head("a", "develop", false, true), head("a", "main", true, false)];
        assert_eq!(written(&heads, &[], true), ["a red"]);
    }

    #[test]
    fn nothing_red_is_left_behind_when_a_freeze_ends() {
        assert!(written(&[], &[row("a", true)], true).is_empty(), "it may come back while the freeze lasts");
        assert_eq!(written(&[], &[row("a", true)], false), ["a green"]);
        assert_eq!(written(&[], &[row("a", false)], false), ["a forgotten"]);
    }
}
