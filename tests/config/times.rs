//! Durations and days that nobody can mean, in `bot.toml`: each is refused in its place, and the bot does not start.

use super::{SMALL, parse, problems};

/// `SMALL` with a line in `[github]`.
fn github(line: &str) -> String {
    SMALL.replace("[github]\n", &format!("[github]\n{line}\n"))
}

#[test]
fn a_duration_that_nobody_can_mean_is_refused() {
    for (poll, why) in [
        ("60", "`60` ends without a unit"),
        ("1h30", "`1h30` ends without a unit"),
        ("0s", "`0s` is no time at all"),
        ("-5m", "`-5m` leads back"),
        ("5w", "`5w`: `w` is no unit"),
        ("1h1h", "`1h1h`: write each unit once"),
        ("30m1h", "`30m1h`: write each unit once"),
        ("1.5h", "`1.5h` is not a duration"),
        ("3651d", "`3651d` is longer than ten years"),
        // In milliseconds it fits into 64 bits, and no clock comes that far.
        ("106751991167d", "`106751991167d` is longer than ten years"),
        ("99999999999999999999s", "`99999999999999999999s` is longer than ten years"),
    ] {
        let told = problems(&github(&format!("poll = \"{poll}\"")));
        assert!(told.starts_with(&format!("bot.toml:5:8: {why}")), "{poll}: {told}");
        assert!(told.contains("; "), "{poll}: no way out in {told}");
    }
    for right in ["90s", "1h30m", "2d", "1d12h", "1d1h1m1s", "3650d"] {
        assert!(parse(&github(&format!("poll = \"{right}\""))).is_ok(), "{right}");
    }
}

#[test]
fn so_is_a_time_of_escalation_and_a_reminder() {
    let hooks = "[hooks]\ntoken = \"0123456789abcdef\"\nescalate = [\"5m\", \"99999d\"]\n";
    assert!(problems(&format!("{SMALL}{hooks}")).contains("`99999d` is longer than ten years"));
    let schedule = "[[schedules]]\nproject = \"api\"\nname = \"x\"\ncron = \"@daily\"\nsays = \"x\"\n";
    for (remind, why) in [("0m", "`0m` is no time at all"), ("-5m", "`-5m` leads back"), ("99999d", "ten years")] {
        let told = problems(&format!("{SMALL}{schedule}remind = [\"{remind}\"]\n"));
        assert!(told.contains(why), "{remind}: {told}");
    }
}

#[test]
fn a_day_that_no_calendar_has_is_refused() {
    for day in ["99999-12-31", "+99999-12-31", "+262142-12-31", "-0001-01-01", "1026-05-18", "20260-05-18"] {
        let told = problems(&format!("{SMALL}[calendar]\nholidays = [\"{day} The end\"]\n"));
        assert!(told.contains("is not a holiday"), "{day}: {told}");
        let freeze = format!("[[freezes]]\nname = \"x\"\nreason = \"x\"\ndays = [\"{day}\"]\n");
        let told = problems(&format!("{SMALL}{freeze}"));
        assert!(told.contains("is not a day"), "{day}: {told}");
    }
}

#[test]
fn sprints_are_counted_from_a_day_in_days_that_there_are() {
    let sprint = |from: &str, days: &str, number: &str| {
        format!("{SMALL}[projects.api.sprint]\nnumber = {number}\nfrom = \"{from}\"\ndays = {days}\n")
    };
    for (from, days, why) in [
        ("+262142-12-31", "14", "`+262142-12-31` is no day"),
        ("-262143-01-01", "14", "`-262143-01-01` is no day"),
        ("2026-02-23", "0", "`days` is how many days a sprint has"),
        ("2026-02-23", "4294967295", "`days` is how many days a sprint has"),
    ] {
        let told = problems(&sprint(from, days, "5"));
        assert!(told.contains(why), "{from}, {days}: {told}");
    }
    let config = parse(&sprint("1970-01-01", "1", "4294967295")).unwrap();
    let sprint = config.projects[0].sprint.as_ref().unwrap();
    assert_eq!(sprint.on("2026-03-02".parse().unwrap()), u32::MAX, "there is no greater number");
}
