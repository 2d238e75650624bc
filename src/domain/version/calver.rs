//! Versions that are dates: `YY.MM.NN` and the like, with their zeros.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A version that is a date and a number, such as 25.01.02: the second of January 2025. Never a semantic version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calver {
    /// The numbers in the order of the pattern, which is the order of time. Where the pattern ends with a day, the second version
    /// of a day has one more.
    numbers: Vec<u32>,
    /// How it is written, such as `YY.MM.NN`.
    pattern: String,
}

/// What a word of a pattern stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum DatePart {
    Year,
    Month,
    Day,
    /// Counted from here on within the date.
    Count(u32),
}

/// A word of a pattern: what it stands for, and how many digits it has at least and at most.
#[derive(Debug, Clone, Copy)]
struct PatternWord {
    part: DatePart,
    least: usize,
    most: usize,
}

impl PatternWord {
    fn of(word: &str) -> Option<Self> {
        let (part, least, most) = match word {
            "YYYY" => (DatePart::Year, 4, 4),
            "YY" => (DatePart::Year, 2, 2),
            "MM" | "0M" => (DatePart::Month, 2, 2),
            "M" => (DatePart::Month, 1, 2),
            "DD" | "0D" => (DatePart::Day, 2, 2),
            "D" => (DatePart::Day, 1, 2),
            "NN" => (DatePart::Count(1), 2, 10),
            "MICRO" => (DatePart::Count(0), 1, 10),
            _ => return None,
        };
        Some(Self { part, least, most })
    }

    /// The number that a part of a version is. Zeros stand before it only as far as the word has letters.
    fn read(self, part: &str) -> Option<u32> {
        let fits = (self.least..=self.most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        let padded = part.len() == self.least || !part.starts_with('0');
        let number: u32 = part.parse().ok().filter(|_| fits && padded)?;
        let possible = match self.part {
            DatePart::Year => true,
            DatePart::Month => (1..=12).contains(&number),
            DatePart::Day => (1..=31).contains(&number),
            DatePart::Count(first) => number >= first,
        };
        possible.then_some(number)
    }

    /// The number of the first version of a day.
    fn first_of(self, day: NaiveDate) -> u32 {
        match self.part {
            DatePart::Year if self.most == 2 => day.year().unsigned_abs() % 100,
            DatePart::Year => day.year().unsigned_abs(),
            DatePart::Month => day.month(),
            DatePart::Day => day.day(),
            DatePart::Count(first) => first,
        }
    }
}

/// What stands between the parts of a date.
const BETWEEN: [char; 2] = ['.', '-'];

impl Calver {
    /// Checks a pattern: `YYYY` or `YY`, perhaps a month and a day, and a number at the end, unless that is the day; with `.` or
    /// `-` between.
    ///
    /// # Errors
    /// A sentence that says how to write one.
    pub fn check(pattern: &str) -> Result<(), String> {
        let words: Option<Vec<DatePart>> =
            pattern.split(BETWEEN).map(|word| PatternWord::of(word).map(|word| word.part)).collect();
        let fits = words.is_some_and(|parts| {
            parts.first() == Some(&DatePart::Year)
                && matches!(parts.last(), Some(DatePart::Day | DatePart::Count(_)))
                && parts.is_sorted_by(|one, next| one < next && !matches!(one, DatePart::Count(_)))
        });
        let way_out = "write years (`YYYY`, `YY`), months (`MM`, `M`), days (`DD`, `D`) and a number (`NN` from 01 on, `MICRO` from 0 \
                       on), such as `YY.MM.NN`; the number may be left out after a day";
        if fits { Ok(()) } else { Err(format!("`{pattern}` is no pattern for versions: {way_out}")) }
    }

    /// A version of a pattern, to show what one looks like.
    pub(super) fn example(pattern: &str) -> String {
        let day = NaiveDate::from_ymd_opt(2025, 1, 31).unwrap_or_default();
        Self::first_of(day, pattern).to_string()
    }

    /// How it is written.
    pub(super) fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Reads a version of a pattern; every part has the digits that the pattern has letters, and a number more if it needs them.
    ///
    /// # Errors
    /// A sentence with an example.
    pub fn read(text: &str, pattern: &str) -> Result<Self, String> {
        let problem =
            || format!("`{text}` is not a version of the form {pattern}: write one such as {}", Self::example(pattern));
        let between = |text: &str| text.chars().filter(|letter| !letter.is_ascii_alphanumeric()).collect::<String>();
        let words = words(pattern);
        // The second version of a day, where days are not counted through.
        let (date, more) = match text.rsplit_once('.') {
            Some((date, more)) if ends_with_day(&words) && text.split(BETWEEN).count() == words.len() + 1 => {
                (date, Some(more))
            }
            _ => (text, None),
        };
        let parts: Vec<&str> = date.split(BETWEEN).collect();
        if words.len() != parts.len() || between(date) != between(pattern) {
            return Err(problem());
        }
        let numbers = words.iter().zip(&parts).map(|(word, part)| word.read(part));
        let count = PatternWord { part: DatePart::Count(1), least: 1, most: 10 };
        let numbers = numbers.chain(more.map(|more| count.read(more)));
        let numbers = numbers.collect::<Option<Vec<u32>>>().ok_or_else(problem)?;
        Ok(Self { numbers, pattern: pattern.to_owned() })
    }

    /// The first version of a day.
    pub fn first_of(day: NaiveDate, pattern: &str) -> Self {
        Self { numbers: words(pattern).iter().map(|word| word.first_of(day)).collect(), pattern: pattern.to_owned() }
    }

    /// The version after this one on a day: the next number of the same date, or the first of a new one.
    ///
    /// # Errors
    /// A sentence when the numbers of the date are used up.
    pub fn next(&self, day: NaiveDate) -> Result<Self, String> {
        let fresh = Self::first_of(day, &self.pattern);
        if fresh > *self {
            return Ok(fresh);
        }
        let mut next = self.clone();
        let words = words(&self.pattern);
        if ends_with_day(&words) && next.numbers.len() == words.len() {
            next.numbers.push(1);
        } else if let Some(last) = next.numbers.last_mut() {
            *last = last.checked_add(1).ok_or_else(|| {
                format!("{self} is the last version of its date: the form {} has no more numbers", self.pattern)
            })?;
        }
        Ok(next)
    }
}

impl fmt::Display for Calver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut numbers = self.numbers.iter();
        let mut rest = self.pattern.as_str();
        while !rest.is_empty() {
            let length = rest.find(BETWEEN).unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            let width = PatternWord::of(word).map_or(word.len(), |word| word.least);
            write!(f, "{:0width$}", numbers.next().copied().unwrap_or_default())?;
            let (between, after) = after.split_at_checked(usize::from(!after.is_empty())).unwrap_or(("", after));
            f.write_str(between)?;
            rest = after;
        }
        numbers.try_for_each(|more| write!(f, ".{more}"))
    }
}

fn words(pattern: &str) -> Vec<PatternWord> {
    pattern.split(BETWEEN).filter_map(PatternWord::of).collect()
}

fn ends_with_day(words: &[PatternWord]) -> bool {
    words.last().is_some_and(|word| word.part == DatePart::Day)
}
