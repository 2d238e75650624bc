//! Keeps what Shipmate must not forget, in sled: whole writes, on disk before anybody is told.
//!
//! One thread writes. It takes what is queued, lets each caller decide on a view that holds everything decided before,
//! commits the lot as one transaction, flushes once and only then answers. Reads see whole, durable commits only.
//! When a commit fails, memory may hold what the disk does not: the store is then *broken* and refuses reads and writes
//! alike, with the sentence that says why. [`Store::broken`] lets the process end in that case.

mod agenda;
mod aside;
mod asking;
mod away;
mod backports;
pub mod backup;
pub mod backups;
mod checksum;
mod clean_ups;
mod commits;
pub mod enforcement;
mod environments;
mod files;
mod flags;
mod folded;
mod forget;
mod format;
mod freezes;
mod guard;
mod held;
mod high_water_mark;
mod history;
mod identity;
mod inbox;
pub mod incidents;
mod kept;
mod kinds;
mod known;
mod merged;
mod migrate;
mod opening;
pub mod outbox;
mod pieces;
mod places;
mod problem;
mod questions;
mod rehearsal;
mod releases;
mod renewal;
pub mod reports;
mod retention;
mod rights;
mod seal;
mod signals;
pub mod told;
mod trees;
mod view;
mod writer;
mod writing;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use tokio::sync::oneshot;

pub use agenda::Watched;
pub use guard::is_in_sled;
pub use identity::StoreIdentity;
pub use kinds::RowReader;
pub use problem::StoreProblem;
pub use retention::until_when;
pub use trees::Tree;
pub use view::View;
pub use writing::Writing;

use writer::{MadeDecision, Writer};

/// The store; clones are the same store.
#[derive(Clone)]
pub struct Store(Arc<Writer>);

/// Writes a store that is not in use anew, without the room that what is gone still takes: sled's files never become shorter by
/// themselves. How many bytes they had, and have. A kill meanwhile leaves the one or the other.
///
/// # Errors
/// As [`Store::open`]: then the store is as it was.
pub fn compact(dir: &Path) -> Result<(u64, u64), StoreProblem> {
    opening::compact(dir)
}

impl Store {
    /// Opens the store in `dir`, or creates it there. Blocks: everything is read once, in a copy, before it is trusted, unless a
    /// stop sealed it and nothing has changed since.
    ///
    /// # Errors
    /// [`StoreProblem`] when another process has the folder, when anything was lost, damaged or written by a newer
    /// Shipmate, and when the disk refuses. Then the folder is as it was before, unless it was sealed.
    pub fn open(dir: &Path) -> Result<Self, StoreProblem> {
        let (opened, schema) = opening::open(dir)?;
        let current = schema == format::SCHEMA && !opened.is_new();
        let prepare = |writing: &mut Writing| if current { Ok(()) } else { migrate::migrate(schema, writing) };
        Ok(Self(Arc::new(Writer::start(opened, prepare)?)))
    }

    /// Runs `decide` on the writer thread and, when it says `Ok`, writes all it put or removed, together or not at all.
    ///
    /// What this returns is on disk, or rests on nothing that is not. Once called, `decide` runs even if the returned
    /// future is dropped after its first poll.
    ///
    /// # Errors
    /// What `decide` says, having written nothing; a [`StoreProblem`] when it panicked, when the write failed (it may
    /// still be found after the next start: it was not acknowledged, not undone) and when the store is broken or closed.
    pub async fn write<T, E>(&self, decide: impl FnOnce(&mut Writing) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreProblem> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.0.queue(Box::new(move |writing| {
            let decided = match writing {
                Ok(writing) => catch_unwind(AssertUnwindSafe(|| decide(writing)))
                    .unwrap_or_else(|panic| Err(StoreProblem::decision_failed(panic.as_ref()).into())),
                Err(refused) => Err(refused.into()),
            };
            let keep = decided.is_ok();
            let acknowledge = move |committed: Result<(), StoreProblem>| {
                // A caller that no longer listens has been served all the same.
                let _ = answer.send(committed.map_err(E::from).and(decided));
            };
            MadeDecision { keep, acknowledge: Box::new(acknowledge) }
        }))?;
        answered.await.unwrap_or_else(|_| Err(self.0.why_not().into()))
    }

    /// Waits until the store can no longer be trusted, or a write has been under way for over 15 seconds, and says why;
    /// for ever as long as all is well.
    pub async fn broken(&self) -> StoreProblem {
        self.0.broken().await
    }

    /// Finishes what is queued, ends the writer thread and gives the folder free; all clones are closed with it.
    ///
    /// # Errors
    /// Why the store was broken, if it was.
    pub async fn close(self) -> Result<(), StoreProblem> {
        match tokio::task::spawn_blocking(move || self.0.close()).await {
            Ok(closed) => closed,
            Err(stopped) => Err(StoreProblem::decision_failed(stopped.into_panic().as_ref())),
        }
    }
}
