//! One event of an iCalendar file: the days that it covers, if it covers any.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use icalendar::parser::Component;

use super::{event_time::EventTime, recurrence};

/// No event lasts longer, in days.
const LONGEST: i64 = 400;

/// Descriptions and categories that calendars give to what is remembered on a day on which people work.
const OBSERVANCES: [&str; 2] = ["observance", "gedenktag"];

/// An event, as far as days off are concerned.
pub(super) struct DayOff {
    /// What it is called.
    pub name: String,
    /// Which series it belongs to.
    pub series: Option<String>,
    /// The day of the series in whose place it stands.
    pub instead_of: Option<NaiveDate>,
    /// When it begins, each time.
    pub starts: Vec<NaiveDate>,
    /// How many days it covers each time; or why it covers none.
    pub length: Result<u64, NoDayOff>,
}

/// Why an event is no day off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoDayOff {
    /// It does not take place.
    Cancelled,
    /// It is remembered, and people work.
    Observance,
    /// It is at a time of day.
    PartOfADay,
}

/// What an event is called.
pub(super) fn name(event: &Component<'_>) -> String {
    let name = event.find_prop("SUMMARY").map(|property| property.val.clone().unescape_text().as_str().to_owned());
    let name = name.map(|name| name.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| "a holiday".into())
}

/// Reads an event in the team's zone.
///
/// # Errors
/// What is odd about it, to go on after its name.
pub(super) fn read(event: &Component<'_>, zone: Tz) -> Result<DayOff, String> {
    let start = value(event, "DTSTART").and_then(EventTime::read);
    let start = start.ok_or("has no day; its `DTSTART` is one like `20261225`")?;
    let whole = whole_days(event);
    let instead_of = match event.find_prop("RECURRENCE-ID") {
        Some(id) if id.params.iter().any(|param| param.key == "RANGE") => {
            return Err("changes all that follow in its series at once, which is not understood".into());
        }
        Some(id) => {
            let day = EventTime::read(id.val.as_str()).map(|wall| wall.day(zone, whole));
            Some(day.ok_or("does not say in whose place it stands; its `RECURRENCE-ID` is one like `20261225`")?)
        }
        None => None,
    };
    let series = value(event, "UID").map(str::to_owned);
    let none = |why| DayOff { name: name(event), series: series.clone(), instead_of, starts: vec![], length: Err(why) };
    if value(event, "STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")) {
        return Ok(none(NoDayOff::Cancelled));
    }
    if is_observance(event) {
        return Ok(none(NoDayOff::Observance));
    }
    let Some((first, length)) = covered(event, start, zone, whole)? else { return Ok(none(NoDayOff::PartOfADay)) };
    let day = start.day(zone, whole);
    // Of an event that begins within a day, the first whole day is the next one.
    let later = Days::new(u64::from(first > day));
    let starts = match instead_of {
        Some(_) => vec![day],
        None => recurrence::starts(event, day, |wall| wall.day(zone, whole))?,
    };
    let starts = starts.into_iter().filter_map(|day| day.checked_add_days(later)).collect();
    Ok(DayOff { name: name(event), series, instead_of, starts, length: Ok(length) })
}

fn value<'a>(event: &'a Component<'_>, name: &str) -> Option<&'a str> {
    event.find_prop(name).map(|property| property.val.as_str().trim())
}

/// Whether it says that it lasts whole days, as Microsoft's programs do where they write times in UTC.
fn whole_days(event: &Component<'_>) -> bool {
    ["X-MICROSOFT-CDO-ALLDAYEVENT", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT"]
        .iter()
        .any(|name| value(event, name).is_some_and(|value| value.eq_ignore_ascii_case("TRUE")))
}

fn is_observance(event: &Component<'_>) -> bool {
    let text = |name: &str| {
        let text = event.find_prop(name).map(|property| property.val.clone().unescape_text().as_str().to_lowercase());
        text.unwrap_or_default()
    };
    let (description, categories) = (text("DESCRIPTION"), text("CATEGORIES"));
    let says_so =
        OBSERVANCES.iter().any(|word| description.trim_start().starts_with(word) || categories.contains(word));
    says_so || [text("SUMMARY"), description].iter().any(|text| text.contains("not a public holiday"))
}

/// The first of the days that it covers from midnight to midnight, and how many they are; none if it is within a day.
fn covered(event: &Component<'_>, start: EventTime, zone: Tz, whole: bool) -> Result<Option<(NaiveDate, u64)>, String> {
    let end = value(event, "DTEND").and_then(EventTime::read);
    let lasts = value(event, "DURATION").and_then(lasting);
    let (first, days) = match start {
        EventTime::Day(first) => {
            let until_end = end.map(|end| (end.shown(zone).date() - first).num_days());
            (first, until_end.or(lasts.map(|lasts| lasts.num_days())).unwrap_or(1).max(1))
        }
        EventTime::Shown(_) | EventTime::Instant(_) => {
            let begin = start.shown(zone);
            let end = end.map(|end| end.shown(zone)).or_else(|| begin.checked_add_signed(lasts?));
            if whole {
                let hours = end.map_or(24, |end| (end - begin).num_hours());
                (start.day(zone, true), ((hours + 12) / 24).max(1))
            } else {
                let midnight = begin.time() == NaiveTime::MIN;
                let first = if midnight { begin.date() } else { begin.date().succ_opt().unwrap_or(begin.date()) };
                // Some programs let a day end a minute before it does.
                let end = end.and_then(|end| end.checked_add_signed(TimeDelta::minutes(1))).unwrap_or(begin);
                (first, (end.date() - first).num_days())
            }
        }
    };
    match days {
        ..=0 => Ok(None),
        1..=LONGEST => Ok(Some((first, days.unsigned_abs()))),
        _ => Err(format!("lasts longer than {LONGEST} days")),
    }
}

/// `P1D`, `P2W`, `PT24H`, `P1DT12H`.
fn lasting(text: &str) -> Option<TimeDelta> {
    let mut sum = TimeDelta::zero();
    let mut digits = String::new();
    for letter in text.strip_prefix('P')?.chars() {
        let seconds = match letter {
            '0'..='9' => {
                digits.push(letter);
                continue;
            }
            'T' => continue,
            'W' => 7 * 86_400,
            'D' => 86_400,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            _ => return None,
        };
        // No number that means anything is longer; it is then longer than any event may be.
        let count = digits.parse::<i64>().unwrap_or(i64::MAX).min(1_000_000_000);
        digits.clear();
        sum = sum.checked_add(&TimeDelta::try_seconds(count.checked_mul(seconds)?)?)?;
    }
    Some(sum)
}
