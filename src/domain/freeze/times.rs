//! When something recurs: spans of time from crontab text, from days, from the holidays, from the week.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use super::{
    stretch::Stretch,
    week::{self, Weekly},
};
use crate::domain::time::{holidays::Holidays, local, schedule::Schedule};

/// How far ahead days are searched.
const DAYS_AHEAD: i64 = 800;

/// When something recurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Times {
    /// From each firing of one schedule to the next firing of another.
    Between {
        /// Begins.
        from: Schedule,
        /// Ends.
        until: Schedule,
    },
    /// These days, whole; days in a row are one span.
    Days {
        /// Where the days begin and end.
        zone: Tz,
        /// The days.
        days: BTreeSet<NaiveDate>,
    },
    /// Every day of the holiday list, whole.
    Holidays {
        /// Where the days begin and end.
        zone: Tz,
    },
    /// Every week.
    Weekly {
        /// Whose days and hours.
        zone: Tz,
        /// The stretches.
        week: Vec<Weekly>,
    },
}

impl Times {
    /// The first span that ends after a moment: the one in which the moment lies, or else the next one.
    pub fn first_after(&self, at: DateTime<Utc>, holidays: &Holidays) -> Option<Stretch> {
        match self {
            Self::Between { from, until } => {
                let span = |from: DateTime<Utc>| Some(Stretch { from, until: until.next_after(from)? });
                let present = from.last_until(at).and_then(span).filter(|span| span.holds(at));
                present.or_else(|| from.next_after(at).and_then(span))
            }
            Self::Days { zone, days } => whole_days(*zone, at, |day| days.contains(&day)),
            Self::Holidays { zone } => whole_days(*zone, at, |day| holidays.name_of(day).is_some()),
            Self::Weekly { zone, week } => week::first_after(week, *zone, at),
        }
    }

    /// Every span that ends after `from` and begins before `until`, in order.
    pub fn between(&self, from: DateTime<Utc>, until: DateTime<Utc>, holidays: &Holidays) -> Vec<Stretch> {
        let mut spans = vec![];
        let mut at = from;
        while let Some(span) = self.first_after(at, holidays).filter(|span| span.from < until) {
            at = span.until;
            spans.push(span);
        }
        spans
    }

    /// The span in which a moment lies.
    pub fn at(&self, at: DateTime<Utc>, holidays: &Holidays) -> Option<Stretch> {
        self.first_after(at, holidays).filter(|span| span.holds(at))
    }

    /// The next moment after this one at which a span begins or ends.
    pub fn next_change(&self, after: DateTime<Utc>, holidays: &Holidays) -> Option<DateTime<Utc>> {
        let span = self.first_after(after, holidays)?;
        Some(if span.from > after { span.from } else { span.until })
    }
}

/// The first run of days that ends after a moment.
fn whole_days(zone: Tz, at: DateTime<Utc>, is_one: impl Fn(NaiveDate) -> bool) -> Option<Stretch> {
    let mut first = local::shown(zone, at).date();
    let furthest = first.checked_add_signed(Duration::days(DAYS_AHEAD))?;
    while !is_one(first) {
        first = first.succ_opt().filter(|day| *day < furthest)?;
    }
    let mut last = first;
    while is_one(last) && last < furthest {
        last = last.succ_opt()?;
    }
    while let Some(before) = first.pred_opt().filter(|day| is_one(*day)) {
        first = before;
    }
    let midnight = |day: NaiveDate| local::first(zone, day.and_time(NaiveTime::MIN));
    Some(Stretch { from: midnight(first), until: midnight(last) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn span(from: &str, until: &str) -> Option<Stretch> {
        Some(Stretch { from: at(from), until: at(until) })
    }

    #[test]
    fn a_weekend_begins_and_ends_by_crontab() {
        let zone = chrono_tz::America::Toronto;
        let read = |text| Schedule::read(text, zone).unwrap();
        let weekend = Times::Between { from: read("0 17 * * fri"), until: read("0 9 * * mon") };
        let none = Holidays::default();
        // The clocks go forward in that weekend.
        let first = span("2026-03-06T22:00:00Z", "2026-03-09T13:00:00Z");
        assert_eq!(weekend.first_after(at("2026-03-04T00:00:00Z"), &none), first);
        assert_eq!(weekend.first_after(at("2026-03-07T00:00:00Z"), &none), first);
        assert_eq!(weekend.at(at("2026-03-06T22:00:00Z"), &none), first);
        assert_eq!(weekend.at(at("2026-03-09T13:00:00Z"), &none), None);
        let second = span("2026-03-13T21:00:00Z", "2026-03-16T13:00:00Z");
        assert_eq!(weekend.first_after(at("2026-03-09T13:00:00Z"), &none), second);
        assert_eq!(weekend.next_change(at("2026-03-09T13:00:00Z"), &none), Some(at("2026-03-13T21:00:00Z")));
    }

    #[test]
    fn days_in_a_row_are_one_span() {
        let days = ["2026-12-24", "2026-12-25", "2026-12-31"].map(|day| day.parse().unwrap()).into();
        let times = Times::Days { zone: chrono_tz::Europe::Berlin, days };
        let none = Holidays::default();
        let christmas = span("2026-12-23T23:00:00Z", "2026-12-25T23:00:00Z");
        assert_eq!(times.first_after(at("2026-11-01T00:00:00Z"), &none), christmas);
        assert_eq!(times.first_after(at("2026-12-25T12:00:00Z"), &none), christmas);
        let last = span("2026-12-30T23:00:00Z", "2026-12-31T23:00:00Z");
        assert_eq!(times.first_after(at("2026-12-25T23:00:00Z"), &none), last);
        assert_eq!(times.first_after(at("2027-01-01T00:00:00Z"), &none), None);
    }
}
