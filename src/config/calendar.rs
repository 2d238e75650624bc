//! Reads `[calendar]`: the team's days off, and who may read the calendar that the bot offers.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    CalendarSettings,
    section::{At, Section},
    values::words,
};
use crate::domain::time::{far, holidays::Holidays, ics};

/// Reads `[calendar]`.
pub(super) fn calendar(mut section: Section<'_>) -> CalendarSettings {
    let source = section.source;
    let mut days: BTreeMap<NaiveDate, String> = BTreeMap::new();
    for At { value: path, at } in section.list("files", words) {
        let path = source.path(&path);
        let shown = path.display();
        let read = std::fs::read_to_string(&path)
            .map_err(|problem| format!("the file `{shown}` cannot be read ({problem}); name an iCalendar file"))
            .and_then(|text| ics::days(&text).map_err(|sentence| format!("`{shown}`: {sentence}")));
        match read {
            Ok(read) => days.extend(read),
            Err(sentence) => source.problem(at, sentence),
        }
    }
    // What is written out says it last.
    days.extend(section.list("holidays", holiday).into_iter().map(|day| day.value));
    let token = section.secret("token").and_then(|token| long_enough(&section, token));
    section.finish();
    CalendarSettings { holidays: Holidays(days), token }
}

/// A day, perhaps with its name: `2026-05-18 Victoria Day`.
fn holiday(text: &str) -> Result<(NaiveDate, String), String> {
    let (day, name) = text.trim().split_once(' ').unwrap_or((text.trim(), "a holiday"));
    let day = far::day(day).map(|day| (day, name.trim().to_owned()));
    day.ok_or_else(|| {
        format!("`{text}` is not a holiday; write its date and its name, such as `2026-05-18 Victoria Day`")
    })
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
