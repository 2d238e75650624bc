//! What crontab text means, and what is said to text that means nothing.

use chrono::{DateTime, Utc};
use chrono_tz::{America::Toronto, Tz};

use super::super::Schedule;

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The next firings from Monday 2 March 2026 on, as a clock in UTC shows them.
fn next(text: &str, count: usize) -> Vec<String> {
    let schedule = Schedule::read(text, Tz::UTC).unwrap();
    let firings = schedule.following(moment("2026-03-02T00:00:00Z")).take(count);
    firings.map(|at| at.format("%a %-d %b %H:%M:%S").to_string().replace(":00 ", " ")).collect()
}

#[test]
fn no_instant_makes_it_panic() {
    let ends =
        [DateTime::<Utc>::MIN_UTC, DateTime::UNIX_EPOCH, moment("2099-12-31T23:59:59Z"), DateTime::<Utc>::MAX_UTC];
    for text in ["0 17 * * 4", "*/5 * * * *", "@yearly", "0 0 0 29 2 * 2096", "0 17 13 * fri"] {
        for zone in [chrono_tz::UTC, chrono_tz::America::Toronto, chrono_tz::Asia::Tokyo, chrono_tz::Pacific::Apia] {
            let schedule = Schedule::read(text, zone).unwrap();
            for at in ends {
                let asked = std::panic::catch_unwind(|| (schedule.next_after(at), schedule.last_until(at)));
                assert!(asked.is_ok(), "`{text}` in {zone} at {at:?}");
            }
        }
    }
}

#[test]
fn weekdays_are_numbered_as_in_crontab_in_every_form() {
    for text in ["0 17 * * 4", "0 0 17 * * 4", "0 0 17 * * thu", "0 0 17 ? * Thursday 2026", "0 17 * * THU"] {
        assert_eq!(next(text, 2), ["Thu 5 Mar 17:00:00", "Thu 12 Mar 17:00:00"], "{text}");
    }
    for text in ["0 9 * * 0", "0 9 * * 7", "0 9 * * sun", "0 9 * * 7-7", "0 9 * * */7", "0 0 9 * * 0"] {
        assert_eq!(next(text, 2), ["Sun 8 Mar 09:00:00", "Sun 15 Mar 09:00:00"], "{text}");
    }
    for text in ["0 9 * * 5-7", "0 9 * * fri-sun", "0 9 * * 0,5,6", "0 9 * * 5-0"] {
        assert_eq!(next(text, 3), ["Fri 6 Mar 09:00:00", "Sat 7 Mar 09:00:00", "Sun 8 Mar 09:00:00"], "{text}");
    }
    assert_eq!(next("0 9 * * fri-mon", 2), ["Mon 2 Mar 09:00:00", "Fri 6 Mar 09:00:00"]);
    assert_eq!(next("0 9 * * */2", 3), ["Tue 3 Mar 09:00:00", "Thu 5 Mar 09:00:00", "Sat 7 Mar 09:00:00"]);
}

#[test]
fn two_restricted_days_mean_either() {
    assert_eq!(next("0 9 5 * 1", 3), ["Mon 2 Mar 09:00:00", "Thu 5 Mar 09:00:00", "Mon 9 Mar 09:00:00"]);
    assert_eq!(next("0 0 9 5 * 1 *", 2), ["Mon 2 Mar 09:00:00", "Thu 5 Mar 09:00:00"]);
    assert_eq!(next("0 9 */2 * 1", 2), ["Mon 9 Mar 09:00:00", "Mon 23 Mar 09:00:00"], "a star restricts nothing");
    let sundays = ["Sun 7 Jun 14:48:00", "Sun 14 Jun 14:48:00"];
    assert_eq!(next("48 14 31 jun sun", 2), sundays, "of two days of which one never comes, the other does");
    assert_eq!(next("0 9 31 4,6 1", 2), ["Mon 6 Apr 09:00:00", "Mon 13 Apr 09:00:00"]);
    assert_eq!(next("0 9 30,31 2 5-6", 2), ["Fri 5 Feb 09:00:00", "Sat 6 Feb 09:00:00"]);
    assert_eq!(next("0 0 9 29 2 mon 2027", 2), ["Mon 1 Feb 09:00:00", "Mon 8 Feb 09:00:00"]);
}

#[test]
fn ranges_steps_and_seconds() {
    assert_eq!(next("30 22-2/2 * * *", 3), ["Mon 2 Mar 00:30:00", "Mon 2 Mar 02:30:00", "Mon 2 Mar 22:30:00"]);
    assert_eq!(next("0 0 1 nov-feb *", 2), ["Sun 1 Nov 00:00:00", "Tue 1 Dec 00:00:00"]);
    assert_eq!(next("*/20 59 23 31 12 *", 2), ["Thu 31 Dec 23:59:00", "Thu 31 Dec 23:59:20"]);
    assert_eq!(next("0 0 29 2 *", 1), ["Tue 29 Feb 00:00:00"], "of the next leap year");
    assert_eq!(next("0 0 1 1 * ", 1), next("@yearly", 1));
    assert_eq!(next("@midnight", 1), next("@daily", 1));
    assert_eq!(next("0 0 0 1 1 * 2020", 1), Vec::<String>::new(), "its years are over");
    let over = Schedule::read("0 0 0 1 1 * 2020", Toronto).unwrap();
    assert_eq!(over.last_until(moment("2026-03-02T00:00:00Z")), Some(moment("2020-01-01T05:00:00Z")));
    assert_eq!(over.last_until(moment("2019-03-02T00:00:00Z")), None);
    assert_eq!((over.text(), over.zone()), ("0 0 0 1 1 * 2020", Toronto));
}

#[test]
fn a_mistake_is_answered_with_what_to_write() {
    let told: Vec<String> = [
        "",
        "17:00",
        "0 17 * *",
        "0 0 0 0 0 0 0 0",
        "60 * * * *",
        "0 24 * * *",
        "0 0 0 * *",
        "0 0 * 13 *",
        "0 0 * * 8",
        "0 0 * * thurs-x",
        "0 0 * * th",
        "0,,5 * * * *",
        "5/15 * * * *",
        "*/0 * * * *",
        "*/90 * * * *",
        "10-20/15 * * * *",
        "? 9 * * *",
        "0 9 L * *",
        "0 9 15W * *",
        "0 9 LW * *",
        "0 9 * * 5L",
        "0 9 * * friL",
        "0 9 * * 1#2",
        "0 9 31 2 *",
        "0 9 31 4,6 *",
        "0 9 31 4,6 */2",
        "TZ=Europe/Berlin 0 9 * * *",
        "CRON_TZ=Asia/Tokyo 0 0 9 * * 1-5",
        "tz='America/Toronto' @daily",
        "@reboot",
        "@noon",
        "-5 * * * *",
        "0 0 0 1 1 * 1969",
        "0 0 0 1 1 * 2030-2026",
        "0 0 0 29 2 * 2027",
        "1~5 * * * *",
        "é * * * *",
        "0 9 * * ſun",
    ]
    .iter()
    .map(|text| format!("{text}\n    {}", Schedule::read(text, Toronto).unwrap_err()))
    .collect();
    insta::assert_snapshot!(told.join("\n"));
}
