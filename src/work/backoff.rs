//! Pauses between tries: twice as long each time, up to a longest one.

use std::time::Duration;

/// The pause after so many failures in a row that had a pause of their own.
pub fn pause_after(failures: u32, first: Duration, longest: Duration) -> Duration {
    first.saturating_mul(2_u32.saturating_pow(failures)).min(longest)
}

/// Counts the tries of one thing that may pass.
#[derive(Debug, Clone)]
pub struct Backoff {
    tries: u32,
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// Nothing has failed yet.
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { tries: 0, first, longest }
    }

    /// How long to wait this time.
    pub fn pause(&mut self) -> Duration {
        self.tries += 1;
        pause_after(self.tries - 1, self.first, self.longest)
    }

    /// It has done well: the next pause is the first one again.
    pub fn reset(&mut self) {
        self.tries = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_the_longest() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30));
        let waits: Vec<u64> = (0..8).map(|_| backoff.pause().as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
        backoff.reset();
        assert_eq!(backoff.pause().as_secs(), 1);
        assert_eq!(pause_after(u32::MAX, Duration::from_secs(5), Duration::from_secs(900)).as_secs(), 900);
    }
}
