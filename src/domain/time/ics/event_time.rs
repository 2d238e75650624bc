//! A date or a time as an event writes it, and the day that is meant where the team is.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::domain::time::local;

/// What stands in `DTSTART` and its like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EventTime {
    /// A whole day: `20261225`.
    Day(NaiveDate),
    /// What a clock shows where the event is, whichever zone that is: `20261225T090000`.
    Shown(NaiveDateTime),
    /// An instant: `20261225T090000Z`.
    Instant(DateTime<Utc>),
}

impl EventTime {
    /// Reads a value; of a period, when it begins.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.split('/').next().unwrap_or(text);
        if text.len() == 8 {
            return NaiveDate::parse_from_str(text, "%Y%m%d").ok().map(Self::Day);
        }
        let (clock, utc) = text.strip_suffix('Z').map_or((text, false), |clock| (clock, true));
        let time = NaiveDateTime::parse_from_str(clock, "%Y%m%dT%H%M%S").ok()?;
        Some(if utc { Self::Instant(time.and_utc()) } else { Self::Shown(time) })
    }

    /// What the clock on the wall shows then.
    pub(super) fn shown(self, zone: Tz) -> NaiveDateTime {
        match self {
            Self::Day(day) => day.into(),
            Self::Shown(time) => time,
            Self::Instant(at) => local::shown(zone, at),
        }
    }

    /// The day it lies on. The start of a whole day in UTC is midnight in the zone of whoever wrote it, which may be another
    /// than the team's: the day is the one at whose noon it is that day nearly everywhere.
    pub(super) fn day(self, zone: Tz, whole_days: bool) -> NaiveDate {
        match self {
            Self::Instant(at) if whole_days => local::shown(zone, at + TimeDelta::hours(12)).date(),
            Self::Instant(_) | Self::Day(_) | Self::Shown(_) => self.shown(zone).date(),
        }
    }
}
