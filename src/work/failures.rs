//! Counts what fails in a row: how long to pause, and when a row is to be set aside.

use std::time::Duration;

use super::pause_after;
use crate::domain::aside::Row;

/// A row that failed so often in a row is set aside.
pub(super) const TRIES: u32 = 3;
/// The pause after the first failure; it doubles up to the longest.
const PAUSE: Duration = Duration::from_secs(5);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// The failures of a loop since it last did well.
#[derive(Debug, Default)]
pub(super) struct Failures {
    row: Option<Row>,
    of_row: u32,
    all: u32,
}

impl Failures {
    /// Notes a failure, and the row that it happened over; how often that has failed now.
    pub(super) fn note(&mut self, row: Option<&Row>) -> u32 {
        self.of_row = if self.row.as_ref() == row { self.of_row + 1 } else { 1 };
        self.row = row.cloned();
        self.all += 1;
        self.of_row
    }

    /// How long to pause now.
    pub(super) fn pause(&self) -> Duration {
        pause_after(self.all.saturating_sub(1), PAUSE, LONGEST_PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_counted_for_itself_and_the_pause_for_all() {
        let (one, other) = (Row::Switch(1), Row::Switch(2));
        let mut failures = Failures::default();
        let noted = [Some(&one), Some(&one), Some(&other), None, Some(&one), Some(&one), Some(&one)];
        let noted = noted.map(|row| (failures.note(row), failures.pause().as_secs()));
        assert_eq!(noted, [(1, 5), (2, 10), (1, 20), (1, 40), (1, 80), (2, 160), (3, 300)]);
        assert_eq!((0..100).map(|_| failures.note(None)).last(), Some(100));
        assert_eq!(failures.pause(), LONGEST_PAUSE);
    }
}
