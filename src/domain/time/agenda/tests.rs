//! Occurrences with exceptions, rolls and reminders; what was due after a pause.

use chrono_tz::America::Toronto;

use super::*;

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn entry(cron: &str, roll: Roll, remind: &[&str]) -> Entry {
    Entry {
        project: "api".into(),
        name: "freeze".into(),
        title: "Freeze".into(),
        schedule: Schedule::read(cron, Toronto).unwrap(),
        roll,
        missed: Missed::Late,
        remind: remind.iter().map(|text| Offset::read(text).unwrap()).collect(),
        quiet: QuietTimes::default(),
        roles: vec![],
        does: Does::Begins,
    }
}

fn exception(slot: &str, change: ExceptionKind) -> Exception {
    let at = moment("2026-03-01T00:00:00Z");
    Exception { entry: "api/freeze".into(), slot: moment(slot), change, by: "ann".into(), reason: "so".into(), at }
}

fn shown(occurrences: impl Iterator<Item = Occurrence>, count: usize) -> Vec<String> {
    let local = |at: DateTime<Utc>| at.with_timezone(&Toronto).format("%a %-d %b %H:%M").to_string();
    occurrences.take(count).map(|occurrence| local(occurrence.at)).collect()
}

#[test]
fn exceptions_move_and_skip_single_occurrences() {
    let weekly = entry("0 17 * * 4", Roll::Keep, &[]);
    let none = Holidays::default();
    let exceptions = [
        exception("2026-03-05T22:00:00Z", ExceptionKind::Skip),
        // After the next two.
        exception("2026-03-12T21:00:00Z", ExceptionKind::Move { to: moment("2026-03-27T14:00:00Z") }),
    ];
    let after = moment("2026-03-02T00:00:00Z");
    assert_eq!(
        shown(weekly.occurrences(after, &none, &exceptions), 4),
        ["Thu 19 Mar 17:00", "Thu 26 Mar 17:00", "Fri 27 Mar 10:00", "Thu 2 Apr 17:00"]
    );
    let early = [exception("2026-03-19T21:00:00Z", ExceptionKind::Move { to: moment("2026-03-04T15:00:00Z") })];
    assert_eq!(
        shown(weekly.occurrences(after, &none, &early), 3),
        ["Wed 4 Mar 10:00", "Thu 5 Mar 17:00", "Thu 12 Mar 17:00"],
        "something moved to earlier leaves out nothing else"
    );
    let foreign = [Exception { entry: "web/freeze".into(), ..exception("2026-03-05T22:00:00Z", ExceptionKind::Skip) }];
    assert_eq!(shown(weekly.occurrences(after, &none, &foreign), 1), ["Thu 5 Mar 17:00"]);
}

#[test]
fn what_rolls_to_one_instant_happens_once() {
    let holidays = Holidays::of([("2026-05-18".parse().unwrap(), "Victoria Day".to_owned())].into());
    let daily = entry("0 10 * * *", Roll::NextWorkingDay, &[]);
    let expected = ["Fri 15 May 10:00", "Tue 19 May 10:00", "Wed 20 May 10:00"];
    assert_eq!(shown(daily.occurrences(moment("2026-05-15T04:00:00Z"), &holidays, &[]), 3), expected);
    // Whenever one asks on the way, the roll over the long weekend is not forgotten.
    for at in ["2026-05-16T20:00:00Z", "2026-05-18T20:00:00Z", "2026-05-19T13:59:59Z"] {
        assert_eq!(shown(daily.occurrences(moment(at), &holidays, &[]), 2), expected[1..], "{at}");
    }
    assert_eq!(shown(daily.occurrences(moment("2026-05-19T14:00:00Z"), &holidays, &[]), 1), expected[2..]);
    let back = entry("0 10 * * *", Roll::PreviousWorkingDay, &[]);
    assert_eq!(shown(back.occurrences(moment("2026-05-15T13:00:00Z"), &holidays, &[]), 2), [expected[0], expected[1]]);
}

#[test]
fn reminders_are_due_before_and_only_the_last_is_made() {
    let weekly = entry("0 17 * * 4", Roll::Keep, &["24h", "2h"]);
    let none = Holidays::default();
    let monday = moment("2026-03-02T00:00:00Z");
    let next = |after: &str| weekly.next_due(moment(after), &none, &[]).unwrap();
    assert_eq!(weekly.next_due(monday, &none, &[]), Some(moment("2026-03-04T22:00:00Z")));
    assert_eq!(next("2026-03-04T22:00:00Z"), moment("2026-03-05T20:00:00Z"));
    assert_eq!(next("2026-03-05T20:00:00Z"), moment("2026-03-05T22:00:00Z"));
    let thursday = Occurrence { at: moment("2026-03-05T22:00:00Z"), slot: moment("2026-03-05T22:00:00Z") };
    let due = |now: &str| weekly.due(monday, moment(now), &none, &[]);
    assert_eq!(due("2026-03-04T21:59:59Z"), Due::default());
    assert_eq!(due("2026-03-05T21:00:00Z"), Due { occurrences: vec![], reminder: Some(thursday) });
    assert_eq!(due("2026-03-05T22:00:00Z"), Due { occurrences: vec![thursday], reminder: None });
    // Moved after the first reminder, it is reminded of again.
    let moved = [exception("2026-03-05T22:00:00Z", ExceptionKind::Move { to: moment("2026-03-06T22:00:00Z") })];
    let again = weekly.next_due(moment("2026-03-04T22:00:00Z"), &none, &moved);
    assert_eq!(again, Some(moment("2026-03-05T22:00:00Z")));
}

#[test]
fn after_a_long_pause_very_many_are_not_all_listed() {
    let every_minute = entry("* * * * *", Roll::Keep, &[]);
    let (from, now) = (moment("2026-03-02T00:00:00Z"), moment("2026-03-09T00:00:30Z"));
    let due = every_minute.due(from, now, &Holidays::default(), &[]);
    assert_eq!(due.occurrences.len(), COUNTED + 1);
    assert_eq!(due.occurrences.last().unwrap().at, moment("2026-03-09T00:00:00Z"));
}

#[test]
fn what_was_decided_before_a_release_holds_in_it() {
    let spec = |name: &str, cron: &str, starts| DateSpec {
        name: name.into(),
        title: name.into(),
        cron: Some(cron.into()),
        of: None,
        offset: None,
        roll: Roll::Keep,
        missed: Missed::Late,
        remind: vec![],
        remind_on_days_off: false,
        starts,
        roles: vec![],
    };
    let specs =
        [spec("freeze", "0 17 * * 4", true), spec("qa", "0 15 * * 5", false), spec("departure", "0 10 * * 1", false)];
    let exceptions = [
        exception("2026-03-05T22:00:00Z", ExceptionKind::Move { to: moment("2026-03-05T23:00:00Z") }),
        Exception { entry: "api/departure".into(), ..exception("2026-03-09T14:00:00Z", ExceptionKind::Skip) },
    ];
    let start = moment("2026-03-05T22:00:00Z");
    let fixed = fixed("api", &specs, Toronto, &Holidays::default(), start, &exceptions).unwrap();
    let expected = [("freeze", "2026-03-05T23:00:00Z"), ("departure", "2026-03-16T14:00:00Z")]
        .map(|(n, at)| (n.into(), moment(at)));
    assert_eq!(fixed, expected.into());
}
