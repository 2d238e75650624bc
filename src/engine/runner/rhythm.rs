//! When releases poll: each by itself while there are few; many at the same moments, so that one look is for all of them.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use chrono::{DateTime, Duration, DurationRound, Utc};

/// How much longer each open release makes everybody's poll, once that is longer than the configured one: while webhooks come, and
/// while they do not.
const FOR_EACH: Duration = Duration::seconds(3);
const FOR_EACH_UNTOLD: Duration = Duration::milliseconds(300);
/// For how long a webhook shows that they come.
const HEARD: Duration = Duration::minutes(15);

/// The rhythm of all releases. Cloning gives another handle.
#[derive(Clone, Default)]
pub(super) struct Rhythm(Arc<Mutex<Beat>>);

#[derive(Default)]
struct Beat {
    /// When the last webhook came since a poll found what none had told.
    heard: Option<DateTime<Utc>>,
    /// The moment at which releases poll, and when the first of them came to that.
    polled: Option<(DateTime<Utc>, Instant)>,
}

impl Rhythm {
    /// A webhook has come.
    pub(super) fn hear(&self, now: DateTime<Utc>) {
        self.locked().heard = Some(now);
    }

    /// A poll has found what no webhook told.
    pub(super) fn miss(&self) {
        self.locked().heard = None;
    }

    /// When to poll next, with so many open releases: many do so at the same moments.
    pub(super) fn next(&self, configured: Duration, open: usize, now: DateTime<Utc>) -> DateTime<Utc> {
        let heard = self.locked().heard.is_some_and(|heard| now - heard < HEARD);
        let each = if heard { FOR_EACH } else { FOR_EACH_UNTOLD };
        let wanted = each * i32::try_from(open).unwrap_or(i32::MAX);
        let mut pause = configured;
        while pause < wanted {
            pause = pause * 2;
        }
        let next = now + pause;
        if pause == configured { next } else { next.duration_trunc(pause).unwrap_or(next) }
    }

    /// When the first of those who poll at a moment came to it.
    pub(super) fn polled(&self, at: DateTime<Utc>) -> Instant {
        let mut beat = self.locked();
        match beat.polled {
            Some((known, first)) if known == at => first,
            _ => {
                let first = Instant::now();
                beat.polled = Some((at, first));
                first
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, Beat> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    /// In how many seconds one polls, in each of two moments with so many open releases.
    fn pauses(rhythm: &Rhythm, open: usize) -> [i64; 2] {
        [7, 11].map(|second| {
            let now = Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, second).unwrap();
            (rhythm.next(Duration::minutes(1), open, now) - now).num_seconds()
        })
    }

    #[test]
    fn few_poll_as_configured_and_many_at_the_same_moments() {
        let rhythm = Rhythm::default();
        assert_eq!(pauses(&rhythm, 1), [60, 60]);
        assert_eq!(pauses(&rhythm, 20), [60, 60]);
        assert_eq!(pauses(&rhythm, 1_000), [233, 229], "every eight minutes");
        rhythm.hear(Utc.with_ymd_and_hms(2026, 3, 2, 8, 50, 0).unwrap());
        assert_eq!(pauses(&rhythm, 20), [60, 60]);
        assert_eq!(pauses(&rhythm, 1_000), [2153, 2149], "webhooks tell what there is");
        rhythm.miss();
        assert_eq!(pauses(&rhythm, 1_000), [233, 229], "one of them did not");
    }

    #[test]
    fn those_who_poll_at_one_moment_look_since_the_first_of_them() {
        let (rhythm, at) = (Rhythm::default(), Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).unwrap());
        let first = rhythm.polled(at);
        assert_eq!(rhythm.polled(at), first);
        assert!(rhythm.polled(at + Duration::minutes(1)) >= first);
    }
}
