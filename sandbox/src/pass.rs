//! Lets time pass as people would see it: not all at once, but with rests in which everybody does what is due.

use std::time::Duration as RealTime;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use crate::world::World;

/// So long a rest may last, in real time, before time goes on all the same.
const LONGEST_REST: RealTime = RealTime::from_secs(3);
/// How long nothing may happen, in real time, before everything counts as done.
const CALM: RealTime = RealTime::from_millis(8);

impl World {
    /// Lets the clock run to `moment`, a quarter of an hour at a time, and waits each time until nothing more happens.
    /// Whoever follows the clock meets every full quarter on time. Does nothing if the moment is past.
    pub async fn pass_to(&self, moment: DateTime<Utc>) {
        loop {
            // A bot that hangs must not stop the clock for ever.
            let _ = tokio::time::timeout(LONGEST_REST, self.rest()).await;
            let now = self.clock().now();
            if now >= moment {
                return;
            }
            self.clock().advance(after(now).min(moment) - now);
        }
    }

    async fn rest(&self) {
        let mut before = None;
        loop {
            let seen = self.wire().requests();
            let calm = self.outstanding() == 0 && (self.clock_is_known() || !self.clock_is_followed());
            if calm && before == Some(seen) {
                return;
            }
            before = calm.then_some(seen);
            tokio::time::sleep(CALM).await;
        }
    }
}

/// The next full quarter of an hour.
fn after(now: DateTime<Utc>) -> DateTime<Utc> {
    let quarter = TimeDelta::minutes(15);
    now.duration_trunc(quarter).unwrap_or(now) + quarter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_follow_one_another() {
        let at = |text: &str| -> DateTime<Utc> { text.parse().unwrap_or_default() };
        assert_eq!(after(at("2026-03-05T14:00:00Z")), at("2026-03-05T14:15:00Z"));
        assert_eq!(after(at("2026-03-05T14:59:59.5Z")), at("2026-03-05T15:00:00Z"));
    }
}
