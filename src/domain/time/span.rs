//! Spans of time as people write them beside a date: `24h`, `-15m`, `1h30m`, `2d`.

use chrono::{DateTime, Days, Duration, Utc};
use chrono_tz::Tz;

use super::local;

/// A span, forward or back. Days are days on the calendar, so that a day later is the same time on the clock; the rest is
/// time that passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    back: bool,
    days: u32,
    passing: Duration,
}

impl Span {
    /// Reads a span, perhaps with a sign before it.
    ///
    /// # Errors
    /// A sentence that says how to write one.
    pub fn read(text: &str) -> Result<Self, String> {
        let problem = || format!("`{text}` is not a span of time; write it like `24h`, `90m`, `1h30m` or `2d`");
        let back = text.starts_with('-');
        let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
        if rest.is_empty() {
            return Err(problem());
        }
        let mut span = Self { back, days: 0, passing: Duration::zero() };
        while !rest.is_empty() {
            let unit_at = rest.find(|letter: char| !letter.is_ascii_digit()).ok_or_else(problem)?;
            // Nobody plans in larger numbers, and what fits cannot overflow.
            let number: u32 = rest[..unit_at].parse().ok().filter(|number| *number < 100_000).ok_or_else(problem)?;
            let (unit, after) = rest[unit_at..].split_at_checked(1).ok_or_else(problem)?;
            match unit {
                "s" => span.passing += Duration::seconds(number.into()),
                "m" => span.passing += Duration::minutes(number.into()),
                "h" => span.passing += Duration::hours(number.into()),
                "d" => span.days += number,
                _ => return Err(problem()),
            }
            rest = after;
        }
        Ok(span)
    }

    /// The same span in the other direction.
    pub fn reversed(self) -> Self {
        Self { back: !self.back, ..self }
    }

    /// Whether it is no time at all.
    pub fn is_zero(&self) -> bool {
        self.days == 0 && self.passing.is_zero()
    }

    /// Whether it leads back.
    pub fn is_back(&self) -> bool {
        self.back
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
        if self.back { at - self.passing } else { at + self.passing }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::Toronto;

    use super::*;

    #[test]
    fn days_are_days_on_the_calendar_and_hours_are_time_that_passes() {
        let monday: DateTime<Utc> = "2026-03-09T14:00:00Z".parse().unwrap();
        let from = |text: &str| Span::read(text).unwrap().from(monday, Toronto).to_rfc3339();
        assert_eq!(from("-15m"), "2026-03-09T13:45:00+00:00");
        assert_eq!(from("-2d"), "2026-03-07T15:00:00+00:00", "10:00 on Saturday too, an hour later in UTC");
        assert_eq!(from("-48h"), "2026-03-07T14:00:00+00:00");
        assert_eq!(from("+1h30m"), "2026-03-09T15:30:00+00:00");
        assert_eq!(from("0m"), "2026-03-09T14:00:00+00:00");
        assert_eq!(Span::read("24h").unwrap().reversed(), Span::read("-24h").unwrap());
        for wrong in ["", "-", "5", "h", "5w", "1.5h", "--5m", "5 m", "é", "5é", "999999h", "99999999999999999999d"] {
            assert!(Span::read(wrong).is_err_and(|why| why.contains("like `24h`")), "{wrong}");
        }
    }
}
