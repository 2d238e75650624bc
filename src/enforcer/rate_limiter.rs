//! How fast may be written: GitHub asks for a second between writes, and allows eighty a minute and five hundred an hour of what
//! creates content. It does not say whether statuses are such, so they count.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

/// As many writes may follow each other at once.
const BURST: i64 = 20;
/// After that, one in this time.
const EACH: TimeDelta = TimeDelta::seconds(1);
/// And in an hour not more than this.
const AN_HOUR: usize = 500;

/// The writes that may be made now, by all repositories together: GitHub counts what one account does. Cloning gives another
/// handle.
#[derive(Clone, Default)]
pub(super) struct RateLimiter(Arc<Mutex<Pace>>);

/// A bucket that fills with time, and what was taken out of it within the last hour.
#[derive(Debug, Clone, Default)]
struct Pace {
    /// When the bucket will be full again.
    full_at: Option<DateTime<Utc>>,
    /// When the last writes were made.
    made: VecDeque<DateTime<Utc>>,
}

impl RateLimiter {
    /// Takes leave for one write, or says when there will be one. So many of the hour's are kept for others.
    pub(super) fn take(&self, now: DateTime<Utc>, keep: usize) -> Result<(), DateTime<Utc>> {
        self.pace().take(now, keep)
    }

    /// When so many more writes will have been made, if the hour's are used up before that.
    pub(super) fn held_up_until(&self, now: DateTime<Utc>, writes: usize) -> Option<DateTime<Utc>> {
        self.pace().held_up_until(now, writes)
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pace {
    fn take(&mut self, now: DateTime<Utc>, keep: usize) -> Result<(), DateTime<Utc>> {
        let hour = TimeDelta::hours(1);
        while self.made.front().is_some_and(|at| *at + hour <= now) {
            self.made.pop_front();
        }
        let most = AN_HOUR.saturating_sub(keep).max(1);
        if let Some(at) = self.made.len().checked_sub(most).and_then(|nth| self.made.get(nth)) {
            return Err(*at + hour);
        }
        let full_at = self.full_at.unwrap_or(now).max(now);
        let next = full_at + EACH;
        let allowed_at = next - EACH * BURST as i32;
        if allowed_at > now {
            return Err(allowed_at);
        }
        self.full_at = Some(next);
        self.made.push_back(now);
        Ok(())
    }

    fn held_up_until(&self, now: DateTime<Utc>, writes: usize) -> Option<DateTime<Utc>> {
        let within = self.made.iter().filter(|at| **at + TimeDelta::hours(1) > now).count();
        if within + writes <= AN_HOUR {
            return None;
        }
        let (mut pace, mut at) = (self.clone(), now);
        for _ in 0..writes {
            while let Err(later) = pace.take(at, 0) {
                at = later;
            }
        }
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// When so many writes are made, one as soon as the other may be.
    fn written(pace: &mut Pace, start: DateTime<Utc>, count: usize, keep: usize) -> Vec<DateTime<Utc>> {
        let (mut now, mut writes) = (start, vec![]);
        while writes.len() < count {
            match pace.take(now, keep) {
                Ok(()) => writes.push(now),
                Err(at) => {
                    assert!(at > now);
                    now = at;
                }
            }
        }
        writes
    }

    #[test]
    fn a_minute_never_has_more_than_eighty_writes_and_an_hour_than_five_hundred() {
        let start: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().unwrap();
        let writes = written(&mut Pace::default(), start, 1500, 0);
        assert_eq!(writes[19], start);
        assert!(writes[20] > start);
        assert_eq!(writes[499], start + TimeDelta::seconds(480));
        assert_eq!(writes[500], start + TimeDelta::hours(1));
        for (nth, at) in writes.iter().enumerate() {
            let within = |span| writes[nth..].iter().take_while(|later| **later - *at < span).count();
            assert!(within(TimeDelta::minutes(1)) <= 80 && within(TimeDelta::hours(1)) <= 500, "{at}");
        }
    }

    #[test]
    fn what_can_wait_leaves_some_of_the_hour() {
        let start: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().unwrap();
        let mut pace = Pace::default();
        let waits = written(&mut pace, start, 401, 100);
        assert_eq!(waits[400], start + TimeDelta::hours(1), "the 401st");
        let mut pace = Pace::default();
        written(&mut pace, start, 400, 100);
        let then = start + TimeDelta::minutes(10);
        assert!(pace.take(then, 100).is_err());
        assert_eq!(written(&mut pace, then, 100, 0).last().unwrap(), &(then + TimeDelta::seconds(80)));
    }

    #[test]
    fn when_all_is_written_is_known_beforehand() {
        let start: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().unwrap();
        let mut pace = Pace::default();
        assert_eq!(pace.held_up_until(start, 500), None);
        let until = pace.held_up_until(start, 1200).unwrap();
        assert_eq!(&until, written(&mut pace.clone(), start, 1200, 0).last().unwrap());
        assert!(until > start + TimeDelta::hours(2) && until < start + TimeDelta::minutes(124), "{until}");
        written(&mut pace, start, 300, 0);
        assert!(pace.held_up_until(start + TimeDelta::minutes(5), 201).is_some());
        assert_eq!(pace.held_up_until(start + TimeDelta::minutes(61), 201), None);
    }
}
