//! What calendars offer, and the days off in it.

use chrono::Datelike;
use chrono_tz::{America::Toronto, Europe::Berlin, Tz};

use super::*;

fn calendar(events: &[&str]) -> String {
    let events: String = events.iter().map(|event| format!("BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n")).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{events}END:VCALENDAR\r\n")
}

fn shown(file: &CalendarFile, year: i32) -> String {
    let of_year = file.days.iter().filter(|(day, _)| day.year() == year);
    of_year.map(|(day, name)| format!("{} {name}", day.format("%m-%d"))).collect::<Vec<_>>().join(", ")
}

/// The days off in a year; nothing may be odd.
fn listed_in(events: &[&str], year: i32, zone: Tz) -> String {
    let file = read(&calendar(events), zone).unwrap();
    assert_eq!(file.odd, Vec::<String>::new());
    shown(&file, year)
}

fn listed(events: &[&str], year: i32) -> String {
    listed_in(events, year, Berlin)
}

#[test]
fn days_and_stretches_of_days() {
    let events = [
        "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas\\, both\r\n  days",
        "DTSTART:20260701\r\nDURATION:P1D\r\nSUMMARY:Canada Day",
        "DTSTART:20260810\r\nDURATION:P1W\r\nSUMMARY:Closed",
        "DTSTART:20260702\r\nSTATUS:CANCELLED\r\nSUMMARY:Not any more",
        "DTSTART:20260703\r\nDTEND:20260703\r\nSUMMARY:Ends as it begins",
    ];
    let closed: Vec<String> = (10..17).map(|day| format!("08-{day} Closed")).collect();
    assert_eq!(
        listed(&events, 2026),
        format!(
            "07-01 Canada Day, 07-03 Ends as it begins, {}, 12-25 Christmas, both days, 12-26 Christmas, both days",
            closed.join(", ")
        )
    );
}

#[test]
fn what_is_at_a_time_of_day_is_no_day_off() {
    let events = [
        "DTSTART;TZID=America/Toronto:20261231T120000\r\nDTEND;TZID=America/Toronto:20261231T180000\r\nSUMMARY:Eve",
        "DTSTART:20260601T090000Z\r\nDTEND:20260601T093000Z\r\nRRULE:FREQ=WEEKLY;BYDAY=MO\r\nSUMMARY:Planning",
        "DTSTART:20260602T120000Z\r\nSUMMARY:An instant",
        "DTSTART:20260907T150000\r\nDTEND:20260910T110000\r\nSUMMARY:Retreat",
    ];
    assert_eq!(listed(&events, 2026), "09-08 Retreat, 09-09 Retreat", "the days that it covers whole");
    let file = read(&calendar(&events), Berlin).unwrap();
    let over: Vec<&str> = file.passed_over.iter().map(String::as_str).collect();
    assert_eq!(over, ["An instant (no whole day)", "Eve (no whole day)", "Planning (no whole day)"]);
}

#[test]
fn observances_are_no_days_off() {
    let event = |day: &str, more: &str| format!("DTSTART;VALUE=DATE:{day}\r\n{more}\r\nTRANSP:TRANSPARENT");
    let events = [
        event("20260601", "SUMMARY:Some month\r\nDESCRIPTION:Observance\\nTo hide observances\\, go to settings"),
        event("20260515", "SUMMARY:Awareness\r\nDESCRIPTION:observance"),
        event("20260517", "SUMMARY:Parents (Not a Public Holiday)"),
        event("20260518", "SUMMARY:Victoria Day\r\nDESCRIPTION:Public holiday"),
        event("20260519", "SUMMARY:Somebody\r\nCATEGORIES:Holidays,Observances"),
    ];
    let events: Vec<&str> = events.iter().map(String::as_str).collect();
    assert_eq!(listed(&events, 2026), "05-18 Victoria Day", "free time in a calendar says nothing about a day off");
    let over = read(&calendar(&events), Berlin).unwrap().passed_over;
    assert!(over.contains("Awareness (an observance)") && over.len() == 4, "{over:?}");
}

#[test]
fn a_whole_day_in_utc_is_the_day_that_was_meant() {
    let microsoft = "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE\r\nSUMMARY:Off";
    let berlin = format!("DTSTART:20260525T220000Z\r\nDTEND:20260526T220000Z\r\n{microsoft}");
    assert_eq!(listed_in(&[&berlin], 2026, Berlin), "05-26 Off");
    assert_eq!(listed_in(&[&berlin], 2026, Toronto), "05-26 Off", "read elsewhere it is the same day");
    let toronto = format!("DTSTART:20261225T050000Z\r\nDTEND:20261227T050000Z\r\n{microsoft}");
    assert_eq!(listed_in(&[&toronto], 2026, Toronto), "12-25 Off, 12-26 Off");
    let unsaid = "DTSTART:20260525T220000Z\r\nDTEND:20260526T220000Z\r\nSUMMARY:Off";
    assert_eq!(listed_in(&[unsaid], 2026, Berlin), "05-26 Off", "from midnight to midnight");
    let midnights = "DTSTART;TZID=W. Europe Standard Time:20260526T000000\r\n\
                     DTEND;TZID=W. Europe Standard Time:20260526T235900\r\nSUMMARY:Off";
    assert_eq!(listed_in(&[midnights], 2026, Toronto), "05-26 Off", "a zone of Windows needs no translation");
    let yearly = format!("{berlin}\r\nRRULE:FREQ=YEARLY;UNTIL=20280525T220000Z\r\nEXDATE:20270525T220000Z");
    let years = [2026, 2027, 2028, 2029].map(|year| listed_in(&[&yearly], year, Berlin));
    assert_eq!(years, ["05-26 Off", "", "05-26 Off", ""]);
}

#[test]
fn what_recurs() {
    let labour = "DTSTART:20200907\r\nRRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=1MO\r\nSUMMARY:Labour Day";
    let memorial = "DTSTART:20200525\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO\r\nSUMMARY:Memorial Day";
    let canada = "DTSTART:20200701\r\nRRULE:FREQ=YEARLY\r\nEXDATE:20270701,20280701\r\nSUMMARY:Canada Day";
    let over = "DTSTART:20200601\r\nRRULE:FREQ=YEARLY;COUNT=3\r\nSUMMARY:Over";
    let election =
        "DTSTART:20201103\r\nRRULE:FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8\r\nSUMMARY:Vote";
    let closed =
        "DTSTART:20261130\r\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;UNTIL=20261231\r\nRDATE:20270104\r\nSUMMARY:Closed";
    let last = "DTSTART:20261231\r\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2\r\nSUMMARY:Stocktaking";
    let listed_days = "DTSTART:20270301\r\nRDATE;VALUE=PERIOD:20270308T000000Z/P1D\r\nRDATE:20270315\r\nSUMMARY:Said";
    let events = [labour, memorial, canada, over, election, closed, last, listed_days];
    assert_eq!(
        listed(&events, 2026),
        "05-25 Memorial Day, 07-01 Canada Day, 09-07 Labour Day, 11-30 Closed, 12-14 Closed, 12-28 Closed, \
         12-31 Stocktaking"
    );
    assert_eq!(
        listed(&events, 2027),
        "01-04 Closed, 01-29 Stocktaking, 03-01 Said, 03-08 Said, 03-15 Said, 05-31 Memorial Day, 09-06 Labour Day"
    );
    assert!(listed(&events, 2028).contains("11-07 Vote") && listed(&events, 2021).contains("06-01 Over"));
}

#[test]
fn one_day_of_a_series_is_moved_or_called_off() {
    let founders = "UID:1\r\nDTSTART;VALUE=DATE:20250601\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Founders";
    let moved = "UID:1\r\nRECURRENCE-ID;VALUE=DATE:20260601\r\nDTSTART;VALUE=DATE:20260608\r\nSUMMARY:Founders (moved)";
    let off =
        "UID:1\r\nRECURRENCE-ID;VALUE=DATE:20270601\r\nDTSTART;VALUE=DATE:20270601\r\nSTATUS:CANCELLED\r\nSUMMARY:No";
    let half = "UID:1\r\nRECURRENCE-ID;VALUE=DATE:20280601\r\nDTSTART:20280601T120000\r\nDTEND:20280601T130000\r\nSUMMARY:Lunch";
    let other = "UID:2\r\nDTSTART;VALUE=DATE:20260601\r\nSUMMARY:Another series";
    for events in [[founders, moved, off, half, other], [half, off, moved, founders, other]] {
        let years = [2025, 2026, 2027, 2028, 2029].map(|year| listed(&events, year));
        assert_eq!(years, ["06-01 Founders", "06-01 Another series, 06-08 Founders (moved)", "", "", "06-01 Founders"]);
    }
}

#[test]
fn several_calendars_in_one_file() {
    let (first, second) =
        (calendar(&["DTSTART:20260601\r\nSUMMARY:A day off"]), calendar(&["DTSTART:20260608\r\nSUMMARY:Another"]));
    let file = read(&format!("\u{feff}{first}\r\n{second}"), Berlin).unwrap();
    assert_eq!((shown(&file, 2026).as_str(), file.odd.len()), ("06-01 A day off, 06-08 Another", 0));
    let series = calendar(&["UID:1\r\nDTSTART:20250601\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Founders"]);
    let moved = calendar(&["UID:1\r\nRECURRENCE-ID:20260601\r\nDTSTART:20260608\r\nSUMMARY:Moved"]);
    let file = read(&format!("{series}{moved}").to_lowercase().replace("vcalendar", "VCALENDAR"), Berlin);
    assert!(file.is_ok(), "BEGIN may be written small");
    assert_eq!(shown(&read(&format!("{series}{moved}"), Berlin).unwrap(), 2026), "06-08 Moved");
}

#[test]
fn one_odd_event_is_named_and_left_out() {
    let odd = [
        "SUMMARY:When?",
        "DTSTART:2026-12-25\r\nSUMMARY:Dashes",
        "DTSTART:20260701\r\nRRULE:FREQ=FORTNIGHTLY\r\nSUMMARY:Foreign",
        "DTSTART:20260701\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31\r\nSUMMARY:Never",
        "DTSTART:20260701\r\nRRULE:FREQ=SECONDLY\r\nSUMMARY:Ticking",
        "DTSTART:20260701\r\nRRULE:FREQ=YEARLY\r\nEXRULE:FREQ=YEARLY;INTERVAL=2\r\nSUMMARY:Every other",
        "DTSTART:20260701\r\nRRULE:FREQ=YEARLY\r\nEXDATE:soon\r\nSUMMARY:Except",
        "UID:1\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260601\r\nDTSTART:20260602\r\nSUMMARY:From now on",
        "DTSTART:20261224\r\nDTEND:99991231\r\nSUMMARY:For ever",
        "DTSTART:20261224\r\nDURATION:P18446744073709551615W\r\nSUMMARY:For weeks",
        "this is no line of a calendar\r\nSUMMARY:Broken",
    ];
    let mut events = odd.to_vec();
    events.insert(0, "DTSTART:20260701\r\nSUMMARY:Canada Day");
    events.push("DTSTART:20261225\r\nSUMMARY:Christmas");
    let text = calendar(&events);
    let file = read(&text, Berlin).unwrap();
    assert_eq!(shown(&file, 2026), "07-01 Canada Day, 12-25 Christmas");
    insta::assert_snapshot!(file.odd.join("\n"));
    // A download that was cut off.
    let cut = text.rsplit_once("\r\nEND:VEVENT").unwrap().0;
    let file = read(cut, Berlin).unwrap();
    assert_eq!(shown(&file, 2026), "07-01 Canada Day");
    let last = file.odd.last().unwrap();
    assert_eq!(last, "the event `Christmas` ends before its `END:VEVENT`; is the file whole?");
    assert_eq!(read("<html>", Berlin).unwrap_err(), "this is no iCalendar file; it begins with `BEGIN:VCALENDAR`");
}

#[test]
fn numbers_that_are_too_large_make_nothing_panic() {
    for event in [
        "DTSTART:20261224\r\nDURATION:P99999999999999999999D\r\nSUMMARY:For ever",
        "DTSTART:20261224\r\nRRULE:FREQ=YEARLY;COUNT=99999999999\r\nSUMMARY:For ever",
        "DTSTART:20261224\r\nRRULE:FREQ=DAILY;INTERVAL=65535\r\nSUMMARY:For ever",
        "DTSTART:20261224\r\nDURATION:P399D\r\nRRULE:FREQ=DAILY\r\nSUMMARY:For ever",
        "DTSTART:99991231T235959Z\r\nDTEND:99991231T235959Z\r\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE\r\nSUMMARY:Last",
        "DTSTART:00010101\r\nRRULE:FREQ=DAILY\r\nSUMMARY:First",
    ] {
        let told = std::panic::catch_unwind(|| read(&calendar(&[event]), Berlin).map(|file| file.days.len()));
        assert!(told.is_ok_and(|told| told.is_ok_and(|days| days <= MOST)), "{event}");
    }
}
