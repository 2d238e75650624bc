//! One field of a crontab line: which numbers it means.

use std::{collections::BTreeSet, fmt};

/// What a field counts.
pub(super) struct FieldKind {
    /// What it is, with its article.
    name: &'static str,
    low: u32,
    high: u32,
    /// The names of its numbers, the lowest first.
    names: &'static [&'static str],
    /// What is right for it, as an example.
    example: &'static str,
}

const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: &[&str] = &["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

pub(super) const SECOND: FieldKind = kind("a second", 0, 59, &[], "0 to 59, `*`, `0,30`, `10-20` or `*/15`");
pub(super) const MINUTE: FieldKind = kind("a minute", 0, 59, &[], "0 to 59, `*`, `0,30`, `10-20` or `*/15`");
pub(super) const HOUR: FieldKind = kind("an hour", 0, 23, &[], "0 to 23, `*`, `9,17`, `9-17`, `22-2` or `*/2`");
pub(super) const DAY: FieldKind = kind("a day of the month", 1, 31, &[], "1 to 31, `*`, `1,15`, `1-7` or `*/2`");
pub(super) const MONTH: FieldKind =
    kind("a month", 1, 12, MONTHS, "1 to 12, `jan` to `dec`, `*`, `1,7`, `jun-aug` or `*/3`");
/// 7 is Sunday too.
pub(super) const WEEKDAY: FieldKind =
    kind("a day of the week", 0, 7, WEEKDAYS, "0 to 7 (0 and 7 are Sunday), `sun` to `sat`, `*`, `1-5` or `fri-mon`");
/// The years that the crate knows, as `far::YEARS`.
pub(super) const YEAR: FieldKind = kind("a year", 1970, 2099, &[], "1970 to 2099, `*`, `2026,2028` or `2026-2030`");

const fn kind(
    name: &'static str,
    low: u32,
    high: u32,
    names: &'static [&'static str],
    example: &'static str,
) -> FieldKind {
    FieldKind { name, low, high, names, example }
}

/// What a field means.
pub(super) struct Field {
    numbers: BTreeSet<u32>,
    all: bool,
    weekdays: bool,
    /// Whether it begins with `*`, which crontab takes for "not restricted" when it looks at the days.
    pub starred: bool,
    stepped: bool,
}

impl Field {
    /// Whether it counts what passes: a `*` or a step.
    pub(super) fn passes(&self) -> bool {
        self.starred || self.stepped
    }
}

/// As the crate writes it: numbers only, and 1 for Sunday.
impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.all {
            return f.write_str("*");
        }
        let numbers = self.numbers.iter().map(|number| (number + u32::from(self.weekdays)).to_string());
        f.write_str(&numbers.collect::<Vec<_>>().join(","))
    }
}

/// Reads a field.
///
/// # Errors
/// A sentence that says what to write.
pub(super) fn read(text: &str, kind: &FieldKind) -> Result<Field, String> {
    let mut numbers = BTreeSet::new();
    for item in text.split(',') {
        if item.is_empty() {
            return Err(format!("`{text}` has a comma with nothing beside it; write {}", kind.example));
        }
        numbers.extend(kind.item(item)?);
    }
    let all = numbers.len() as u32 == kind.count();
    let starred = text.starts_with(['*', '?']);
    Ok(Field { numbers, all, weekdays: kind.is_weekday(), starred, stepped: text.contains('/') })
}

impl FieldKind {
    /// How many different numbers there are.
    fn count(&self) -> u32 {
        self.top() - self.low + 1
    }

    /// The highest number that is not another name of the lowest.
    fn top(&self) -> u32 {
        if self.is_weekday() { 6 } else { self.high }
    }

    fn is_weekday(&self) -> bool {
        self.names.len() == 7
    }

    fn item(&self, item: &str) -> Result<Vec<u32>, String> {
        self.foreign(item)?;
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(self.step(item, step)?)),
            None => (item, None),
        };
        let everything = range == "*" || range == "?" && (self.is_weekday() || self.high == DAY.high);
        let (from, to) = match range.split_once('-') {
            _ if everything => (self.low, self.top()),
            Some((from, to)) => (self.number(item, from)?, self.number(item, to)?),
            None => {
                let number = self.number(item, range)?;
                (number, number)
            }
        };
        if let (false, Some(step)) = (everything || range.contains('-'), step) {
            let all = format!("{from}-{}/{step}", self.top());
            return Err(format!("`{item}` means different things to different crons; write `{all}`"));
        }
        // From Saturday to Sunday it is one day, whichever number Sunday has; and 7-7 is Sunday alone.
        let length = match to >= from {
            true => to - from,
            false if self.high == YEAR.high => {
                return Err(format!("`{item}` runs backwards; write the earlier year first"));
            }
            false => to + self.count() - from,
        };
        let step = step.unwrap_or(1);
        if step > length.max(if everything { self.count() } else { 1 }) {
            return Err(format!(
                "the step in `{item}` is longer than its range; write `{from}` if that alone is meant"
            ));
        }
        let number = |ahead| self.low + (from - self.low + ahead) % self.count();
        Ok((0..=length).step_by(step as usize).map(number).collect())
    }

    fn step(&self, item: &str, step: &str) -> Result<u32, String> {
        match step.parse() {
            Ok(step) if step > 0 => Ok(step),
            _ => Err(format!("the step in `{item}` is not a number from 1; write it like `*/2`")),
        }
    }

    fn number(&self, item: &str, text: &str) -> Result<u32, String> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits {
            return text
                .parse()
                .ok()
                .filter(|number| (self.low..=self.high).contains(number))
                .ok_or_else(|| self.wrong(item));
        }
        let text = text.to_lowercase();
        let known = |name: &str| text.len() >= 3 && name.starts_with(&text) && text.is_ascii();
        let found = self.names.iter().position(|name| known(name));
        found.map(|index| index as u32 + self.low).ok_or_else(|| self.wrong(item))
    }

    fn wrong(&self, item: &str) -> String {
        format!("`{item}` is not {}; write {}", self.name, self.example)
    }

    /// What other crons understand and crontab does not.
    fn foreign(&self, item: &str) -> Result<(), String> {
        let last = item.strip_suffix(['L', 'l']);
        if self.is_weekday() {
            let nth = item.split_once('#').map(|(day, _)| day).or(last).filter(|day| self.number(item, day).is_ok());
            if let Some(day) = nth {
                return Err(format!(
                    "crontab cannot say `{item}`, one certain week of the month; write `{day}` for every week and skip \
                     the others with /schedule skip"
                ));
            }
        }
        let day = item.strip_suffix(['W', 'w']).map(|day| day.trim_start_matches(['L', 'l']));
        if let Some(day) = day.filter(|_| self.high == DAY.high) {
            let day = if day.is_empty() { "28" } else { day };
            return Err(format!(
                "crontab cannot say `{item}`, the nearest working day; write `{day}`, and roll = \
                 \"previous-working-day\" or \"next-working-day\" beside it"
            ));
        }
        if (self.is_weekday() || self.high == DAY.high) && item.starts_with(['L', 'l']) {
            return Err(format!(
                "crontab cannot say `{item}`, the last day; write a day that every month has, such as `28`, or `1` for \
                 the first of the next month"
            ));
        }
        Ok(())
    }
}
