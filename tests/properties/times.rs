//! Durations, moments, dates, crontab text and calendars.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::{collection::vec, option, prelude::*};
use shipmate::{
    domain::{
        freeze::rule::{FreezeRule, WindowRule},
        time::{
            dates::{self, DateSpec},
            duration::{self, LONGEST, Lasting},
            far,
            holidays::{Holidays, Roll},
            ics, local, moment,
            offset::Offset,
            quiet::QuietTimes,
            schedule::Schedule,
        },
    },
    messages::calendar,
};

use super::{
    cases,
    near::{near, scraps},
};

const DURATIONS: [&str; 8] = ["90s", "15m", "8h", "2d", "1h30m", "1d12h", "-15m", "3650d"];
const MOMENTS: [&str; 6] = ["Mon 11:00", "17:00", "2026-03-09 11:00", "3h", "1d12h", "friday 09:30"];
const CRONTABS: [&str; 12] = [
    "0 17 * * 4",
    "*/5 * * * *",
    "0 9 * * 1-5",
    "30 2 8 3 *",
    "0 0 1,15 * mon",
    "15 30 2 * * sun",
    "0 0 12 29 2 * 2024-2096",
    "0 22-2/2 * jun-aug fri-mon",
    "@daily",
    "@weekly",
    "0 0 31 1,3 7",
    "59 23 L * ?",
];

fn zones() -> impl Strategy<Value = Tz> {
    prop::sample::select(vec![
        Tz::UTC,
        Tz::America__Toronto,
        Tz::Europe__Berlin,
        Tz::Asia__Tokyo,
        Tz::Pacific__Apia,
        Tz::Australia__Lord_Howe,
        Tz::America__St_Johns,
        Tz::Africa__Casablanca,
    ])
}

/// Instants of the years that can be meant, most of them near a change of the clock.
fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    let any_time = 0..4_102_444_800_i64;
    let changes =
        prop::sample::select(vec![1_772_953_200, 1_793_512_800, 1_774_746_000, 1_792_890_000, 1_325_239_200_i64]);
    let near_change = (changes, -90_000..90_000_i64).prop_map(|(change, ahead)| change + ahead);
    prop_oneof![any_time, near_change].prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap())
}

/// Any instant that there is.
fn far_instants() -> impl Strategy<Value = DateTime<Utc>> {
    let ends = prop::sample::select(vec![DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, DateTime::UNIX_EPOCH]);
    let far = (ends, -100_000..100_000_i64).prop_map(|(end, ahead)| far::after(end, TimeDelta::minutes(ahead)));
    prop_oneof![far, instants()]
}

proptest! {
    #![proptest_config(cases(2048))]

    #[test]
    fn a_duration_is_written_and_read_as_the_same(seconds in 1..=LONGEST.num_seconds()) {
        let text = format!("{seconds}s");
        let length = duration::read(&text);
        prop_assert_eq!(&length, &Ok(TimeDelta::seconds(seconds)));
        let written = Lasting::try_from(text).unwrap().to_string();
        prop_assert_eq!(duration::read(&written), length, "{}", written);
        prop_assert_eq!(Lasting::try_from(written.clone()).unwrap().to_string(), written);
    }

    #[test]
    fn whatever_is_written_for_a_duration_is_bounded_or_refused(
        text in prop_oneof![near(DURATIONS), scraps()], at in far_instants(), zone in zones(),
    ) {
        match duration::read(&text) {
            Ok(length) => {
                prop_assert!(length > TimeDelta::zero() && length <= LONGEST, "{text}: {length}");
                prop_assert!(Offset::read_before(&text).is_ok());
            }
            Err(told) => {
                let shown: String = text.chars().take(40).collect();
                prop_assert!(told.starts_with(&format!("`{shown}")) && told.contains("; "), "{told}");
                prop_assert!(Offset::read_before(&text).is_err());
            }
        }
        if let Ok(span) = Offset::read(&text) {
            let (there, opposite) = (span.from(at, zone), span.reversed().from(at, zone));
            let (ahead, back) = if text.starts_with('-') { (opposite, there) } else { (there, opposite) };
            prop_assert!(back <= at && at <= ahead, "{text} from {at}: {back}, {ahead}");
        }
    }

    #[test]
    fn whatever_is_said_for_a_moment_is_to_come_and_not_far_or_refused(
        text in prop_oneof![near(MOMENTS), near(DURATIONS), scraps()], now in far_instants(), zone in zones(),
    ) {
        match moment::read(&text, now, zone) {
            // Days are days on the calendar, and a zone may leave one out.
            Ok(at) if far::meant(now).is_some() => {
                prop_assert!(at > now && at - now <= LONGEST + TimeDelta::days(2), "{text} at {now}: {at}");
            }
            Ok(_) => {}
            Err(told) => prop_assert!(told.ends_with('.'), "{told}"),
        }
    }

    #[test]
    fn a_moment_is_written_and_read_as_the_same(now in instants(), minutes in 1..500_000_i64, zone in zones()) {
        let shown = local::shown(zone, now + TimeDelta::minutes(minutes)).format("%Y-%m-%d %H:%M").to_string();
        match moment::read(&shown, now, zone) {
            Ok(at) => prop_assert_eq!(local::shown(zone, at).format("%Y-%m-%d %H:%M").to_string(), shown),
            // The same minute, or the first of two times that are shown twice, is over.
            Err(told) => prop_assert!(minutes < 24 * 60 && told.contains("over already"), "{now} {shown}: {told}"),
        }
    }

    #[test]
    fn a_schedule_that_is_read_goes_on_and_back(text in near(CRONTABS), at in far_instants(), zone in zones()) {
        match Schedule::read(&text, zone) {
            Ok(schedule) => {
                prop_assert_eq!(Schedule::read(schedule.text(), zone), Ok(schedule.clone()));
                if let Some(next) = schedule.next_after(at) {
                    prop_assert!(next > at);
                    prop_assert_eq!(schedule.last_until(next), Some(next));
                    prop_assert!(schedule.last_until(at).is_none_or(|last| last <= at));
                }
            }
            Err(told) => prop_assert!(told.contains("; "), "{told}"),
        }
    }

    #[test]
    fn whatever_stands_in_a_calendar_is_days_or_told(
        text in near([
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20200907\r\nRRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=1MO;COUNT=9;UNTIL=20300101\r\nEXDATE:20270906\r\nSUMMARY:Labour Day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260701T090000Z\r\nDURATION:P2W\r\nSUMMARY:Holidays\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        ]),
    ) {
        match ics::read(&text, Tz::UTC) {
            Ok(file) => prop_assert!(file.days.len() <= 75_000),
            Err(told) => prop_assert!(!told.is_empty()),
        }
    }

    #[test]
    fn what_the_bot_writes_into_a_calendar_is_read_as_the_same_days(
        days in vec((0..40_000_i32, 1..30_i64, "[a-zA-Z ]{1,20}"), 0..6),
    ) {
        let first = NaiveDate::from_ymd_opt(1980, 1, 1).unwrap();
        let midnight = |day: NaiveDate| day.and_hms_opt(0, 0, 0).unwrap().and_utc();
        let events: Vec<_> = days.iter().map(|(ahead, length, title)| {
            let from = midnight(first + TimeDelta::days((*ahead).into()));
            let until = Some(from + TimeDelta::days(*length));
            calendar::CalendarEvent { id: title.clone(), from, until, title: format!("x{title}"), text: String::new() }
        }).collect();
        let read = ics::read(&calendar::ics("api", &events, DateTime::UNIX_EPOCH), Tz::UTC).unwrap().days;
        let all = events.iter().flat_map(|event| {
            event.from.date_naive().iter_days().take_while(|day| midnight(*day) < event.until.unwrap())
        });
        let all: std::collections::BTreeSet<_> = all.collect();
        prop_assert_eq!(read.keys().copied().collect::<std::collections::BTreeSet<_>>(), all);
    }

    #[test]
    fn what_closes_by_the_calendar_is_read_or_refused(
        days in vec(near(["2026-12-24", "2026-12-24..2027-01-02", "holidays"]), 0..3),
        times in vec(near(["Mon-Thu 09:00-16:00", "Sat,Sun 00:00-24:00", "daily 08:00-09:00,10:00-11:00"]), 0..3),
        at in far_instants(),
        zone in zones(),
    ) {
        let holidays = Holidays::of([(NaiveDate::from_ymd_opt(2026, 5, 18).unwrap(), "x".to_owned())].into());
        let freeze = FreezeRule { name: "x".into(), reason: "x".into(), days, ..FreezeRule::default() };
        let window = WindowRule { name: "x".into(), times, ..WindowRule::default() };
        let mut all = vec![];
        match freeze.ready(zone) {
            Ok(freeze) => all.extend(freeze.times),
            Err((_, told)) => prop_assert!(told.contains("; "), "{told}"),
        }
        match window.ready(zone) {
            Ok(window) => all.extend(window.times),
            Err((_, told)) => prop_assert!(!told.is_empty()),
        }
        for times in all {
            if let Some(span) = times.first_after(at, &holidays) {
                prop_assert!(span.from < span.until && span.until > at);
            }
        }
    }

    #[test]
    fn the_dates_of_a_playbook_are_refused_or_known(
        specs in vec(
            (
                near(["code-freeze", "departure"]),
                option::of(near(CRONTABS)),
                option::of(prop::sample::select(vec!["departure", "code-freeze", "moon"])),
                option::of(near(DURATIONS)),
                vec(near(DURATIONS), 0..2),
                any::<bool>(),
            ),
            1..4,
        ),
        start in far_instants(),
        zone in zones(),
    ) {
        let rolls = [Roll::Keep, Roll::NextWorkingDay, Roll::PreviousWorkingDay];
        let spec = |(nth, (name, cron, of, offset, remind, starts)): (usize, (String, _, Option<&str>, _, _, _))| DateSpec {
            title: name.clone(),
            name,
            cron,
            of: of.map(str::to_owned),
            offset,
            roll: rolls[nth % 3],
            missed: dates::Missed::Late,
            remind,
            remind_on_days_off: false,
            starts,
            roles: vec![],
        };
        let specs: Vec<DateSpec> = specs.into_iter().enumerate().map(spec).collect();
        let checked = dates::check(&specs);
        match dates::resolve(&specs, zone, &Holidays::default(), start, &Default::default()) {
            Ok(known) if checked.is_ok() => {
                prop_assert!(specs.iter().all(|spec| known.get(&spec.name).is_some()));
                for spec in &specs {
                    prop_assert!(spec.reminders(start, zone, &QuietTimes::default()).len() <= spec.remind.len());
                }
            }
            Ok(_) => {}
            Err(told) => prop_assert!(!told.is_empty()),
        }
    }
}

#[test]
fn the_samples_are_right() {
    assert!(DURATIONS.iter().all(|text| Offset::read(text).is_ok()));
    let now = DateTime::from_timestamp(1_772_442_000, 0).unwrap();
    assert!(now.year() == 2026 && MOMENTS.iter().all(|text| moment::read(text, now, Tz::UTC).is_ok()));
    let read = CRONTABS.iter().filter(|text| Schedule::read(text, Tz::UTC).is_ok());
    assert_eq!(read.count(), CRONTABS.len() - 1, "all but the one with an L");
}
