//! The one thread that writes: decide, commit together, flush, and only then acknowledge.

use std::{
    fs::File,
    iter,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use tokio::{sync::watch, time::timeout};

use crate::domain::release::{Release, ReleaseId};

use super::{
    StoreProblem, Writing,
    checksum::Checksum,
    commits::{Commits, Shared},
    format,
    held::HeldRows,
    high_water_mark::HighWaterMark,
    known::OpenReleases,
    releases, seal,
    trees::Trees,
    view::Guarded,
};

/// How many decisions share one flush at most: more would only make the first one wait.
const GROUP: usize = 256;

/// How long one commit may take before the disk, or sled on it, counts as stuck.
const PATIENCE: Duration = Duration::from_secs(15);

/// A decision to be made: given the store or the reason why not, decides and says how to answer.
pub(super) type Job = Box<dyn FnOnce(Result<&mut Writing, StoreProblem>) -> MadeDecision + Send>;

/// A decision that was made.
pub(super) struct MadeDecision {
    pub(super) keep: bool,
    pub(super) acknowledge: Box<dyn FnOnce(Result<(), StoreProblem>) + Send>,
}

/// What an opened store consists of.
pub(super) struct Opened {
    pub(super) dir: PathBuf,
    pub(super) trees: Trees,
    pub(super) checksum: Checksum,
    pub(super) mark: HighWaterMark,
    /// sled's own file, for `sync_data`: sled's flush hands over to the kernel but does not wait for the device.
    pub(super) log: File,
    /// Held for as long as the folder is ours.
    pub(super) lock: File,
}

impl Opened {
    /// Whether nothing was ever committed.
    pub(super) fn is_new(&self) -> bool {
        self.checksum.commit == 0
    }
}

/// The handle to the writer thread, and what readers share with it.
pub(super) struct Writer {
    pub(super) shared: Arc<Shared>,
    jobs: Mutex<Option<Sender<Job>>>,
    /// Ends with the number of the last commit.
    thread: Mutex<Option<JoinHandle<u64>>>,
    lock: Mutex<Option<File>>,
}

impl Writer {
    /// Writes what a new or older store lacks, then starts the thread.
    pub(super) fn start(
        opened: Opened,
        prepare: impl FnOnce(&mut Writing) -> Result<(), StoreProblem>,
    ) -> Result<Self, StoreProblem> {
        let Opened { dir, trees, checksum, mark, log, lock } = opened;
        let known = Arc::<OpenReleases>::default();
        let mut writing = Writing::on(trees.clone(), known.clone());
        let (state, broken, running) = (RwLock::new(Ok(trees)), watch::Sender::new(None), AtomicU64::new(0));
        let shared = Arc::new(Shared { dir, state, known, held: HeldRows::default(), broken, running });
        let mut commits = Commits { shared: shared.clone(), checksum, mark, log };
        prepare(&mut writing)?;
        writing.settle(true);
        commits.commit(&mut writing)?;
        let (jobs, queue) = mpsc::channel();
        let dir = shared.dir.clone();
        let thread = thread::Builder::new().name("store".into()).spawn(move || run(&queue, &mut writing, &mut commits));
        Ok(Self {
            shared,
            jobs: Mutex::new(Some(jobs)),
            thread: Mutex::new(Some(thread.map_err(|problem| StoreProblem::from_io(&dir, &problem))?)),
            lock: Mutex::new(Some(lock)),
        })
    }

    /// Hands `job` to the thread.
    pub(super) fn queue(&self, job: Job) -> Result<(), StoreProblem> {
        let sent = held(&self.jobs).as_ref().map(|jobs| jobs.send(job));
        matches!(sent, Some(Ok(()))).then_some(()).ok_or_else(|| self.why_not())
    }

    /// Lets `look` read. What it cannot read breaks the store.
    pub(super) fn read<T>(&self, look: impl FnOnce(&Trees) -> Result<T, StoreProblem>) -> Result<T, StoreProblem> {
        self.look(|trees| self.shared.guarded(|| look(trees)))
    }

    /// A release, from among those that are decoded already if it can be.
    pub(super) fn release(&self, id: ReleaseId) -> Result<Option<Arc<Release>>, StoreProblem> {
        self.look(|trees| self.shared.known.release(id, || releases::read(id, &Guarded(&self.shared, trees))))
    }

    fn look<T>(&self, look: impl FnOnce(&Trees) -> Result<T, StoreProblem>) -> Result<T, StoreProblem> {
        let found = match &*self.shared.reading() {
            Ok(trees) => look(trees),
            Err(problem) => return Err(problem.clone()),
        };
        found.inspect_err(|problem| self.shared.note(problem))
    }

    /// Why the store takes nothing.
    pub(super) fn why_not(&self) -> StoreProblem {
        self.shared.reading().as_ref().err().cloned().unwrap_or(StoreProblem::Closed)
    }

    pub(super) async fn broken(&self) -> StoreProblem {
        let mut broken = self.shared.broken.subscribe();
        let mut stuck = None;
        loop {
            // The sender lives as long as `self`, so what ends early ends with a problem.
            if let Ok(Ok(problem)) = timeout(PATIENCE, broken.wait_for(Option::is_some)).await
                && let Some(problem) = problem.clone()
            {
                return problem;
            }
            let running = self.shared.running.load(Ordering::Relaxed);
            if running != 0 && stuck == Some(running) {
                let why = format!("a write has not ended for {} seconds", PATIENCE.as_secs());
                return StoreProblem::Io { dir: self.shared.dir.display().to_string(), why };
            }
            stuck = Some(running);
        }
    }

    /// Ends the thread once the queue is empty, lets go of sled, then of the folder.
    pub(super) fn close(&self) -> Result<(), StoreProblem> {
        held(&self.jobs).take();
        let thread = held(&self.thread).take();
        // A decision may hold the last clone of the store; its thread cannot wait for itself.
        let others = thread.filter(|thread| thread.thread().id() != thread::current().id());
        let last = others.and_then(|thread| thread.join().ok());
        let before = std::mem::replace(&mut *self.shared.writing(), Err(StoreProblem::Closed));
        let closed = match before {
            Ok(trees) => {
                let is_current = self.shared.guarded(|| format::is_current(&trees));
                let closed = self.shared.guarded(move || {
                    drop(trees);
                    Ok(())
                });
                closed.inspect(|()| self.seal(last.filter(|_| is_current.unwrap_or_default())))
            }
            Err(StoreProblem::Closed) => Ok(()),
            Err(problem) => Err(problem),
        };
        held(&self.lock).take();
        closed
    }

    /// Seals what is let go of. Without a seal the next start reads everything.
    fn seal(&self, last: Option<u64>) {
        let sealed = last.map(|commit| seal::put(&self.shared.dir, commit));
        if let Some(Err(problem)) = sealed {
            tracing::info!(%problem, "the store could not be sealed: the next start reads all of it first");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Err(problem) = self.close() {
            tracing::error!("{problem}");
        }
    }
}

/// The thread's work until nobody can queue any more; the number of the last commit.
fn run(queue: &Receiver<Job>, writing: &mut Writing, commits: &mut Commits) -> u64 {
    while let Ok(first) = queue.recv() {
        let refused = commits.shared.reading().as_ref().err().cloned();
        let mut acknowledgements = Vec::new();
        for job in iter::once(first).chain(queue.try_iter().take(GROUP - 1)) {
            let decided = job(refused.clone().map_or(Ok(&mut *writing), Err));
            writing.settle(decided.keep);
            acknowledgements.push(decided.acknowledge);
        }
        // Even a refusal waits: it may rest on what was decided just before it.
        let committed = commits.commit(writing);
        for acknowledge in acknowledgements {
            acknowledge(committed.clone());
        }
    }
    commits.checksum.commit
}

/// What a mutex holds, whatever happened to its last holder.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
