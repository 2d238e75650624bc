//! Brings decided changes to the disk, and keeps readers from what is not there yet.

use std::{
    fs::File,
    path::PathBuf,
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::watch;

use super::{
    StoreProblem, Writing,
    checksum::Checksum,
    guard,
    held::HeldRows,
    high_water_mark::HighWaterMark,
    known::{OpenReleases, ReleaseChanges},
    trees::Trees,
};

/// What the writer shares with readers.
pub(super) struct Shared {
    pub(super) dir: PathBuf,
    /// The trees, or why they are not to be read. Held for writing while memory is ahead of the disk.
    pub(super) state: RwLock<Result<Trees, StoreProblem>>,
    /// The releases that are decoded already. Filled while `state` is held, so never during a commit.
    pub(super) known: Arc<OpenReleases>,
    /// What rows held that somebody has not read yet who reads everything.
    pub(super) held: HeldRows,
    pub(super) broken: watch::Sender<Option<StoreProblem>>,
    /// The number of the commit that is on its way to the disk, or 0.
    pub(super) running: AtomicU64,
}

impl Shared {
    pub(super) fn reading(&self) -> RwLockReadGuard<'_, Result<Trees, StoreProblem>> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn writing(&self) -> RwLockWriteGuard<'_, Result<Trees, StoreProblem>> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs what calls sled: on damaged files that may panic instead of saying so.
    pub(super) fn guarded<T>(&self, work: impl FnOnce() -> Result<T, StoreProblem>) -> Result<T, StoreProblem> {
        guard::guarded(&self.dir, work)
    }

    /// Breaks the store if `problem` is of that kind.
    pub(super) fn note(&self, problem: &StoreProblem) {
        if problem.breaks_the_store() {
            self.break_with(&mut self.writing(), problem);
        }
    }

    fn break_with(&self, state: &mut Result<Trees, StoreProblem>, problem: &StoreProblem) {
        if state.is_ok() {
            *state = Err(problem.clone());
            self.broken.send_replace(Some(problem.clone()));
        }
    }
}

/// Brings decided changes to the disk.
pub(super) struct Commits {
    pub(super) shared: Arc<Shared>,
    pub(super) checksum: Checksum,
    pub(super) mark: HighWaterMark,
    pub(super) log: File,
}

impl Commits {
    /// Commits what was decided in `writing`; on disk when this returns. A failure breaks the store.
    pub(super) fn commit(&mut self, writing: &mut Writing) -> Result<(), StoreProblem> {
        let mut changes = writing.take_decided();
        let shared = self.shared.clone();
        let mut state = shared.writing();
        let trees = match &*state {
            _ if changes.is_empty() => return Ok(()),
            Ok(trees) => trees.clone(),
            Err(problem) => return Err(problem.clone()),
        };
        shared.running.store(self.checksum.commit + 1, Ordering::Relaxed);
        let news = ReleaseChanges::of(&changes);
        let written = shared.guarded(|| {
            let checksum = self.checksum.after(&trees, &mut changes)?;
            shared.held.keep(&trees, &changes)?;
            trees.apply(changes)?;
            trees.flush()?;
            let synced = self.log.sync_data().and_then(|()| self.mark.set(checksum.commit));
            synced.map_err(|problem| StoreProblem::from_io(&shared.dir, &problem))?;
            self.checksum = checksum;
            Ok(())
        });
        shared.running.store(0, Ordering::Relaxed);
        written.inspect_err(|problem| shared.break_with(&mut state, problem))?;
        shared.known.take_over(&news);
        Ok(())
    }
}
