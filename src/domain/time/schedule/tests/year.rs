//! A whole year in six zones: every firing once, none else, whichever minute one asks at.
//!
//! What is expected is read off the zone alone: every minute of the year in UTC, with what a clock on the wall shows.

use chrono::{DateTime, Datelike, Duration, NaiveDateTime, TimeZone, Timelike, Utc, Weekday};
use chrono_tz::Tz;

use super::super::Schedule;

/// Crontab text, whether it means time that passes, and the local times it means, told by hand.
type Case = (&'static str, bool, fn(&NaiveDateTime) -> bool);

const CASES: &[Case] = &[
    ("0 17 * * 4", false, |at| at.weekday() == Weekday::Thu && (at.hour(), at.minute()) == (17, 0)),
    ("0 15 * * fri", false, |at| at.weekday() == Weekday::Fri && (at.hour(), at.minute()) == (15, 0)),
    ("45 9 * * 1-5", false, |at| at.weekday().number_from_monday() <= 5 && (at.hour(), at.minute()) == (9, 45)),
    ("30 2 * * *", false, |at| (at.hour(), at.minute()) == (2, 30)),
    ("30 1 * * *", false, |at| (at.hour(), at.minute()) == (1, 30)),
    ("0 2 * * 0", false, |at| at.weekday() == Weekday::Sun && (at.hour(), at.minute()) == (2, 0)),
    ("15 2 * * 7", false, |at| at.weekday() == Weekday::Sun && (at.hour(), at.minute()) == (2, 15)),
    ("0,20,40 1-3 * * *", false, |at| (1..=3).contains(&at.hour()) && at.minute() % 20 == 0),
    ("0 22-2 * * fri-mon", false, |at| {
        let days = [Weekday::Fri, Weekday::Sat, Weekday::Sun, Weekday::Mon];
        at.minute() == 0 && (at.hour() >= 22 || at.hour() <= 2) && days.contains(&at.weekday())
    }),
    ("0 9 1,15 * 1", false, |at| {
        (at.hour(), at.minute()) == (9, 0) && (at.weekday() == Weekday::Mon || [1, 15].contains(&at.day()))
    }),
    ("0 9 1-7 * */7", false, |at| (at.hour(), at.minute()) == (9, 0) && at.weekday() == Weekday::Sun && at.day() <= 7),
    ("59 23 29-31 1-12/2 *", false, |at| (at.hour(), at.minute()) == (23, 59) && at.day() >= 29 && at.month() % 2 == 1),
    ("0 30 2 8 mar,apr * 2026", false, |at| {
        at.day() == 8 && [3, 4].contains(&at.month()) && (at.hour(), at.minute()) == (2, 30)
    }),
    ("@daily", false, |at| (at.hour(), at.minute()) == (0, 0)),
    ("@weekly", false, |at| at.weekday() == Weekday::Sun && (at.hour(), at.minute()) == (0, 0)),
    ("@monthly", false, |at| at.day() == 1 && (at.hour(), at.minute()) == (0, 0)),
    ("@hourly", true, |at| at.minute() == 0),
    ("*/30 * * * *", true, |at| at.minute() % 30 == 0),
    ("*/20 1 * * *", true, |at| at.hour() == 1 && at.minute() % 20 == 0),
    ("10 */2 * * *", true, |at| at.hour() % 2 == 0 && at.minute() == 10),
    ("0 7-57/10 0-4 * * sat,sun", true, |at| {
        at.minute() % 10 == 7 && at.hour() <= 4 && at.weekday().number_from_monday() >= 6
    }),
];

/// Every minute of 2026 in UTC and what the wall shows, from three hours earlier on so that the first minute of the year
/// has a past.
fn minutes(zone: Tz) -> Vec<(DateTime<Utc>, NaiveDateTime)> {
    let first = Utc.with_ymd_and_hms(2025, 12, 31, 21, 0, 0).unwrap();
    let count = (365 * 24 + 3) * 60;
    let instants = (0..count).map(|minute| first + Duration::minutes(minute));
    instants.map(|at| (at, at.with_timezone(&zone).naive_local())).collect()
}

/// A local time fires when the wall first shows it or a later one; time that passes, whenever the wall shows it.
fn expected(minutes: &[(DateTime<Utc>, NaiveDateTime)], (_, passes, means): &Case) -> Vec<DateTime<Utc>> {
    let mut highest = minutes[0].1;
    let mut firings = vec![];
    for (at, shown) in &minutes[1..] {
        let mut fires = *passes && means(shown);
        while highest < *shown {
            highest += Duration::minutes(1);
            fires |= means(&highest);
        }
        if fires {
            firings.push(*at);
        }
    }
    firings
}

/// The minutes at which the wall jumps.
fn changes(minutes: &[(DateTime<Utc>, NaiveDateTime)]) -> Vec<usize> {
    let jumps = |index: &usize| minutes[*index].1 - minutes[*index - 1].1 != Duration::minutes(1);
    (1..minutes.len()).filter(jumps).collect()
}

fn check(zone: Tz, changes_expected: usize) {
    let minutes = minutes(zone);
    let changes = changes(&minutes);
    assert_eq!(changes.len(), changes_expected, "the clock in {zone} is changed so often in 2026");
    for case in CASES {
        let (text, ..) = case;
        let schedule = Schedule::read(text, zone).unwrap();
        let expected = expected(&minutes, case);
        let (first, last) = (minutes[0].0, minutes[minutes.len() - 1].0);
        let fired: Vec<_> = schedule.following(first).take_while(|at| *at <= last).collect();
        assert_eq!(fired, expected, "{text} in {zone}");
        assert!(!fired.is_empty(), "{text} in {zone} never fires");
        // A restart at any minute around a change: what comes next, and what came last, are the same.
        let noon = minutes.len() / 2;
        for surroundings in changes.iter().copied().chain([noon]) {
            for (at, _) in &minutes[surroundings - 240..surroundings + 240] {
                for at in [*at, *at + Duration::milliseconds(29_500)] {
                    let over = expected.partition_point(|firing| *firing <= at);
                    assert_eq!(schedule.next_after(at), expected.get(over).copied(), "{text} in {zone} after {at}");
                    if let Some(before) = over.checked_sub(1) {
                        assert_eq!(schedule.last_until(at), Some(expected[before]), "{text} in {zone} until {at}");
                    }
                }
            }
        }
    }
}

#[test]
fn toronto() {
    check(chrono_tz::America::Toronto, 2);
}

#[test]
fn berlin() {
    check(chrono_tz::Europe::Berlin, 2);
}

#[test]
fn lord_howe_where_half_an_hour_comes_twice() {
    check(chrono_tz::Australia::Lord_Howe, 2);
}

#[test]
fn kolkata() {
    check(chrono_tz::Asia::Kolkata, 0);
}

#[test]
fn casablanca_where_ramadan_moves_the_clock() {
    check(chrono_tz::Africa::Casablanca, 2);
}

#[test]
fn utc() {
    check(Tz::UTC, 0);
}
