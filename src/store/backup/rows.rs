//! Every row as of one commit: of a store that is in use, and of one that is not.

use std::ops::Bound;

use super::{BackupProblem, TakeRow};
use crate::store::{Tree, trees::Trees, writer::Writer};

/// How many rows are read at once: a commit waits for no more.
const PORTION: usize = 500;

/// Every row as it is now, while commits go on.
pub(super) fn of_the_running(writer: &Writer, take: TakeRow<'_>) -> Result<(), BackupProblem> {
    let held = &writer.shared.held;
    let turn = held.turn();
    let reader = writer.read(|_| Ok(held.begin(turn)))?;
    for tree in Tree::ALL {
        let mut from = Bound::Unbounded;
        loop {
            let after = from.clone();
            let (last, rows) = writer.read(|trees| {
                let portion = trees.portion(tree, after, PORTION)?;
                Ok((portion.last().map(|(key, _)| key.clone()), reader.pass(tree, portion)))
            })?;
            rows.iter().try_for_each(|(key, value)| take(tree, key, value))?;
            match last {
                Some(last) => from = Bound::Excluded(last),
                None => break,
            }
        }
    }
    reader.rest().iter().try_for_each(|((tree, key), value)| take(*tree, key, value))
}

/// Every row of a store that nobody else reads or writes.
pub(super) fn of_the_resting(trees: &Trees, take: TakeRow<'_>) -> Result<(), BackupProblem> {
    for tree in Tree::ALL {
        for entry in trees.all(tree) {
            let (key, value) = entry?;
            take(tree, &key, &value)?;
        }
    }
    Ok(())
}
