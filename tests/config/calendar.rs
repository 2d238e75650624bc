//! What goes by the calendar: freezes and windows, holidays, schedules.

use shipmate::config::Config;

use super::{SMALL, nothing_set, parse, problems};

#[test]
fn what_closes_by_the_calendar_is_checked() {
    let rules = r#"[[freezes]]
name = "weekend"
reason = "rest"
from = "0 17 * * fri"
[[freezes]]
name = "weekend"
reason = "rest"
from = "0 17 * * fry"
until = "0 9 * * mon"
projects = ["apo"]
[[freezes]]
name = "holidays"
reason = "rest"
days = ["2026-12-24..2027-01-02", "Christmas"]
hotfix_pass = false
[[windows]]
name = "hours"
days = "Mon-Thu"
hours = "9 to 5"
[[windows]]
name = "nothing"
environments = ["production"]
[projects.api.freeze]
ruleset = true
"#;
    insta::assert_snapshot!(problems(&format!("{SMALL}{rules}")));
}

#[test]
fn holidays_come_from_the_file_and_from_calendars() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    std::fs::write(file("holidays.ics"), calendar).unwrap();
    std::fs::write(file("page.ics"), "<html>").unwrap();
    let read =
        |calendar: &str| Config::parse(&format!("{SMALL}[calendar]\n{calendar}"), &file("bot.toml"), &nothing_set);
    let config = read("files = [\"holidays.ics\"]\nholidays = [\"2026-07-01 Canada Day\"]").unwrap();
    let days: Vec<String> = config.calendar.holidays.off.iter().map(|(day, name)| format!("{day} {name}")).collect();
    assert_eq!(days, ["2026-07-01 Canada Day", "2026-12-25 Christmas"]);
    assert_eq!(config.calendar.token, None);
    let odd = calendar.replace("END:VCALENDAR", "BEGIN:VEVENT\r\nSUMMARY:When?\r\nEND:VEVENT\r\nEND:VCALENDAR");
    std::fs::write(file("odd.ics"), odd).unwrap();
    let config = read("files = [\"odd.ics\"]\nworking_days = [\"2026-12-25 we sell trees\", \"2026-12-26\"]").unwrap();
    assert!(config.calendar.holidays.off.is_empty(), "people work on the only one");
    let works = |day: &str| config.calendar.holidays.is_working_day(day.parse().unwrap());
    assert!(works("2026-12-26") && !works("2026-12-27"), "a Saturday that is said to be one, and a Sunday");
    let warned = config.warnings.iter().find(|warning| warning.sentence.contains("odd.ics")).unwrap();
    let warned = warned.to_string().replace(&format!("{}/", folder.path().display()), "");
    assert!(
        warned.ends_with(
            "`odd.ics`: the event `When?` has no day; its `DTSTART` is one like `20261225`; it is left out: write its days \
             into `holidays`"
        ),
        "{warned}"
    );
    let both = read("holidays = [\"2026-05-18 off\"]\nworking_days = [\"2026-05-18 on\", \"Saturday\"]").unwrap_err();
    insta::assert_snapshot!(
        "days_that_are_both",
        both.to_string().replace(&format!("{}/", folder.path().display()), "")
    );
    let told =
        read("files = [\"page.ics\", \"none.ics\"]\nholidays = [\"Canada Day\"]\ntoken = \"short\"").unwrap_err();
    let told = told.to_string().replace(&format!("{}/", folder.path().display()), "");
    insta::assert_snapshot!(told);
}

#[test]
fn a_schedule_with_mistakes_is_told_where_and_how_to_write_it() {
    let text = format!(
        "{SMALL}[[schedules]]\nproject = \"apy\"\nname = \"Stand up\"\ncron = \"0 9 * * 1#2\"\nzone = \"Europe/Berln\"\nroll = \"next\"\n\
         missed = \"never\"\nremind = [\"soon\", \"-5m\"]\nsay = \"x\"\nto = [\"discord:1\"]\n[[schedules]]\nproject = \"api\"\nname = \"a\"\n\
         cron = \"@daily\"\nsays = \"x\"\n[[schedules]]\nproject = \"api\"\nname = \"a\"\ncron = \"@reboot\"\nsays = \"x\"\n"
    );
    insta::assert_snapshot!(problems(&text));
}

#[test]
fn nobody_is_reminded_in_the_quiet_hours_of_a_project_and_of_its_places() {
    let quiet = |text: &str| {
        let config = parse(&format!("{SMALL}{text}")).unwrap();
        let hours = config.projects[0].quiet.iter();
        hours.map(|hours| format!("{}-{} {}", hours.from, hours.until, hours.zone)).collect::<Vec<_>>()
    };
    assert!(quiet("").is_empty());
    assert_eq!(quiet("[quiet]\nhours = \"20:00-08:00\"\n"), ["20:00:00-08:00:00 UTC"]);
    let own =
        "[quiet]\nhours = \"20:00-08:00\"\n[projects.api.quiet]\nhours = \"19:00-7:30\"\nzone = \"Europe/Berlin\"\n";
    assert_eq!(quiet(own), ["19:00:00-07:30:00 Europe/Berlin"]);
    let place = parse(SMALL).unwrap().projects[0].releases[0].to_string();
    let places = format!(
        "[quiet]\nzone = \"Asia/Tokyo\"\nplaces = {{ \"{place}\" = \"22:00-07:00\", \"telegram:-1\" = \"01:00-02:00\" }}\n"
    );
    assert_eq!(quiet(&places), ["22:00:00-07:00:00 Asia/Tokyo"]);
    let mistakes = "[quiet]\nhours = \"at night\"\nplaces = { \"the office\" = \"22:00-07:00\" }\n[projects.api.quiet]\nzone = \"UTC\"\n";
    insta::assert_snapshot!(problems(&format!("{SMALL}{mistakes}")));
}
