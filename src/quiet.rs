//! Knows whether the bot has anything to do right now.

use std::sync::Arc;

use tokio::sync::watch;

/// Counts the work under way. Cloning gives another handle on the same count.
#[derive(Debug, Clone, Default)]
pub struct Quiet(Arc<watch::Sender<usize>>);

/// A piece of work under way, until it is dropped.
#[derive(Debug)]
pub struct Busy(Quiet);

impl Quiet {
    /// Notes a piece of work.
    pub fn busy(&self) -> Busy {
        self.0.send_modify(|count| *count += 1);
        Busy(self.clone())
    }

    /// Waits until nothing is under way. What waits for a time, for people or for the outside does not count.
    pub async fn settled(&self) {
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| *count -= 1);
    }
}
