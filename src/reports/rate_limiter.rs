//! How fast each sender may go.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How many reports may come at once.
const BURST: u32 = 1000;
/// How many may come each second in the long run.
const EACH_SECOND: u32 = 20;

/// How many of those who do not prove who they are are answered and logged at once.
const STRANGERS: u32 = 60;

/// What one sender has left.
pub struct TokenBucket {
    burst: u32,
    each_second: u32,
    held: Mutex<(f64, Instant)>,
}

impl Default for TokenBucket {
    fn default() -> Self {
        Self::of(BURST, EACH_SECOND)
    }
}

impl TokenBucket {
    fn of(burst: u32, each_second: u32) -> Self {
        Self { burst, each_second, held: Mutex::new((f64::from(burst), Instant::now())) }
    }

    /// For all together who do not prove who they are: a pace of their own, so that they do not use up that of the others.
    pub fn of_strangers() -> Self {
        Self::of(STRANGERS, 1)
    }

    /// Whether one more may come now; if not, how long to wait.
    pub fn take(&self) -> Result<(), Duration> {
        self.take_at(Instant::now())
    }

    fn take_at(&self, now: Instant) -> Result<(), Duration> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, before) = *held;
        let grown = now.saturating_duration_since(before).as_secs_f64() * f64::from(self.each_second);
        let left = (left + grown).min(f64::from(self.burst));
        let may = left >= 1.0;
        *held = (if may { left - 1.0 } else { left }, now);
        if may { Ok(()) } else { Err(Duration::from_secs(1)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_so_many_each_second() {
        let (pace, start) = (TokenBucket::default(), Instant::now());
        let passed = |at: Instant| (0..2 * BURST).filter(|_| pace.take_at(at).is_ok()).count();
        assert_eq!(passed(start), BURST as usize);
        assert_eq!(pace.take_at(start), Err(Duration::from_secs(1)));
        assert_eq!(passed(start + Duration::from_secs(2)), 2 * EACH_SECOND as usize);
        assert_eq!(passed(start + Duration::from_secs(3600)), BURST as usize);
    }
}
