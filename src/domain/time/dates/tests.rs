//! The weekly train's dates through holidays, moves and both changes of the clock.

use chrono_tz::America::Toronto;

use super::*;

const WEEK: &str = r#"
[[date]]
name = "code-freeze"
title = "Code freeze"
cron = "0 17 * * 4"
starts = true
roll = "previous-working-day"
[[date]]
name = "qa-sign-off"
title = "QA sign-off"
cron = "0 15 * * 5"
roll = "next-working-day"
remind = ["2h", "24h"]
roles = ["qa"]
[[date]]
name = "pre-flight"
title = "Pre-flight checks"
of = "departure"
offset = "-15m"
[[date]]
name = "departure"
title = "Departure"
cron = "0 10 * * 1"
roll = "next-working-day"
missed = "skip"
[[date]]
name = "verified"
title = "Verified by then"
of = "departure"
offset = "1h"
"#;

#[derive(Deserialize)]
struct WrittenDate {
    date: Vec<DateSpec>,
}

fn specs(text: &str) -> Vec<DateSpec> {
    toml::from_str::<WrittenDate>(text).unwrap().date
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The dates as a clock in Toronto shows them.
fn week(start: &str, holidays: &[&str], moved: &[(&str, &str)]) -> Result<String, String> {
    let holidays = Holidays::of(holidays.iter().map(|day| (day.parse().unwrap(), "a holiday".to_owned())).collect());
    let fixed = moved.iter().map(|(name, at)| ((*name).to_owned(), moment(at))).collect();
    let dates = resolve(&specs(WEEK), Toronto, &holidays, moment(start), &fixed)?;
    let mut order: Vec<_> = dates.0.into_iter().collect();
    order.sort_by_key(|(_, at)| *at);
    let shown = order.iter().map(|(name, at)| format!("{name} {}", at.with_timezone(&Toronto).format("%a %-d %H:%M")));
    Ok(shown.collect::<Vec<_>>().join(", "))
}

#[test]
fn an_ordinary_week() {
    let may = "2026-05-07T21:00:00Z";
    let dates = "code-freeze Thu 7 17:00, qa-sign-off Fri 8 15:00, pre-flight Mon 11 09:45, departure Mon 11 10:00, \
                 verified Mon 11 11:00";
    assert_eq!(week(may, &[], &[]).unwrap(), dates);
    // Begun by hand in the middle of Wednesday, it takes the same train.
    let by_hand = week("2026-05-06T16:20:00Z", &[], &[]).unwrap();
    assert_eq!(by_hand, dates.replace("Thu 7 17:00", "Wed 6 12:20"));
}

#[test]
fn both_weekends_on_which_the_clock_changes() {
    for (start, days) in [("2026-03-05T22:00:00Z", (5, 6, 9)), ("2026-10-29T21:00:00Z", (29, 30, 2))] {
        let (thursday, friday, monday) = days;
        let expected = format!(
            "code-freeze Thu {thursday} 17:00, qa-sign-off Fri {friday} 15:00, pre-flight Mon {monday} 09:45, departure \
             Mon {monday} 10:00, verified Mon {monday} 11:00"
        );
        assert_eq!(week(start, &[], &[]).unwrap(), expected);
    }
}

#[test]
fn a_holiday_on_monday_moves_the_departure_and_what_follows_from_it() {
    assert_eq!(
        week("2026-05-14T21:00:00Z", &["2026-05-18"], &[]).unwrap(),
        "code-freeze Thu 14 17:00, qa-sign-off Fri 15 15:00, pre-flight Tue 19 09:45, departure Tue 19 10:00, verified \
         Tue 19 11:00"
    );
}

#[test]
fn what_rolls_over_the_next_date_pushes_it() {
    assert_eq!(
        week("2026-04-02T21:00:00Z", &["2026-04-03"], &[]).unwrap(),
        "code-freeze Thu 2 17:00, qa-sign-off Mon 6 15:00, pre-flight Tue 7 09:45, departure Tue 7 10:00, verified Tue 7 \
         11:00",
        "a sign-off on Monday afternoon lets no train leave on Monday morning"
    );
    assert_eq!(
        week("2026-12-24T22:00:00Z", &["2026-12-24", "2026-12-25", "2026-12-28"], &[]).unwrap(),
        "code-freeze Wed 23 17:00, qa-sign-off Tue 29 15:00, pre-flight Wed 30 09:45, departure Wed 30 10:00, verified \
         Wed 30 11:00"
    );
}

#[test]
fn what_people_move_takes_the_later_dates_along() {
    let may = "2026-05-07T21:00:00Z";
    assert_eq!(
        week(may, &[], &[("departure", "2026-05-12T18:00:00Z")]).unwrap(),
        "code-freeze Thu 7 17:00, qa-sign-off Fri 8 15:00, pre-flight Tue 12 13:45, departure Tue 12 14:00, verified Tue \
         12 15:00"
    );
    assert_eq!(
        week(may, &[], &[("qa-sign-off", "2026-05-11T20:00:00Z")]).unwrap(),
        "code-freeze Thu 7 17:00, qa-sign-off Mon 11 16:00, pre-flight Tue 12 09:45, departure Tue 12 10:00, verified Tue \
         12 11:00"
    );
    assert_eq!(
        week(may, &[], &[("pre-flight", "2026-05-11T12:00:00Z"), ("departure", "2026-05-11T16:00:00Z")]).unwrap(),
        "code-freeze Thu 7 17:00, qa-sign-off Fri 8 15:00, pre-flight Mon 11 08:00, departure Mon 11 12:00, verified Mon \
         11 13:00",
        "what was moved itself stays where it was put"
    );
    let before = week(may, &[], &[("departure", "2026-05-08T18:00:00Z")]);
    assert_eq!(
        before,
        Err("Departure cannot come before QA sign-off: choose another time, or move QA sign-off as well.".into())
    );
}

#[test]
fn a_date_that_does_not_roll_waits_for_its_own_next_occurrence() {
    let text = WEEK.replace("roll = \"next-working-day\"\nmissed", "missed");
    let moved = [("qa-sign-off".to_owned(), moment("2026-05-11T20:00:00Z"))].into();
    let dates = resolve(&specs(&text), Toronto, &Holidays::default(), moment("2026-05-07T21:00:00Z"), &moved).unwrap();
    assert_eq!(dates.get("departure"), Some(moment("2026-05-18T14:00:00Z")));
}

#[test]
fn reminders_come_before_the_date_the_earliest_first() {
    let sign_off = &specs(WEEK)[1];
    let at = moment("2026-05-08T19:00:00Z");
    assert_eq!(
        sign_off.reminders(at, Toronto, &QuietTimes::default()),
        [moment("2026-05-07T19:00:00Z"), moment("2026-05-08T17:00:00Z")]
    );
}

#[test]
fn a_mistake_names_the_date_and_the_way_out() {
    assert_eq!(check(&specs(WEEK)), Ok(()));
    assert_eq!(check(&[]), Ok(()));
    let told: Vec<String> = [
        ("cron = \"0 15 * * 5\"", "cron = \"0 15 * 5\""),
        ("cron = \"0 15 * * 5\"", ""),
        ("cron = \"0 15 * * 5\"", "cron = \"0 15 * * 5\"\noffset = \"1h\""),
        ("cron = \"0 15 * * 5\"", "cron = \"0 15 * * 5\"\nof = \"departure\""),
        ("cron = \"0 15 * * 5\"", "cron = \"0 15 * * 5\"\nstarts = true"),
        ("cron = \"0 10 * * 1\"", "cron = \"0 10 * * 1\"\nstarts = true"),
        ("of = \"departure\"\noffset = \"-15m\"", "of = \"takeoff\""),
        ("of = \"departure\"\noffset = \"-15m\"", "of = \"departure\"\noffset = \"soon\""),
        ("of = \"departure\"\noffset = \"-15m\"", "of = \"departure\"\nstarts = true"),
        ("of = \"departure\"\noffset = \"-15m\"", "of = \"pre-flight\""),
        ("of = \"departure\"\noffset = \"1h\"", "of = \"verified\""),
        ("name = \"verified\"", "name = \"departure\""),
        ("name = \"verified\"", "name = \"All is well\""),
        ("\"24h\"", "\"-24h\""),
        ("\"24h\"", "\"a day\""),
    ]
    .iter()
    .map(|(right, wrong)| {
        assert!(WEEK.contains(right), "{right}");
        let mut text = WEEK.replacen(right, wrong, 1);
        if wrong.starts_with("cron = \"0 10") {
            text = text.replacen("starts = true\n", "", 1);
        }
        format!("{}\n    {}", wrong.replace('\n', ", "), check(&specs(&text)).unwrap_err())
    })
    .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn stories_of_the_month_are_chosen_on_a_working_day() {
    let monthly = include_str!("../../../../playbooks/monthly.toml");
    let specs = crate::domain::playbook::Playbook::read(monthly, "monthly.toml").unwrap().dates;
    let labour_day = Holidays::of([("2026-09-07".parse().unwrap(), "Labour Day".to_owned())].into());
    let month = |first: &str| {
        let start = moment(&format!("{first}T13:00:00Z"));
        let dates = resolve(&specs, Toronto, &labour_day, start, &BTreeMap::new()).unwrap();
        let shown = |name| dates.get(name).unwrap().with_timezone(&Toronto).format("%a %-d %H:%M").to_string();
        format!("{} to {}", shown("window"), shown("choice"))
    };
    // In May the fourth day after the window is a Tuesday, in July a Sunday, in September a Saturday.
    assert_eq!(month("2026-05-01"), "Fri 1 09:00 to Tue 5 09:00");
    assert_eq!(month("2026-06-01"), "Mon 1 09:00 to Fri 5 09:00");
    assert_eq!(month("2026-07-01"), "Wed 1 09:00 to Fri 3 09:00");
    assert_eq!(month("2026-08-01"), "Mon 3 09:00 to Fri 7 09:00");
    assert_eq!(month("2026-09-01"), "Tue 1 09:00 to Fri 4 09:00");
    // A holiday on the fourth day is no day to choose on either.
    assert_eq!(month("2026-09-03"), "Thu 3 09:00 to Fri 4 09:00");
}
