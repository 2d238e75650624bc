//! Times of the week as people write them: `Mon-Thu 09:00-16:00`.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;

use super::stretch::Stretch;
use crate::domain::time::local;

/// One stretch of time that returns every week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weekly {
    /// The day on which it begins.
    pub day: Weekday,
    /// When it begins, in the zone's own time.
    pub from: NaiveTime,
    /// When it ends; not later than `from` means the day after.
    pub until: NaiveTime,
}

/// Reads `Mon-Thu 09:00-16:00`; several stretches of a day are written with commas: `Mon,Wed 09:00-12:00,13:00-16:00`.
pub(super) fn read(text: &str) -> Result<Vec<Weekly>, String> {
    let problem = || format!("`{text}` is not a time of the week; write days and hours, such as `Mon-Thu 09:00-16:00`");
    let text_of_hours = text.rsplit(' ').next().ok_or_else(problem)?;
    let (days, hours) = text.split_at(text.len() - text_of_hours.len());
    let mut found = vec![];
    for day in days_of(days).ok_or_else(problem)? {
        for hours in hours.split(',') {
            let (from, until) = hours.split_once('-').ok_or_else(problem)?;
            let (from, until) = (time(from).ok_or_else(problem)?, time(until).ok_or_else(problem)?);
            found.push(Weekly { day, from, until });
        }
    }
    if found.is_empty() { Err(problem()) } else { Ok(found) }
}

/// `24:00` is the midnight that ends the day.
fn time(text: &str) -> Option<NaiveTime> {
    if text.trim() == "24:00" {
        return Some(NaiveTime::MIN);
    }
    NaiveTime::parse_from_str(text.trim(), "%H:%M").ok()
}

/// `Mon-Thu`, `Fri-Mon`, `Sat,Sun`, `daily`.
fn days_of(text: &str) -> Option<Vec<Weekday>> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("daily") {
        return days_of("Mon-Sun");
    }
    let mut days = vec![];
    for part in text.split(',').map(str::trim) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (mut day, last) = (first.trim().parse::<Weekday>().ok()?, last.trim().parse::<Weekday>().ok()?);
        while day != last {
            days.push(day);
            day = day.succ();
        }
        days.push(last);
    }
    Some(days)
}

impl Weekly {
    /// Its stretch that begins on a date, if it begins on that day of the week at all.
    fn on(&self, date: NaiveDate, zone: Tz) -> Option<Stretch> {
        if date.weekday() != self.day {
            return None;
        }
        let last = if self.until > self.from { date } else { date.succ_opt()? };
        let (from, until) =
            (local::first(zone, date.and_time(self.from)), local::first(zone, last.and_time(self.until)));
        // A stretch that lies in the hour which the clocks leave out is none.
        (from < until).then_some(Stretch { from, until })
    }
}

/// The first stretch that ends after a moment.
pub(super) fn first_after(week: &[Weekly], zone: Tz, at: DateTime<Utc>) -> Option<Stretch> {
    let today = local::shown(zone, at).date();
    // From yesterday, whose stretch may reach into today, to the same day of the week after next.
    let dates = (-1..=14).filter_map(|ahead| today.checked_add_signed(Duration::days(ahead)));
    let spans = dates.flat_map(|date| week.iter().filter_map(move |weekly| weekly.on(date, zone)));
    spans.filter(|span| span.until > at).min()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn spans(text: &str, zone: Tz, from: &str, count: usize) -> Vec<String> {
        let week = read(text).unwrap();
        let mut at: DateTime<Utc> = from.parse().unwrap();
        let mut found = vec![];
        for _ in 0..count {
            let span = first_after(&week, zone, at).unwrap();
            at = span.until;
            found.push(format!("{}/{}", span.from.format("%a %d %H:%M"), span.until.format("%a %d %H:%M")));
        }
        found
    }

    #[test]
    fn days_and_hours_are_read() {
        let berlin = chrono_tz::Europe::Berlin;
        let found = spans("Mon-Thu 09:00-16:00", berlin, "2026-03-04T10:00:00Z", 3);
        assert_eq!(found, ["Wed 04 08:00/Wed 04 15:00", "Thu 05 08:00/Thu 05 15:00", "Mon 09 08:00/Mon 09 15:00"]);
        let found = spans("Fri 22:00-02:00", berlin, "2026-03-06T23:30:00Z", 1);
        assert_eq!(found, ["Fri 06 21:00/Sat 07 01:00"]);
        let found = spans("Sat,Sun 00:00-24:00", berlin, "2026-03-28T00:00:00Z", 2);
        assert_eq!(found, ["Fri 27 23:00/Sat 28 23:00", "Sat 28 23:00/Sun 29 22:00"]);
        assert_eq!(read("daily 08:00-09:00,10:00-11:00").unwrap().len(), 14);
    }

    #[test]
    fn the_hours_are_the_same_in_winter_and_summer() {
        let found = spans("Sun 01:00-04:00", chrono_tz::Europe::Berlin, "2026-03-28T00:00:00Z", 2);
        assert_eq!(found, ["Sun 29 00:00/Sun 29 02:00", "Sat 04 23:00/Sun 05 02:00"]);
        // A stretch within the hour that is left out does not happen; the next week's does.
        let found = spans("Sun 02:10-02:50", chrono_tz::Europe::Berlin, "2026-03-28T00:00:00Z", 1);
        assert_eq!(found, ["Sun 05 00:10/Sun 05 00:50"]);
    }

    #[test]
    fn a_mistake_says_what_to_write() {
        for text in ["", "Mon", "09:00-16:00", "Mon-Thu", "Mon 9-16", "Mo 09:00-16:00", "Mon 09:00"] {
            let refusal = read(text).unwrap_err();
            assert!(refusal.contains("such as `Mon-Thu 09:00-16:00`"), "{text}: {refusal}");
        }
    }
}
