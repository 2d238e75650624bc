//! Which days off were read, for `shipmate check`.

use chrono::{Days, NaiveDate};

use crate::domain::time::{holidays::Holidays, ics::CalendarFile};

/// How far ahead days are listed, in days, and how many at most.
const AHEAD: (u64, usize) = (366, 60);

/// What each file says and which of its events are no days off; then the days off of the year to come, and the working days
/// out of turn.
pub fn days_off(holidays: &Holidays, files: &[(String, CalendarFile)], today: NaiveDate) -> Vec<String> {
    let mut lines: Vec<String> = files
        .iter()
        .map(|(name, file)| {
            let over: Vec<&str> = file.passed_over.iter().map(String::as_str).collect();
            let over = if over.is_empty() { String::new() } else { format!("; no days off: {}", over.join(", ")) };
            let odd = if file.odd.is_empty() { String::new() } else { format!("; {} left out", file.odd.len()) };
            let ends = file.days.keys().next().zip(file.days.keys().next_back());
            match ends {
                Some((first, last)) => {
                    let count = super::count(u32::try_from(file.days.len()).unwrap_or(u32::MAX), "day");
                    format!("{name}: {count} off from {first} to {last}{over}{odd}.")
                }
                None => format!("{name}: no day off{over}{odd}."),
            }
        })
        .collect();
    if holidays.off.is_empty() && holidays.working.is_empty() {
        return lines;
    }
    let until = today.checked_add_days(Days::new(AHEAD.0)).unwrap_or(today);
    let coming: Vec<_> = holidays.off.range(today..until).collect();
    let shown = coming.iter().take(AHEAD.1).map(|(day, name)| format!("{} {name}", day.format("%a %Y-%m-%d")));
    let shown: Vec<String> = shown.collect();
    lines.push(match coming.len() {
        0 => "Days off from today on: none within a year; are the files out of date?".to_owned(),
        count if count > AHEAD.1 => {
            format!("Days off from today on: {}, and {} more within a year.", shown.join(", "), count - AHEAD.1)
        }
        _ => format!("Days off from today on: {}.", shown.join(", ")),
    });
    let working = holidays.working.range(today..).map(|(day, name)| format!("{} {name}", day.format("%a %Y-%m-%d")));
    let working: Vec<String> = working.collect();
    if !working.is_empty() {
        lines.push(format!("Working days out of turn: {}.", working.join(", ")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;
    use crate::domain::time::ics;

    #[test]
    fn what_was_read_is_shown_and_what_was_not() {
        let event = |event: &str| format!("BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n");
        let events = [
            "DTSTART:20261225\r\nRRULE:FREQ=YEARLY;COUNT=2\r\nSUMMARY:Christmas",
            "DTSTART:20270515\r\nSUMMARY:Some awareness day\r\nDESCRIPTION:Observance",
            "DTSTART:20261130T090000\r\nDTEND:20261130T100000\r\nSUMMARY:Stand-up",
            "SUMMARY:When?",
        ];
        let text = format!("BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n", events.map(event).concat());
        let file = ics::read(&text, Tz::UTC).unwrap();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let working = [(day("2026-12-05"), "instead of the 24th".to_owned())].into();
        let holidays = Holidays::of(file.days.clone()).but_working(working);
        let files = [("holidays.ics".to_owned(), file), ("empty.ics".to_owned(), ics::CalendarFile::default())];
        assert_eq!(
            days_off(&holidays, &files, day("2026-11-30")),
            [
                "holidays.ics: 2 days off from 2026-12-25 to 2027-12-25; no days off: Some awareness day (an observance), \
                 Stand-up (no whole day); 1 left out.",
                "empty.ics: no day off.",
                "Days off from today on: Fri 2026-12-25 Christmas.",
                "Working days out of turn: Sat 2026-12-05 instead of the 24th.",
            ]
        );
        assert_eq!(
            days_off(&holidays, &[], day("2028-01-01")),
            ["Days off from today on: none within a year; are the files out of date?"]
        );
        assert!(days_off(&Holidays::default(), &[], day("2028-01-01")).is_empty(), "nothing was written");
    }
}
