//! What strangers bring about is one line a second at most, whatever they send; the next line says how many were left out.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How much time is between two lines.
const BETWEEN: Duration = Duration::from_secs(1);

static LINES: Mutex<StrangersLines> = Mutex::new(StrangersLines { last: None, left_out: 0 });

/// The lines of all strangers together.
struct StrangersLines {
    last: Option<Instant>,
    left_out: u64,
}

/// Has a line written about what strangers did, unless there was one within this second. It is told how many were left out
/// since the last one.
pub fn of_strangers(write: impl FnOnce(u64)) {
    let left_out = LINES.lock().unwrap_or_else(PoisonError::into_inner).next(Instant::now());
    if let Some(left_out) = left_out {
        write(left_out);
    }
}

impl StrangersLines {
    /// How many were left out before this line; nothing if this one is left out, too.
    fn next(&mut self, now: Instant) -> Option<u64> {
        if self.last.is_some_and(|last| now.saturating_duration_since(last) < BETWEEN) {
            self.left_out += 1;
            return None;
        }
        self.last = Some(now);
        Some(std::mem::take(&mut self.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_line_a_second_and_it_counts_the_others() {
        let (mut lines, start) = (StrangersLines { last: None, left_out: 0 }, Instant::now());
        let at = |milliseconds: u64| start + Duration::from_millis(milliseconds);
        let written: Vec<_> =
            [0, 1, 999, 1000, 1500, 2500, 2501].into_iter().map(|moment| lines.next(at(moment))).collect();
        assert_eq!(written, [Some(0), None, None, Some(2), None, Some(1), None]);
    }
}
