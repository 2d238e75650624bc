//! When something is due: dates, spans, schedules, calendars, holidays.

pub mod agenda;
pub mod dates;
pub mod duration;
pub mod far;
pub mod holidays;
pub mod ics;
pub mod local;
pub mod moment;
pub mod offset;
pub mod quiet;
pub mod schedule;
