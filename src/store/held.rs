//! What rows held when somebody began to read them all: commits go on meanwhile, and the reader sees none of them.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    StoreProblem, Tree, pieces,
    trees::{Changes, Entries, Trees},
};

/// Keeps what a commit is about to change, as long as somebody who reads everything has not come by it.
#[derive(Default)]
pub(super) struct HeldRows {
    turn: Mutex<()>,
    reading: Mutex<Option<ReadSoFar>>,
}

/// How far somebody has read, and what the rows held that changed behind what they have read.
#[derive(Default)]
struct ReadSoFar {
    passed: Option<(Tree, Vec<u8>)>,
    before: Changes,
}

/// Somebody reads everything, until this is dropped.
pub(super) struct WholeReader<'a> {
    held: &'a HeldRows,
    _turn: MutexGuard<'a, ()>,
}

impl HeldRows {
    /// Begins to read, as of the last commit; none may be under way. One reads at a time.
    pub(super) fn begin<'a>(&'a self, turn: MutexGuard<'a, ()>) -> WholeReader<'a> {
        *locked(&self.reading) = Some(ReadSoFar::default());
        WholeReader { held: self, _turn: turn }
    }

    /// Waits until nobody else reads everything.
    pub(super) fn turn(&self) -> MutexGuard<'_, ()> {
        locked(&self.turn)
    }

    /// Keeps what rows hold that a commit is about to change.
    pub(super) fn keep(&self, trees: &Trees, changes: &Changes) -> Result<(), StoreProblem> {
        let mut reading = locked(&self.reading);
        let Some(ReadSoFar { passed, before }) = reading.as_mut() else { return Ok(()) };
        for row in changes.keys() {
            let place = (row.0, pieces::place(&row.1).into_owned());
            let is_read = passed.as_ref().is_some_and(|passed| place <= *passed);
            if !is_read && !before.contains_key(row) {
                before.insert(row.clone(), trees.get(row.0, &row.1)?.map(|value| value.to_vec()));
            }
        }
        Ok(())
    }
}

impl WholeReader<'_> {
    /// The rows of a portion that are as they were at the beginning. No commit may be under way.
    pub(super) fn pass(&self, tree: Tree, portion: Entries) -> Entries {
        let mut reading = locked(&self.held.reading);
        let Some(ReadSoFar { passed, before }) = reading.as_mut() else { return portion };
        if let Some((last, _)) = portion.last() {
            *passed = Some((tree, pieces::place(last).into_owned()));
        }
        portion.into_iter().filter(|(key, _)| !before.contains_key(&(tree, key.clone()))).collect()
    }

    /// What the rows held at the beginning that changed before they were read.
    pub(super) fn rest(self) -> BTreeMap<(Tree, Vec<u8>), Vec<u8>> {
        let reading = locked(&self.held.reading).take().unwrap_or_default();
        reading.before.into_iter().filter_map(|(row, value)| Some((row, value?))).collect()
    }
}

impl Drop for WholeReader<'_> {
    fn drop(&mut self) {
        *locked(&self.held.reading) = None;
    }
}

fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
