//! A day in the form of another one.

use std::{ops::Range, sync::LazyLock};

use chrono::{Datelike, NaiveDate};
use regex::Regex;

const MONTHS: &str = "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?|\
                      Nov(?:ember)?|Dec(?:ember)?";

static DAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = format!(
        r"(?i)\b(?:(?P<y>\d{{4}})(?P<sep>[-/.])\d{{2}}[-/.]\d{{2}}|(?P<a>\d{{1,2}})(?P<sep2>[./])(?P<b>\d{{1,2}})[./]\d{{4}}|(?P<month>{MONTHS})\.? (?P<day>\d{{1,2}})(?P<th>st|nd|rd|th)?(?P<comma>,?) \d{{4}}|(?P<day2>\d{{1,2}})(?P<th2>st|nd|rd|th)? (?P<month2>{MONTHS})(?P<comma2>,?) \d{{4}})\b"
    );
    Regex::new(&pattern).ok()
});

/// The first day in a text, and another one written like it.
pub(super) fn like(text: &str, day: NaiveDate) -> Option<(Range<usize>, String)> {
    let found = DAY.as_ref()?.captures(text)?;
    let whole = found.get(0)?.range();
    let part = |name: &str| found.name(name).map(|part| part.as_str());
    let number = |name: &str| part(name).and_then(|text| text.parse::<u32>().ok());
    let digits = |name: &str| match part(name) {
        Some(text) if text.starts_with('0') => format!("{:02}", day.day()),
        _ => day.day().to_string(),
    };
    let th = |name: &str| part(name).map(|_| ending(day.day())).unwrap_or_default();
    let month = |name: &str| {
        let long = day.format("%B").to_string();
        // May is as long as it gets.
        match part(name).is_some_and(|text| text.len() == 3 && !text.eq_ignore_ascii_case("may")) {
            true => long.chars().take(3).collect(),
            false => long,
        }
    };
    let written = if let Some(sep) = part("sep") {
        day.format(&format!("%Y{sep}%m{sep}%d")).to_string()
    } else if let Some(sep) = part("sep2") {
        let (first, second) = (number("a")?, number("b")?);
        let padded = part("a").is_some_and(|text| text.len() == 2) && part("b").is_some_and(|text| text.len() == 2);
        let (d, m) = if padded { ("%d", "%m") } else { ("%-d", "%-m") };
        // With slashes both orders are written; which one is meant shows only where a day is beyond the months.
        let form = match sep {
            "." => format!("{d}.{m}.%Y"),
            _ if first > 12 => format!("{d}/{m}/%Y"),
            _ if second > 12 => format!("{m}/{d}/%Y"),
            _ => return None,
        };
        day.format(&form).to_string()
    } else if part("month").is_some() {
        let comma = part("comma").unwrap_or_default();
        format!("{} {}{}{comma} {}", month("month"), digits("day"), th("th"), day.year())
    } else {
        let comma = part("comma2").unwrap_or_default();
        format!("{}{} {}{comma} {}", digits("day2"), th("th2"), month("month2"), day.year())
    };
    Some((whole, written))
}

fn ending(day: u32) -> &'static str {
    match (day % 10, day / 10) {
        (_, 1) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}
