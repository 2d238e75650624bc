//! When nobody is to be reminded: at night, and on the days off.

use std::sync::Arc;

use chrono::{DateTime, Duration, NaiveTime, Utc};
use chrono_tz::Tz;

use super::{
    holidays::{Holidays, Roll},
    local,
};

/// No quiet lasts longer than so many nights and days off in a row: then people are told nevertheless.
const LONGEST_QUIET: usize = 400;

/// Hours of every day, perhaps over midnight, on the clock of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// When they begin.
    pub from: NaiveTime,
    /// When they end.
    pub until: NaiveTime,
    /// Whose clock it is.
    pub zone: Tz,
}

/// When a project's reminders rest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuietTimes {
    /// Its hours, and those of the places where it is told.
    pub hours: Vec<QuietHours>,
    /// The days off, by the clock of the team.
    pub days_off: Option<(Arc<Holidays>, Tz)>,
}

impl QuietHours {
    /// Reads `20:00-08:00`.
    ///
    /// # Errors
    /// A sentence that says what to write.
    pub fn read(text: &str, zone: Tz) -> Result<Self, String> {
        let wrong = || format!("`{text}` are no hours of a day; write when they begin and end, such as `20:00-08:00`");
        let (from, until) = text.split_once('-').ok_or_else(wrong)?;
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").map_err(|_| wrong());
        let (from, until) = (time(from)?, time(until)?);
        if from == until {
            return Err(format!("`{text}` begin and end at one time; write when they end, such as `20:00-08:00`"));
        }
        Ok(Self { from, until, zone })
    }

    /// The hours around an instant, if it is within them.
    fn around(&self, at: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let shown = local::shown(self.zone, at);
        let (day, time) = (shown.date(), shown.time());
        let over_midnight = self.from > self.until;
        let within = if over_midnight {
            time >= self.from || time < self.until
        } else {
            (self.from..self.until).contains(&time)
        };
        let first = if over_midnight && time < self.until { day.pred_opt()? } else { day };
        let last = if over_midnight { first.succ_opt()? } else { first };
        let instant = |time| local::first(self.zone, time);
        within.then(|| (instant(first.and_time(self.from)), instant(last.and_time(self.until))))
    }
}

impl QuietTimes {
    /// The same, with what is told on the days off too.
    #[must_use]
    pub fn with_days_off(self) -> Self {
        Self { days_off: None, ..self }
    }

    /// The first instant from `at` on at which people may be told.
    pub fn over(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.settled(at, |hours| hours.1, Roll::NextWorkingDay)
    }

    /// When a reminder is made that is due at `due`, of something at `at`: on a working day before the day off, and rather
    /// when the quiet hours are over than before they begin, if there is still time then.
    pub fn reminder(&self, due: DateTime<Utc>, at: DateTime<Utc>) -> DateTime<Utc> {
        let due = self.working(due, Roll::PreviousWorkingDay);
        let later = self.over(due);
        if later < at {
            later
        } else {
            self.settled(due, |hours| hours.0 - Duration::minutes(1), Roll::PreviousWorkingDay)
        }
    }

    fn working(&self, at: DateTime<Utc>, roll: Roll) -> DateTime<Utc> {
        self.days_off.as_ref().map_or(at, |(holidays, zone)| holidays.roll(at, *zone, roll))
    }

    /// Moves an instant out of the quiet hours by `end` and off the days off, until neither keeps it.
    fn settled(
        &self,
        at: DateTime<Utc>,
        end: impl Fn((DateTime<Utc>, DateTime<Utc>)) -> DateTime<Utc>,
        roll: Roll,
    ) -> DateTime<Utc> {
        let mut settled = at;
        for _ in 0..LONGEST_QUIET {
            let before = settled;
            settled = self.working(settled, roll);
            if let Some(hours) = self.hours.iter().find_map(|hours| hours.around(settled)) {
                settled = end(hours);
            }
            if settled == before {
                return settled;
            }
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::{Asia::Tokyo, Europe::Berlin};

    use super::*;

    fn times(hours: &[(&str, Tz)], days_off: bool) -> QuietTimes {
        let hours = hours.iter().map(|(text, zone)| QuietHours::read(text, *zone).unwrap()).collect();
        let holiday = [("2026-03-09".parse().unwrap(), "Fair".to_owned())].into();
        QuietTimes { hours, days_off: days_off.then(|| (Arc::new(Holidays::of(holiday)), Berlin)) }
    }

    fn shown(at: DateTime<Utc>) -> String {
        local::shown(Berlin, at).format("%a %-d %H:%M").to_string()
    }

    /// In Berlin, in March 2026.
    fn at(text: &str) -> DateTime<Utc> {
        let (day, time) = text.split_once(' ').unwrap();
        let local = format!("2026-03-{day:0>2}T{time}:00").parse().unwrap();
        local::first(Berlin, local)
    }

    #[test]
    fn what_is_due_in_quiet_hours_comes_when_they_are_over() {
        let night = times(&[("20:00-08:00", Berlin)], false);
        for (due, expected) in [
            ("2 19:59", "Mon 2 19:59"),
            ("2 20:00", "Tue 3 08:00"),
            ("3 03:00", "Tue 3 08:00"),
            ("3 08:00", "Tue 3 08:00"),
            ("28 23:00", "Sun 29 08:00"),
        ] {
            assert_eq!(shown(night.over(at(due))), expected, "{due}");
        }
        let noon = times(&[("12:00-13:00", Berlin)], false);
        assert_eq!(shown(noon.over(at("2 12:30"))), "Mon 2 13:00");
        let both = times(&[("20:00-08:00", Berlin), ("22:00-07:00", Tokyo)], false);
        assert_eq!(shown(both.over(at("2 14:30"))), "Tue 3 08:00", "it is night in one of both until then");
        let ever = times(&[("00:00-12:00", Berlin), ("12:00-00:00", Berlin)], false);
        assert_eq!(ever.over(at("2 10:00")), at("2 10:00"), "what is always quiet keeps nothing back for ever");
    }

    #[test]
    fn what_is_due_on_a_day_off_comes_on_a_working_day() {
        let week = times(&[("20:00-08:00", Berlin)], true);
        assert_eq!(shown(week.over(at("6 21:00"))), "Tue 10 08:00", "over the weekend and a holiday");
        assert_eq!(shown(week.over(at("7 10:00"))), "Tue 10 10:00");
        for (due, of, expected) in [
            ("9 09:00", "10 09:00", "Fri 6 09:00"),
            ("8 09:00", "10 09:00", "Fri 6 09:00"),
            ("5 22:00", "6 10:00", "Fri 6 08:00"),
            ("5 22:00", "6 07:00", "Thu 5 19:59"),
            ("6 06:00", "6 08:00", "Thu 5 19:59"),
            ("5 15:00", "6 15:00", "Thu 5 15:00"),
        ] {
            assert_eq!(shown(week.reminder(at(due), at(of))), expected, "{due} of {of}");
        }
    }

    #[test]
    fn hours_are_read_or_refused() {
        for wrong in ["", "20:00", "20-8", "8:00 to 9:00", "24:00-08:00", "08:00-08:00", "é-é"] {
            let told = QuietHours::read(wrong, Berlin).unwrap_err();
            assert!(told.starts_with(&format!("`{wrong}`")) && told.contains("; write"), "{told}");
        }
    }
}
