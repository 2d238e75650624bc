//! Wakes a loop. A wake-up is work under way from the moment it is sent.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::Busy;

/// Wakes one loop. Cloning gives another handle.
///
/// It holds one wake-up at most: a loop that is woken looks at everything, so a second one before it looks adds nothing and is
/// dropped.
#[derive(Debug, Clone, Default)]
pub struct Waker(Arc<Bell>);

#[derive(Debug, Default)]
struct Bell {
    waiting: Mutex<Option<Busy>>,
    rung: Notify,
}

impl Waker {
    /// Wakes the loop; until it works again, `busy` says that there is work.
    pub fn wake(&self, busy: Busy) {
        self.waiting().get_or_insert(busy);
        self.0.rung.notify_one();
    }

    /// Whether a wake-up waits.
    pub fn is_woken(&self) -> bool {
        self.waiting().is_some()
    }

    /// Takes the wake-up that waits, if one does.
    pub(super) fn take(&self) -> Option<Busy> {
        self.waiting().take()
    }

    /// Waits for a wake-up. May be given up at any time: the wake-up stays.
    pub async fn woken(&self) -> Busy {
        loop {
            if let Some(busy) = self.take() {
                return busy;
            }
            self.0.rung.notified().await;
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Option<Busy>> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::{super::Quiet, *};

    #[tokio::test]
    async fn a_wake_up_is_work_until_it_has_been_done() {
        let (quiet, waker) = (Quiet::default(), Waker::default());
        let settled = || quiet.settled().now_or_never().is_some();
        assert!(waker.woken().now_or_never().is_none());
        waker.wake(quiet.busy());
        waker.wake(quiet.busy());
        assert!(waker.is_woken() && !settled());
        let busy = waker.woken().await;
        assert!(!waker.is_woken() && !settled(), "two wake-ups are one");
        drop(busy);
        assert!(settled() && waker.woken().now_or_never().is_none());
    }

    #[tokio::test]
    async fn whoever_gave_up_waiting_misses_nothing() {
        let (quiet, waker) = (Quiet::default(), Waker::default());
        let mut given_up = Box::pin(waker.woken());
        assert!(futures::poll!(&mut given_up).is_pending());
        waker.wake(quiet.busy());
        drop(given_up);
        assert!(waker.woken().now_or_never().is_some());
    }
}
