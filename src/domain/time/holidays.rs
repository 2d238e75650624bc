//! Holidays, and what becomes of a date that falls on one.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::local;

/// No stretch of days off is longer, in days.
const LONGEST_HOLIDAYS: usize = 366;

/// The days on which nobody works, besides Saturdays and Sundays, and the days on which people work all the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holidays {
    /// The days off, with their names.
    pub off: BTreeMap<NaiveDate, String>,
    /// Saturdays and Sundays on which people work, and what would be days off otherwise, with the reason.
    pub working: BTreeMap<NaiveDate, String>,
}

/// What becomes of a date that falls on a day off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Roll {
    /// It stays.
    #[default]
    Keep,
    /// It is the same time on the next working day.
    NextWorkingDay,
    /// It is the same time on the working day before.
    PreviousWorkingDay,
}

impl Holidays {
    /// Days off, and nothing else out of turn.
    pub fn of(off: BTreeMap<NaiveDate, String>) -> Self {
        Self { off, working: BTreeMap::new() }
    }

    /// The same with days on which people work, whatever else is said of them.
    #[must_use]
    pub fn but_working(mut self, working: BTreeMap<NaiveDate, String>) -> Self {
        self.off.retain(|day, _| !working.contains_key(day));
        self.working = working;
        self
    }

    /// Whether people work: Monday to Friday, but not on a holiday; and on days that are said to be working days.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        let usual = day.weekday().number_from_monday() <= 5 && !self.off.contains_key(&day);
        usual || self.working.contains_key(&day)
    }

    /// The name of a holiday.
    pub fn name_of(&self, day: NaiveDate) -> Option<&str> {
        self.off.get(&day).map(String::as_str)
    }

    /// The instant to which a date rolls; the same one if its day is a working day.
    pub fn roll(&self, at: DateTime<Utc>, zone: Tz, roll: Roll) -> DateTime<Utc> {
        let shown = local::shown(zone, at);
        if self.is_working_day(shown.date()) {
            return at;
        }
        let day = match roll {
            Roll::Keep => return at,
            Roll::NextWorkingDay => self.working(shown.date().iter_days()),
            Roll::PreviousWorkingDay => self.working(shown.date().iter_days().rev()),
        };
        day.map_or(at, |day| local::first(zone, day.and_time(shown.time())))
    }

    /// The first instant after `after` at the time of day of `at`, on a working day.
    pub(super) fn working_time_after(&self, at: DateTime<Utc>, after: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        let time = local::shown(zone, at).time();
        let days = local::shown(zone, after).date().iter_days().take(LONGEST_HOLIDAYS);
        let times = days.filter(|day| self.is_working_day(*day)).map(|day| local::first(zone, day.and_time(time)));
        times.into_iter().find(|time| *time > after).unwrap_or(at.max(after))
    }

    fn working(&self, days: impl Iterator<Item = NaiveDate>) -> Option<NaiveDate> {
        days.take(LONGEST_HOLIDAYS).find(|day| self.is_working_day(*day))
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::Toronto;

    use super::*;

    fn rolled(at: &str, roll: Roll) -> String {
        let day = |text: &str, name: &str| (text.parse().unwrap(), name.to_owned());
        let holidays =
            [day("2026-05-18", "Victoria Day"), day("2026-12-25", "Christmas"), day("2026-12-28", "Boxing Day")];
        let holidays = Holidays::of(holidays.into());
        assert_eq!(holidays.name_of("2026-05-18".parse().unwrap()), Some("Victoria Day"));
        holidays.roll(at.parse().unwrap(), Toronto, roll).to_rfc3339()
    }

    #[test]
    fn a_holiday_rolls_to_a_working_day_at_the_same_local_time() {
        let victoria = "2026-05-18T14:00:00Z";
        assert_eq!(rolled(victoria, Roll::Keep), "2026-05-18T14:00:00+00:00");
        assert_eq!(rolled(victoria, Roll::NextWorkingDay), "2026-05-19T14:00:00+00:00");
        assert_eq!(rolled(victoria, Roll::PreviousWorkingDay), "2026-05-15T14:00:00+00:00", "over the weekend");
        let christmas = "2026-12-25T15:00:00Z";
        assert_eq!(rolled(christmas, Roll::NextWorkingDay), "2026-12-29T15:00:00+00:00", "over two holidays");
        assert_eq!(rolled(christmas, Roll::PreviousWorkingDay), "2026-12-24T15:00:00+00:00");
    }

    #[test]
    fn a_working_day_stays_and_the_clock_may_change_on_the_way() {
        assert_eq!(rolled("2026-05-19T14:00:00Z", Roll::NextWorkingDay), "2026-05-19T14:00:00+00:00");
        // Saturday 10:00 in winter time rolls to Monday 10:00 in summer time, across 8 March.
        assert_eq!(rolled("2026-03-07T15:00:00Z", Roll::NextWorkingDay), "2026-03-09T14:00:00+00:00");
    }

    #[test]
    fn people_may_work_on_a_saturday_and_on_what_a_calendar_calls_a_holiday() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let off = [(day("2026-05-18"), "Victoria Day".to_owned()), (day("2026-05-19"), "Bridge".to_owned())];
        let working =
            [(day("2026-05-23"), "instead of the 19th".to_owned()), (day("2026-05-18"), "we work".to_owned())];
        let holidays = Holidays::of(off.into()).but_working(working.into());
        let works = |text: &str| holidays.is_working_day(day(text));
        assert!(works("2026-05-23") && works("2026-05-18") && !works("2026-05-19") && !works("2026-05-24"));
        assert_eq!((holidays.name_of(day("2026-05-18")), holidays.name_of(day("2026-05-19"))), (None, Some("Bridge")));
        let saturday = "2026-05-24T14:00:00Z".parse().unwrap();
        let rolled = holidays.roll(saturday, Toronto, Roll::PreviousWorkingDay);
        assert_eq!(rolled.to_rfc3339(), "2026-05-23T14:00:00+00:00", "from Sunday to the working Saturday");
    }
}
