//! Spans of time as people write them beside a date: `24h`, `-15m`, `1h30m`, `2d`.

use chrono::{DateTime, Days, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{duration, far, local};

/// A span, forward or back. Days are days on the calendar, so that a day later is the same time on the clock; the rest is
/// time that passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset {
    back: bool,
    days: u32,
    passing: TimeDelta,
}

impl Offset {
    /// Reads a span, perhaps with a sign before it.
    ///
    /// # Errors
    /// A sentence that says what is wrong, and how to write it.
    pub fn read(text: &str) -> Result<Self, String> {
        let (days, passing) = duration::parts(text.strip_prefix(['-', '+']).unwrap_or(text), text)?;
        Ok(Self { back: text.starts_with('-'), days, passing })
    }

    /// Reads how long before a date something is to happen.
    ///
    /// # Errors
    /// A sentence that says what is wrong, and how to write it.
    pub fn read_before(text: &str) -> Result<Self, String> {
        duration::read(text)?;
        Self::read(text)
    }

    /// The same span in the other direction.
    pub fn reversed(self) -> Self {
        Self { back: !self.back, ..self }
    }

    /// The instant that lies this far from another.
    pub fn from(&self, at: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        let shown = local::shown(zone, at);
        let days = Days::new(self.days.into());
        let day = if self.back { shown.checked_sub_days(days) } else { shown.checked_add_days(days) };
        let at = match day {
            Some(day) if self.days > 0 => local::first(zone, day),
            _ => at,
        };
        if self.back { far::before(at, self.passing) } else { far::after(at, self.passing) }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::Toronto;

    use super::*;

    #[test]
    fn days_are_days_on_the_calendar_and_hours_are_time_that_passes() {
        let monday: DateTime<Utc> = "2026-03-09T14:00:00Z".parse().unwrap();
        let from = |text: &str| Offset::read(text).unwrap().from(monday, Toronto).to_rfc3339();
        assert_eq!(from("-15m"), "2026-03-09T13:45:00+00:00");
        assert_eq!(from("-2d"), "2026-03-07T15:00:00+00:00", "10:00 on Saturday too, an hour later in UTC");
        assert_eq!(from("-48h"), "2026-03-07T14:00:00+00:00");
        assert_eq!(from("+1h30m"), "2026-03-09T15:30:00+00:00");
        assert_eq!(from("0m"), "2026-03-09T14:00:00+00:00");
        assert_eq!(Offset::read("24h").unwrap().reversed(), Offset::read("-24h").unwrap());
        for wrong in
            ["", "-", "5", "h", "5w", "1.5h", "--5m", "+-5m", "5 m", "\u{e9}", "5\u{e9}", "999999h", "1h1h", "-3651d"]
        {
            assert!(Offset::read(wrong).is_err_and(|why| why.starts_with(&format!("`{wrong}`"))), "{wrong}");
        }
        for wrong in ["0m", "-15m", "+15m", "soon"] {
            assert!(Offset::read_before(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_span_from_the_end_of_time_ends_there() {
        for zone in [Toronto, chrono_tz::UTC, chrono_tz::Asia::Tokyo] {
            for text in ["3650d", "3649d23h", "87600h", "1s"] {
                let span = Offset::read(text).unwrap();
                for at in [DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC] {
                    assert!(span.from(at, zone) >= at && span.reversed().from(at, zone) <= at, "{text} from {at:?}");
                }
            }
        }
    }
}
