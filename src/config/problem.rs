//! What is wrong in a configuration file, and where.

use std::fmt;

/// One thing that is wrong or doubtful, in one sentence that says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, as it was named.
    pub file: String,
    /// Line and column, both counted from 1, the column in characters; `None` when the file could not be read.
    pub place: Option<(usize, usize)>,
    /// What is wrong; what to write instead. Never shows a secret.
    pub sentence: String,
}

impl Problem {
    /// What is wrong at this place.
    #[must_use]
    pub fn says(&self, sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), ..self.clone() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((line, column)) => write!(f, "{}:{line}:{column}: {}", self.file, self.sentence),
            None => write!(f, "{}: {}", self.file, self.sentence),
        }
    }
}

/// Everything that is wrong with a configuration, in the order of the file; shown one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let line_end = if index == 0 { "" } else { "\n" };
            write!(f, "{line_end}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// The bytes at which the lines of a text begin.
pub(super) fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(newline, _)| newline + 1)).collect()
}

/// Line and column of a byte in a text whose lines begin at `starts`, both counted from 1, the column in characters.
pub(super) fn place_of(text: &str, starts: &[usize], byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = starts.partition_point(|start| *start <= before.len());
    let start = line.checked_sub(1).and_then(|line| starts.get(line)).copied().unwrap_or_default();
    (line, before.get(start..).unwrap_or_default().chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::{line_starts, place_of};

    #[test]
    fn places_count_lines_and_characters_from_one() {
        let place_of = |text: &str, byte| place_of(text, &line_starts(text), byte);
        assert_eq!(place_of("", 0), (1, 1));
        assert_eq!(place_of("ab\ncd", 4), (2, 2));
        assert_eq!(place_of("é = 1\nü=x", 6 + 1 + 3), (2, 3), "characters, not bytes");
        assert_eq!(place_of("ab\n", 99), (2, 1), "past the end is the end");
    }
}
