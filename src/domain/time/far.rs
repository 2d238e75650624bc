//! Instants however far away: sums that cannot overflow, and which days anybody can mean.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

/// The years that can be meant: those that crontab text knows.
pub const YEARS: std::ops::RangeInclusive<i32> = 1970..=2099;

/// The instant that lies a span after another; the last one there is when it would lie beyond that.
pub fn after(at: DateTime<Utc>, span: TimeDelta) -> DateTime<Utc> {
    at.checked_add_signed(span).unwrap_or_else(|| end(span > TimeDelta::zero()))
}

/// The instant that lies a span before another; the first one there is when it would lie beyond that.
pub fn before(at: DateTime<Utc>, span: TimeDelta) -> DateTime<Utc> {
    at.checked_sub_signed(span).unwrap_or_else(|| end(span < TimeDelta::zero()))
}

fn end(last: bool) -> DateTime<Utc> {
    if last { DateTime::<Utc>::MAX_UTC } else { DateTime::<Utc>::MIN_UTC }
}

/// Reads a day such as `2026-05-18`, if it is one that can be meant.
pub fn day(text: &str) -> Option<NaiveDate> {
    text.trim().parse().ok().filter(|day: &NaiveDate| YEARS.contains(&day.year()))
}

/// A time on a clock, or the one next to it that is no further than a year from those that can be meant: nothing recurs
/// beyond them.
pub(super) fn near(time: NaiveDateTime) -> NaiveDateTime {
    let new_year = |year: i32| NaiveDate::from_yo_opt(year, 1).map(|day| day.and_time(NaiveTime::MIN));
    let ends = new_year(*YEARS.start() - 1).zip(new_year(*YEARS.end() + 2));
    ends.map_or(time, |(first, last)| time.clamp(first, last))
}

/// An instant, if it is one that can be meant.
pub fn meant(at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    YEARS.contains(&at.year()).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sum_overflows() {
        let (first, last, epoch) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, DateTime::UNIX_EPOCH);
        for span in [TimeDelta::MAX, TimeDelta::days(99_999_999)] {
            assert_eq!((after(epoch, span), before(epoch, span)), (last, first));
            assert_eq!((after(epoch, -span), before(epoch, -span)), (first, last));
            assert_eq!((after(last, span), before(first, span)), (last, first));
        }
        assert_eq!(before(after(epoch, TimeDelta::days(1)), TimeDelta::days(1)), epoch);
    }

    #[test]
    fn days_are_of_years_that_can_be_meant() {
        for right in ["2026-05-18", " 1970-01-01", "2099-12-31"] {
            assert!(day(right).is_some(), "{right}");
        }
        for wrong in ["1969-12-31", "2100-01-01", "+99999-01-01", "-0001-01-01", "2026-02-30", "today", ""] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }
}
