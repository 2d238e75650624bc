//! The lists of refs and of open pull requests that were read last: many who were woken by the same thing look at one list, though
//! their turns come one after the other.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use super::{git_ref::Ref, model::PullHead};

/// The last list of each kind.
#[derive(Default)]
pub(super) struct SeenLists(Mutex<Lists>);

#[derive(Default)]
struct Lists {
    refs: HashMap<String, (Instant, String, BTreeMap<String, Ref>)>,
    pulls: HashMap<String, (Instant, BTreeMap<u64, PullHead>)>,
    /// When the bot changed something last.
    changed: Option<Instant>,
}

impl Lists {
    /// Whether a list that was begun then is new enough for who looks at what there has been since.
    fn is_new(&self, begun: Instant, since: Instant) -> bool {
        begun >= since && self.changed.is_none_or(|changed| begun > changed)
    }
}

impl SeenLists {
    /// The bot has changed something: no list that was begun before says how that is now.
    pub(super) fn outdate(&self) {
        self.locked().changed = Some(Instant::now());
    }

    /// A list of the refs of this kind that begin so.
    pub(super) fn note_refs(&self, kind: &str, begun: Instant, begins: &str, found: &BTreeMap<String, Ref>) {
        let list = (begun, begins.to_owned(), found.clone());
        self.locked().refs.insert(kind.to_owned(), list);
    }

    /// Where a ref is by a list that was begun since then: nothing if no list says that.
    pub(super) fn find_ref(&self, kind: &str, whole: &str, since: Instant) -> Option<Option<Ref>> {
        let lists = self.locked();
        let (begun, begins, found) = lists.refs.get(kind)?;
        (lists.is_new(*begun, since) && whole.starts_with(begins.as_str())).then(|| found.get(whole).cloned())
    }

    /// A list of the open pull requests of a repository.
    pub(super) fn note_pulls(&self, repository: &str, begun: Instant, found: BTreeMap<u64, PullHead>) {
        self.locked().pulls.insert(repository.to_owned(), (begun, found));
    }

    /// An open pull request by a list that was begun since then. What is not in it may have been closed, or merged.
    pub(super) fn find_pull(&self, repository: &str, number: u64, since: Instant) -> Option<PullHead> {
        let lists = self.locked();
        let (begun, found) = lists.pulls.get(repository)?;
        found.get(&number).filter(|_| lists.is_new(*begun, since)).cloned()
    }

    fn locked(&self) -> MutexGuard<'_, Lists> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_list_says_what_was_when_it_was_begun() {
        let (lists, begun) = (SeenLists::default(), Instant::now());
        let (before, after) = (begun.checked_sub(Duration::from_secs(1)), begun + Duration::from_secs(1));
        let before = before.unwrap_or(begun);
        lists.note_refs("heads", begun, "refs/heads/release/", &BTreeMap::new());
        let pull = PullHead { is_open: true, sha: "c0ffee".to_owned() };
        lists.note_pulls("acme/api", begun, BTreeMap::from([(7, pull.clone())]));
        let found = |whole: &str, since| lists.find_ref("heads", whole, since).is_some();
        assert!(found("refs/heads/release/v1", before), "that it is not there is news too");
        assert!(!found("refs/heads/release/v1", after), "it may have come since");
        assert!(!found("refs/heads/main", before), "the list is of others");
        assert_eq!(lists.find_pull("acme/api", 7, before), Some(pull));
        assert_eq!(lists.find_pull("acme/api", 7, after), None);
        assert_eq!(lists.find_pull("acme/api", 8, before), None, "it may be merged");
        lists.outdate();
        assert!(!found("refs/heads/release/v1", before), "the bot itself has changed something");
    }
}
