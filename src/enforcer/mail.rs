//! What a repository's task has been woken for and has not looked at yet.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Wake;
use crate::work::{Busy, Waker};

/// So much can wait. When more comes, all of it stands for one look at everything, which misses nothing.
const MOST: usize = 256;

/// The mail of one repository's task. Cloning gives another handle.
#[derive(Clone, Default)]
pub(super) struct Mail {
    /// Wakes the task.
    pub waker: Waker,
    wakes: Arc<Mutex<Vec<Wake>>>,
}

impl Mail {
    /// Wakes the task for this.
    pub(super) fn send(&self, wake: Wake, busy: Busy) {
        let mut wakes = self.wakes();
        if wakes.len() >= MOST {
            *wakes = vec![Wake::All];
        }
        if wakes.last() != Some(&wake) {
            wakes.push(wake);
        }
        drop(wakes);
        self.waker.wake(busy);
    }

    /// Takes everything out.
    pub(super) fn take(&self) -> Vec<Wake> {
        std::mem::take(&mut *self.wakes())
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.wakes().is_empty()
    }

    fn wakes(&self) -> MutexGuard<'_, Vec<Wake>> {
        self.wakes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::Quiet;

    #[test]
    fn what_is_too_much_is_one_look_at_everything() {
        let (mail, quiet) = (Mail::default(), Quiet::default());
        (0..10_000).for_each(|number| mail.send(Wake::Pull(number), quiet.busy()));
        let wakes = mail.take();
        assert!(wakes.len() <= MOST && wakes.first() == Some(&Wake::All) && mail.is_empty());
        assert_eq!(wakes.last(), Some(&Wake::Pull(9_999)));
    }
}
