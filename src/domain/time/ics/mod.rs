//! Reads the days off in an iCalendar file, as calendar programs and offices offer them.
//!
//! A day off is an event that covers a day from midnight to midnight in the team's zone. What is at a time of day is none,
//! nor is what a calendar itself calls an observance. What cannot be read is named and left out; the rest stands.

mod event;
mod event_time;
mod recurrence;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use icalendar::parser::{read_components, unfold};

use self::event::{DayOff, NoDayOff};

/// No file has more days off: two centuries of them.
const MOST: usize = 75_000;

/// What an iCalendar file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CalendarFile {
    /// The days off, with their names.
    pub days: BTreeMap<NaiveDate, String>,
    /// What is odd in it and was left out, a sentence each.
    pub odd: Vec<String>,
    /// The events that are no days off, with the reason.
    pub passed_over: BTreeSet<String>,
}

/// Reads a file, which may hold several calendars one after the other, in the team's zone.
///
/// # Errors
/// A sentence when it is no iCalendar file.
pub fn read(text: &str, zone: Tz) -> Result<CalendarFile, String> {
    let text = unfold(text);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.get(..15).is_some_and(|begin| begin.eq_ignore_ascii_case("BEGIN:VCALENDAR")) {
        return Err("this is no iCalendar file; it begins with `BEGIN:VCALENDAR`".into());
    }
    let mut file = CalendarFile::default();
    let mut events = vec![];
    for block in blocks(text) {
        match block.and_then(|block| one(&block, zone)) {
            Ok(event) => events.push(event),
            Err(odd) => file.odd.push(odd),
        }
    }
    let replaced: BTreeSet<(String, NaiveDate)> =
        events.iter().filter_map(|event| Some((event.series.clone()?, event.instead_of?))).collect();
    for event in events {
        add(&mut file, event, &replaced);
    }
    Ok(file)
}

fn add(file: &mut CalendarFile, event: DayOff, replaced: &BTreeSet<(String, NaiveDate)>) {
    let name = event.name;
    let length = match event.length {
        Ok(length) => length,
        Err(NoDayOff::Cancelled) => return,
        Err(NoDayOff::Observance) => {
            file.passed_over.insert(format!("{name} (an observance)"));
            return;
        }
        Err(NoDayOff::PartOfADay) => {
            file.passed_over.insert(format!("{name} (no whole day)"));
            return;
        }
    };
    let moved = |day: &NaiveDate| {
        let series = event.series.clone().filter(|_| event.instead_of.is_none());
        series.is_some_and(|series| replaced.contains(&(series, *day)))
    };
    let starts = event.starts.iter().filter(|day| !moved(day));
    let days = starts.flat_map(|day| (0..length).filter_map(|ahead| day.checked_add_days(Days::new(ahead))));
    let room = MOST.saturating_sub(file.days.len());
    let days: Vec<NaiveDate> = days.take(room + 1).collect();
    if days.len() > room {
        file.odd.push(format!("the event `{name}` has too many days"));
        return;
    }
    file.days.extend(days.into_iter().map(|day| (day, name.clone())));
}

/// The text of each event, by itself: what is broken in one is not broken in the others. What ends before its end is told.
fn blocks(text: &str) -> Vec<Result<String, String>> {
    let (mut blocks, mut open) = (vec![], None::<String>);
    let cut =
        |block: &str| Err(format!("the event `{}` ends before its `END:VEVENT`; is the file whole?", called(block)));
    for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        if line.eq_ignore_ascii_case("BEGIN:VEVENT") {
            blocks.extend(open.replace(String::new()).map(|block| cut(&block)));
        }
        if line.eq_ignore_ascii_case("END:VCALENDAR") {
            blocks.extend(open.take().map(|block| cut(&block)));
        }
        if let Some(block) = &mut open {
            block.push_str(line);
            block.push_str("\r\n");
        }
        if line.eq_ignore_ascii_case("END:VEVENT") {
            blocks.extend(open.take().map(Ok));
        }
    }
    blocks.extend(open.map(|block| cut(&block)));
    blocks
}

fn one(block: &str, zone: Tz) -> Result<DayOff, String> {
    let broken = || format!("the event `{}` is broken", called(block));
    let components = read_components(block).map_err(|_| broken())?;
    let event = components.first().ok_or_else(broken)?;
    event::read(event, zone).map_err(|odd| format!("the event `{}` {odd}", event::name(event)))
}

/// What an event is called that cannot be read.
fn called(block: &str) -> &str {
    let summary = block.lines().find(|line| line.starts_with("SUMMARY"));
    summary.and_then(|line| line.split_once(':')).map_or("without a name", |(_, name)| name)
}

#[cfg(test)]
mod tests;
