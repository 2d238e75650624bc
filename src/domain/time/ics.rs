//! Reads the days of an iCalendar file: holidays as calendars offer them, also those that return every year.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use icalendar::parser::{Component, read_calendar, unfold};

use super::far;

/// No event lasts longer, in days.
const LONGEST: u64 = 400;

/// Every day that an event of the file covers, with the event's name.
///
/// # Errors
/// A sentence when it is no iCalendar file, or when an event recurs in a way that is not understood.
pub fn days(text: &str) -> Result<BTreeMap<NaiveDate, String>, String> {
    let text = unfold(text);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with("BEGIN:VCALENDAR") {
        return Err("this is no iCalendar file; it begins with `BEGIN:VCALENDAR`".into());
    }
    let calendar = read_calendar(text).map_err(|_| "this iCalendar file is broken; export it again".to_owned())?;
    let mut days = BTreeMap::new();
    for event in calendar.components.iter().filter(|component| component.name == "VEVENT") {
        if value(event, "STATUS") == Some("CANCELLED") {
            continue;
        }
        let name = value(event, "SUMMARY").unwrap_or("a holiday").replace("\\,", ",").replace("\\;", ";");
        let first = value(event, "DTSTART").and_then(date);
        let first =
            first.ok_or_else(|| format!("the event `{name}` has no day; its `DTSTART` is one like `20261225`"))?;
        let length = length(event, first);
        for start in starts(event, first, &name)? {
            days.extend(
                (0..length).filter_map(|ahead| Some((start.checked_add_days(Days::new(ahead))?, name.clone()))),
            );
        }
    }
    Ok(days)
}

fn value<'a>(event: &'a Component<'_>, name: &str) -> Option<&'a str> {
    event.find_prop(name).map(|property| property.val.as_str().trim())
}

/// The date in `20261225` and in `20261225T090000Z`: a day off is meant where the calendar is.
fn date(text: &str) -> Option<NaiveDate> {
    let digits = text.get(..8).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))?;
    NaiveDate::parse_from_str(digits, "%Y%m%d").ok()
}

/// How many days an event covers: up to its end, which does not belong to it, or for its duration.
fn length(event: &Component<'_>, first: NaiveDate) -> u64 {
    let until_end = || {
        let end = value(event, "DTEND")?;
        let days = (date(end)? - first).num_days();
        // An end within a day belongs to that day.
        let within = end.get(8..).is_some_and(|time| time.starts_with('T') && !time.starts_with("T000000"));
        u64::try_from(days).ok().map(|days| days.saturating_add(within.into()))
    };
    let for_duration = || {
        let (count, weeks) = match value(event, "DURATION")?.strip_prefix('P')? {
            text if text.ends_with('W') => (text.trim_end_matches('W'), 7),
            text => (text.split('D').next()?, 1),
        };
        count.parse::<u64>().ok().map(|count| count.saturating_mul(weeks))
    };
    until_end().or_else(for_duration).unwrap_or(1).clamp(1, LONGEST)
}

/// The days on which an event begins: one, or one every year.
fn starts(event: &Component<'_>, first: NaiveDate, name: &str) -> Result<Vec<NaiveDate>, String> {
    let Some(rule) = value(event, "RRULE") else { return Ok(vec![first]) };
    let foreign =
        || format!("the event `{name}` recurs as `{rule}`, which is not understood; write its days into `holidays`");
    let mut parts: BTreeMap<&str, &str> = rule.split(';').filter_map(|part| part.split_once('=')).collect();
    let mut take = |key: &str| parts.remove(key);
    let yearly = take("FREQ") == Some("YEARLY") && take("INTERVAL").is_none_or(|interval| interval == "1");
    let month = take("BYMONTH").map_or(Some(first.month()), |month| month.parse().ok());
    let day = take("BYMONTHDAY").map_or(Some(first.day()), |day| day.parse().ok());
    let weekday = take("BYDAY").map(nth_weekday);
    let count = take("COUNT").map_or(Some(usize::MAX), |count| count.parse().ok());
    let until = take("UNTIL").map_or(Some(NaiveDate::MAX), date);
    take("WKST");
    let (true, true, Some(month), Some(day), Some(count), Some(until)) =
        (yearly, parts.is_empty(), month, day, count, until)
    else {
        return Err(foreign());
    };
    let in_year = |year: i32| match weekday {
        Some(Some((nth, weekday))) => nth_in_month(year, month, nth, weekday),
        Some(None) => None,
        None => NaiveDate::from_ymd_opt(year, month, day),
    };
    if weekday == Some(None) {
        return Err(foreign());
    }
    let left_out: Vec<NaiveDate> = event
        .properties
        .iter()
        .filter(|p| p.name == "EXDATE")
        .flat_map(|p| p.val.as_str().split(','))
        .filter_map(date)
        .collect();
    let days = (first.year()..=*far::YEARS.end()).filter_map(in_year).filter(|day| *day >= first && *day <= until);
    Ok(days.take(count).filter(|day| !left_out.contains(day)).collect())
}

/// `3MO` is the third Monday, `-1MO` the last.
fn nth_weekday(text: &str) -> Option<(i8, Weekday)> {
    let at = text.len().checked_sub(2)?;
    let weekday = match text.get(at..)? {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    };
    let nth = text.get(..at)?.parse().ok().filter(|nth: &i8| *nth != 0)?;
    Some((nth, weekday))
}

fn nth_in_month(year: i32, month: u32, nth: i8, weekday: Weekday) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let in_month = first.iter_days().take_while(|day| day.month() == month).filter(|day| day.weekday() == weekday);
    let days: Vec<NaiveDate> = in_month.collect();
    let index = if nth > 0 {
        usize::from(nth.unsigned_abs()) - 1
    } else {
        days.len().checked_sub(nth.unsigned_abs().into())?
    };
    days.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(events: &[&str]) -> String {
        let events: String = events.iter().map(|event| format!("BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n")).collect();
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{events}END:VCALENDAR\r\n")
    }

    fn listed(events: &[&str], year: i32) -> String {
        let days = days(&calendar(events)).unwrap();
        let of_year = days.iter().filter(|(day, _)| day.year() == year);
        of_year.map(|(day, name)| format!("{day} {name}")).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn days_and_stretches_of_days() {
        assert_eq!(
            listed(
                &[
                    "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas\\, both\r\n  days",
                    "DTSTART;TZID=America/Toronto:20261231T120000\r\nDTEND;TZID=America/Toronto:20261231T180000\r\nSUMMARY:Eve",
                    "DTSTART:20260701\r\nDURATION:P1D\r\nSUMMARY:Canada Day",
                    "DTSTART:20260702\r\nSTATUS:CANCELLED\r\nSUMMARY:Not any more",
                ],
                2026
            ),
            "2026-07-01 Canada Day, 2026-12-25 Christmas, both days, 2026-12-26 Christmas, both days, 2026-12-31 Eve"
        );
    }

    #[test]
    fn what_returns_every_year() {
        let labour = "DTSTART:20200907\r\nRRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=1MO\r\nSUMMARY:Labour Day";
        let memorial = "DTSTART:20200525\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO\r\nSUMMARY:Memorial Day";
        let canada = "DTSTART:20200701\r\nRRULE:FREQ=YEARLY\r\nEXDATE:20270701\r\nSUMMARY:Canada Day";
        let over = "DTSTART:20200601\r\nRRULE:FREQ=YEARLY;COUNT=3\r\nSUMMARY:Over";
        let events = [labour, memorial, canada, over];
        assert_eq!(listed(&events, 2026), "2026-05-25 Memorial Day, 2026-07-01 Canada Day, 2026-09-07 Labour Day");
        assert_eq!(listed(&events, 2027), "2027-05-31 Memorial Day, 2027-09-06 Labour Day");
    }

    #[test]
    fn numbers_that_are_too_large_make_nothing_panic() {
        for event in [
            "DTSTART:20261224\r\nDURATION:P18446744073709551615W\r\nSUMMARY:For ever",
            "DTSTART:20261224\r\nDURATION:P99999999999999999999D\r\nSUMMARY:For ever",
            "DTSTART:20261224\r\nDTEND:99991231\r\nSUMMARY:For ever",
            "DTSTART:20261224\r\nRRULE:FREQ=YEARLY;COUNT=99999999999\r\nSUMMARY:For ever",
        ] {
            let told = std::panic::catch_unwind(|| days(&calendar(&[event])).map(|days| days.len()));
            assert!(told.is_ok_and(|told| told.is_ok_and(|days| days <= 400)), "{event}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        let told = |text: &str| days(text).unwrap_err();
        assert_eq!(told("<html>"), "this is no iCalendar file; it begins with `BEGIN:VCALENDAR`");
        assert_eq!(told("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"), "this iCalendar file is broken; export it again");
        let weekly = calendar(&["DTSTART:20260701\r\nRRULE:FREQ=WEEKLY;BYDAY=MO\r\nSUMMARY:Mondays off"]);
        let sentence = "the event `Mondays off` recurs as `FREQ=WEEKLY;BYDAY=MO`, which is not understood; write its days into `holidays`";
        assert_eq!(told(&weekly), sentence);
        assert!(told(&calendar(&["SUMMARY:When?"])).starts_with("the event `When?` has no day"));
    }
}
