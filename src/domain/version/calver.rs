//! Versions that are dates: `YY.MM.NN` and the like, with their zeros.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A version that is a date and a number, such as 25.01.02: the second of January 2025. Never a semantic version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calver {
    /// The numbers in the order of the pattern, which is the order of time.
    numbers: Vec<u32>,
    /// How it is written, such as `YY.MM.NN`.
    pattern: String,
}

impl Calver {
    /// Checks a pattern: `YYYY` or `YY`, perhaps `MM` and `DD`, and `NN` at the end, with `.` or `-` between.
    ///
    /// # Errors
    /// A sentence that says how to write one.
    pub fn check(pattern: &str) -> Result<(), String> {
        let words: Vec<&str> = pattern.split(['.', '-']).collect();
        let known = |word: &&str| matches!(*word, "YYYY" | "YY" | "MM" | "DD" | "NN");
        let order: Vec<u8> =
            words.iter().map(|word| b"YMDN".iter().position(|l| *l == first(word)).unwrap_or(9) as u8).collect();
        let fits = words.iter().all(known)
            && words.first().is_some_and(|word| first(word) == b'Y')
            && words.last() == Some(&"NN")
            && order.is_sorted_by(|one, next| one < next);
        let way_out = "write years, months, days and a number, such as `YY.MM.NN`";
        if fits { Ok(()) } else { Err(format!("`{pattern}` is no pattern for versions: {way_out}")) }
    }

    /// A version of a pattern, to show what one looks like.
    pub(super) fn example(pattern: &str) -> String {
        pattern.replace("YYYY", "2025").replace("YY", "25").replace("MM", "01").replace("DD", "31").replace("NN", "01")
    }

    /// How it is written.
    pub(super) fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Reads a version of a pattern; every part has just the digits that the pattern has letters.
    ///
    /// # Errors
    /// A sentence with an example.
    pub fn read(text: &str, pattern: &str) -> Result<Self, String> {
        let problem =
            || format!("`{text}` is not a version of the form {pattern}: write one such as {}", Self::example(pattern));
        let (words, parts) = (split(pattern), split(text));
        let between = |text: &str| text.chars().filter(|letter| !letter.is_ascii_alphanumeric()).collect::<String>();
        if words.len() != parts.len() || between(text) != between(pattern) {
            return Err(problem());
        }
        let number = |(word, part): (&&str, &&str)| {
            let digits = part.len() == word.len() && part.bytes().all(|byte| byte.is_ascii_digit());
            let number: u32 = part.parse().ok().filter(|_| digits)?;
            let possible = match *word {
                "MM" => (1..=12).contains(&number),
                "DD" => (1..=31).contains(&number),
                "NN" => number > 0,
                _ => true,
            };
            possible.then_some(number)
        };
        let numbers = words.iter().zip(&parts).map(number).collect::<Option<Vec<u32>>>().ok_or_else(problem)?;
        Ok(Self { numbers, pattern: pattern.to_owned() })
    }

    /// The first version of a day.
    pub fn first_of(day: NaiveDate, pattern: &str) -> Self {
        let number = |word: &&str| match *word {
            "YYYY" => day.year().unsigned_abs(),
            "YY" => day.year().unsigned_abs() % 100,
            "MM" => day.month(),
            "DD" => day.day(),
            _ => 1,
        };
        Self { numbers: split(pattern).iter().map(number).collect(), pattern: pattern.to_owned() }
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
        if let Some(last) = next.numbers.last_mut() {
            *last += 1;
            if *last > 99 {
                return Err(format!(
                    "{self} is the last version of its date: the form {} has no more numbers",
                    self.pattern
                ));
            }
        }
        Ok(next)
    }
}

impl fmt::Display for Calver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut numbers = self.numbers.iter();
        let mut rest = self.pattern.as_str();
        while !rest.is_empty() {
            let width = rest.find(['.', '-']).unwrap_or(rest.len());
            write!(f, "{:0width$}", numbers.next().copied().unwrap_or_default())?;
            let (between, after) = rest[width..].split_at(usize::from(width < rest.len()));
            f.write_str(between)?;
            rest = after;
        }
        Ok(())
    }
}

fn split(text: &str) -> Vec<&str> {
    text.split(['.', '-']).collect()
}

fn first(word: &str) -> u8 {
    word.bytes().next().unwrap_or_default()
}
