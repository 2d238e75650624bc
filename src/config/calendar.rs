//! Reads `[calendar]`: the team's days off, and who may read the calendar that the bot offers.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{
    CalendarSettings,
    section::{At, Section},
    values::words,
};
use crate::domain::time::{far, holidays::Holidays, ics};

/// Reads `[calendar]`; whole days are those of the team's zone.
pub(super) fn calendar(mut section: Section<'_>, zone: Tz) -> CalendarSettings {
    let source = section.source;
    let mut days: BTreeMap<NaiveDate, String> = BTreeMap::new();
    let mut files = vec![];
    for At { value: written, at } in section.list("files", words) {
        let path = source.path(&written);
        let shown = path.display();
        let read = std::fs::read(&path)
            .map_err(|problem| format!("the file `{shown}` cannot be read ({problem}); name an iCalendar file"))
            .and_then(|bytes| {
                ics::read(&String::from_utf8_lossy(&bytes), zone).map_err(|sentence| format!("`{shown}`: {sentence}"))
            });
        match read {
            Ok(read) => {
                for odd in &read.odd {
                    source.warning(at, format!("`{shown}`: {odd}; it is left out: write its days into `holidays`"));
                }
                days.extend(read.days.clone());
                files.push((written, read));
            }
            Err(sentence) => source.problem(at, sentence),
        }
    }
    // What is written out says it last.
    let written = section.list("holidays", |text| named_day(text, "holiday", "a holiday", "2026-05-18 Victoria Day"));
    let example = "2026-05-23 instead of 19 May";
    let working = section.list("working_days", |text| named_day(text, "working day", "a working day", example));
    for day in working.iter().filter(|day| written.iter().any(|off| off.value.0 == day.value.0)) {
        source.problem(day.at, format!("{} stands in `holidays`, too; take it out of one", day.value.0));
    }
    days.extend(written.into_iter().map(|day| day.value));
    let token = section.secret("token").and_then(|token| long_enough(&section, token));
    section.finish();
    let working = working.into_iter().map(|day| day.value).collect();
    CalendarSettings { holidays: Holidays::of(days).but_working(working), files, token }
}

/// A day, perhaps with its name: `2026-05-18 Victoria Day`.
fn named_day(text: &str, what: &str, unnamed: &str, example: &str) -> Result<(NaiveDate, String), String> {
    let (day, name) = text.trim().split_once(' ').unwrap_or((text.trim(), unnamed));
    let day = far::day(day).map(|day| (day, name.trim().to_owned()));
    day.ok_or_else(|| format!("`{text}` is not a {what}; write its date and its name, such as `{example}`"))
}

/// The token stands in an address, and whoever has it reads the team's dates.
fn long_enough(section: &Section<'_>, token: At<super::Secret>) -> Option<super::Secret> {
    let text = token.value.reveal();
    let right = text.len() >= 16 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if !right {
        section
            .source
            .problem(token.at, "`token` can be guessed or cannot stand in an address; write at least 16 of `A-Z`, `a-z`, `0-9`, `_` and `-`");
    }
    right.then_some(token.value)
}
