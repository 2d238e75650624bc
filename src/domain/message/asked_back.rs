//! A question that the bot asked back before it does something: what was said, and what it would have done then.

use chrono::{DateTime, Duration, Utc};
use commands::Invocation;
use serde::{Deserialize, Serialize};

/// For how long a yes counts, in hours.
const COUNTS: i64 = 24;

/// What was said, and what it meant when the question was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedBack {
    /// The question's number.
    pub number: u64,
    /// What was said.
    pub said: Invocation,
    /// What it would have done, in words that change when that does.
    pub meant: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl AskedBack {
    /// Whether a yes still counts for what it would do now.
    pub fn agrees_to(&self, meant: &str, now: DateTime<Utc>) -> bool {
        self.meant == meant && now - self.at <= Duration::hours(COUNTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yes_counts_for_what_was_asked_and_for_a_day() {
        let at = DateTime::UNIX_EPOCH;
        let asked = AskedBack { number: 1, said: Invocation::default(), meant: "2.2.0 \u{2192} 2.1.1".into(), at };
        let later = |hours| at + Duration::hours(hours);
        for (meant, now, expected) in [
            ("2.2.0 \u{2192} 2.1.1", later(0), true),
            ("2.2.0 \u{2192} 2.1.1", later(24), true),
            ("2.2.0 \u{2192} 2.1.1", later(25), false),
            ("2.2.1 \u{2192} 2.2.0", later(0), false),
            ("2.2.0 \u{2192} 2.1.0", later(0), false),
        ] {
            assert_eq!(asked.agrees_to(meant, now), expected, "{meant} at {now}");
        }
    }
}
