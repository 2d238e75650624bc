//! The calendar that the bot offers, as iCalendar text (RFC 5545).

use std::fmt::Write;

use chrono::{DateTime, Utc};

/// Lines are no longer than this, in bytes, before they are folded.
const LONGEST_LINE: usize = 75;

/// Something that stands in the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarEvent {
    /// What names it for ever, so that a calendar knows it again when it moves.
    pub id: String,
    /// When it begins, or is.
    pub from: DateTime<Utc>,
    /// When it ends, if it lasts.
    pub until: Option<DateTime<Utc>>,
    /// What it is.
    pub title: String,
    /// More about it; may be empty.
    pub text: String,
}

/// The calendar of a project.
pub fn ics(project: &str, events: &[CalendarEvent], now: DateTime<Utc>) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| fold(&mut text, &format!("{name}:{value}"));
    line("BEGIN", "VCALENDAR");
    line("VERSION", "2.0");
    line("PRODID", "-//Shipmate//Release calendar//EN");
    line("CALSCALE", "GREGORIAN");
    line("X-WR-CALNAME", &escaped(&format!("Releases of {project}")));
    line("REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
    for event in events {
        line("BEGIN", "VEVENT");
        line("UID", &escaped(&format!("{}@shipmate", event.id)));
        line("DTSTAMP", &stamp(now));
        line("DTSTART", &stamp(event.from));
        if let Some(until) = event.until {
            line("DTEND", &stamp(until));
        }
        line("SUMMARY", &escaped(&event.title));
        if !event.text.is_empty() {
            line("DESCRIPTION", &escaped(&event.text));
        }
        // What is to be known, not where somebody has to be.
        line("TRANSP", "TRANSPARENT");
        line("END", "VEVENT");
    }
    line("END", "VCALENDAR");
    text
}

fn stamp(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// People's words, so that they end nothing.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// Adds a line; a long one goes on in the next, behind a space, and no letter is cut.
fn fold(text: &mut String, line: &str) {
    let mut length = 0;
    for letter in line.chars() {
        if length + letter.len_utf8() > LONGEST_LINE {
            text.push_str("\r\n ");
            length = 1;
        }
        length += letter.len_utf8();
        // Writing to a string cannot fail.
        let _ = text.write_char(letter);
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use icalendar::{Calendar, Component};

    use super::*;

    #[test]
    fn another_library_reads_what_is_written() {
        let moment = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let words = "quarter end; nothing, really \\ nothing\nmay change: \u{1f9ca} ".repeat(4);
        let events = [
            CalendarEvent {
                id: "api/freeze/3".into(),
                from: moment("2026-03-05T22:00:00Z"),
                until: Some(moment("2026-03-09T15:00:00Z")),
                title: words.clone(),
                text: words.clone(),
            },
            CalendarEvent {
                id: "api/departure".into(),
                from: moment("2026-03-09T14:00:00Z"),
                until: None,
                title: "Departure".into(),
                text: String::new(),
            },
        ];
        let text = ics("api", &events, moment("2026-03-02T00:00:00Z"));
        assert!(text.split("\r\n").all(|line| line.len() <= LONGEST_LINE), "{text}");
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "{text}");
        let calendar: Calendar = text.parse().unwrap();
        assert_eq!(calendar.get_name(), Some("Releases of api"));
        let [freeze, departure] = calendar.components.as_slice() else { unreachable!() };
        let (freeze, departure) = (freeze.as_event().unwrap(), departure.as_event().unwrap());
        assert_eq!(freeze.get_uid(), Some("api/freeze/3@shipmate"));
        assert_eq!(freeze.get_start(), Some(events[0].from.into()));
        assert_eq!(freeze.get_end(), Some(moment("2026-03-09T15:00:00Z").into()));
        assert_eq!((freeze.get_summary(), freeze.get_description()), (Some(words.as_str()), Some(words.as_str())));
        assert_eq!(departure.get_start(), Some(events[1].from.into()));
        assert_eq!((departure.get_end(), departure.get_description()), (None, None));
    }
}
