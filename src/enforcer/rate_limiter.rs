//! How fast may be written: GitHub asks for a second between writes, and allows eighty a minute.

use chrono::{DateTime, TimeDelta, Utc};

/// As many writes may follow each other at once.
const BURST: i64 = 20;
/// After that, one in this time.
const EACH: TimeDelta = TimeDelta::seconds(1);

/// The writes that may be made now: a bucket that fills with time.
#[derive(Debug, Default)]
pub(super) struct RateLimiter {
    /// When the bucket will be full again.
    full_at: Option<DateTime<Utc>>,
}

impl RateLimiter {
    /// Takes leave for one write, or says when there will be one.
    pub fn take(&mut self, now: DateTime<Utc>) -> Result<(), DateTime<Utc>> {
        let full_at = self.full_at.unwrap_or(now).max(now);
        let next = full_at + EACH;
        let allowed_at = next - EACH * BURST as i32;
        if allowed_at > now {
            return Err(allowed_at);
        }
        self.full_at = Some(next);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_minute_never_has_more_than_eighty_writes() {
        let start: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().unwrap();
        let (mut pace, mut now, mut writes) = (RateLimiter::default(), start, vec![]);
        while writes.len() < 500 {
            match pace.take(now) {
                Ok(()) => writes.push(now),
                Err(at) => {
                    assert!(at > now);
                    now = at;
                }
            }
        }
        assert_eq!(writes[19], start);
        assert!(writes[20] > start);
        assert_eq!(*writes.last().unwrap(), start + TimeDelta::seconds(480));
        for (nth, at) in writes.iter().enumerate() {
            assert!(writes[nth..].iter().take_while(|later| **later - *at < TimeDelta::minutes(1)).count() <= 80);
        }
    }
}
