//! Calls sled, which may panic over damaged files.

use std::{
    any::Any,
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    thread,
    time::Duration,
};

use super::{StoreProblem, files, trees::Trees};

/// sled's page cache in bytes; it would take a gigabyte.
const CACHE: u64 = 32 << 20;

thread_local! {
    /// Whether this thread calls sled just now: a panic is then caught, and told as what is wrong with the store.
    static IN_SLED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic that happens now, on this thread, is told as what is wrong with the store.
pub fn is_in_sled() -> bool {
    let of_sled = |name: &str| name.starts_with("sled-");
    // A thread that ends has no such mark any more.
    IN_SLED.try_with(Cell::get).unwrap_or_default() || thread::current().name().is_some_and(of_sled)
}

/// Runs what calls sled: it may panic while it opens, reads or lets go of damaged files.
pub(super) fn guarded<T>(dir: &Path, work: impl FnOnce() -> Result<T, StoreProblem>) -> Result<T, StoreProblem> {
    let before = IN_SLED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    IN_SLED.set(before);
    done.unwrap_or_else(|panic: Box<dyn Any + Send>| Err(StoreProblem::sled_panicked(dir, panic.as_ref())))
}

/// Opens sled in `at`; problems speak of the store in `dir`.
pub(super) fn open_sled(dir: &Path, at: &Path) -> Result<Trees, StoreProblem> {
    files::remove_unfinished_snapshots(at).map_err(|problem| StoreProblem::from_io(dir, &problem))?;
    let config = sled::Config::new().path(at).cache_capacity(CACHE).flush_every_ms(None);
    let mut tries = 0;
    loop {
        tries += 1;
        match config.open().map_err(|problem| StoreProblem::from_sled(dir, &problem)) {
            // The folder is ours, so this is a store that was just closed: sled's threads let go of it a moment later.
            Err(StoreProblem::AnotherProcess { .. }) if tries < 200 => thread::sleep(Duration::from_millis(10)),
            opened => return Trees::of(dir, opened?),
        }
    }
}
