//! What people said and waits to be handled: in memory only the keys of the rows, and of those only so many.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    chat::incoming::Incoming,
    domain::aside::Row,
    store::{Store, StoreProblem},
};

/// How many keys of one person are kept in memory. Who says more is heard all the same: the rows are in the inbox, and are
/// looked for there once these have been handled.
const MOST: usize = 64;

/// Whose rows are those that cannot be read.
const NOBODY: &str = "nobody";

/// The queues of everybody who has said something that waits. Cloning gives another handle.
#[derive(Clone, Default)]
pub(super) struct Queues(Arc<Mutex<All>>);

#[derive(Default)]
struct All {
    people: HashMap<String, SpeakerQueue>,
    /// Rows whose platform has not been told yet that they arrived.
    held: HashSet<Vec<u8>>,
}

#[derive(Default)]
struct SpeakerQueue {
    keys: VecDeque<Vec<u8>>,
    /// Whether there was no room for a key: more is in the inbox.
    more: bool,
}

impl Queues {
    /// A row is stored, and not to be handled before it is `put`.
    pub(super) fn hold(&self, key: &[u8]) {
        self.all().held.insert(key.to_vec());
    }

    /// Puts a row into its speaker's queue; whether somebody works on that already.
    pub(super) fn put(&self, key: Vec<u8>, speaker: &str) -> bool {
        let mut all = self.all();
        all.held.remove(&key);
        let at_work = all.people.contains_key(speaker);
        all.people.entry(speaker.to_owned()).or_default().add(key);
        at_work
    }

    /// The first row of a person's queue. When there is none, the queue is gone in the same breath, so that nothing is missed.
    pub(super) fn first(&self, speaker: &str, store: &Store) -> Result<Option<Vec<u8>>, StoreProblem> {
        let mut all = self.all();
        let All { people, held } = &mut *all;
        let Some(queue) = people.get_mut(speaker) else { return Ok(None) };
        if queue.keys.is_empty() && queue.more {
            let mut own = vec![];
            for key in store.inbox()?.into_iter().filter(|key| !held.contains(key)) {
                if speaker_of(store, &key)? == speaker && !store.is_aside(&Row::Incoming(number(&key)))? {
                    own.push(key);
                }
            }
            queue.more = false;
            own.into_iter().for_each(|key| queue.add(key));
        }
        let first = queue.keys.front().cloned();
        if first.is_none() {
            people.remove(speaker);
        }
        Ok(first)
    }

    /// The first row of a person's queue has been handled.
    pub(super) fn handled(&self, speaker: &str) {
        self.all().people.get_mut(speaker).and_then(|queue| queue.keys.pop_front());
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SpeakerQueue {
    fn add(&mut self, key: Vec<u8>) {
        // What comes after something that had no room has to wait behind it.
        if self.keys.len() < MOST && !self.more { self.keys.push_back(key) } else { self.more = true }
    }
}

/// Who said something, as their queue is called.
pub(super) fn speaker(heard: &Incoming) -> String {
    format!("{:?}", heard.speaker.account)
}

/// Who said what waits under a key.
pub(super) fn speaker_of(store: &Store, key: &[u8]) -> Result<String, StoreProblem> {
    match store.waits::<Incoming>(key) {
        Ok(heard) => Ok(heard.as_ref().map_or_else(|| NOBODY.to_owned(), speaker)),
        // Nobody's queue fails over it, and nobody else waits for it.
        Err(StoreProblem::Unreadable { .. }) => Ok(NOBODY.to_owned()),
        Err(problem) => Err(problem),
    }
}

/// The number of a row in the inbox.
pub(super) fn number(key: &[u8]) -> u64 {
    key.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}
