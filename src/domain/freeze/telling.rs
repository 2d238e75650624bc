//! What the announcement of a freeze says of GitHub, and when it is brought up to date.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::enforcement::Enforcement;
use crate::domain::time::far;

/// How often a count that grows is shown in an announcement: each time is an edit in every place.
const EDITS: TimeDelta = TimeDelta::seconds(30);

/// What the announcement of a freeze says of GitHub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telling {
    /// How well each branch is guarded; empty while that has not been read back.
    pub readings: Vec<(String, Enforcement)>,
    /// Whether that was read before anything was changed for the freeze.
    #[serde(default)]
    pub before: bool,
    /// When it was last changed.
    pub at: DateTime<Utc>,
}

impl Telling {
    /// When the announcement is to say `readings`; never, if it says so already. What comes out otherwise than it was told is
    /// shown at once, a count now and then.
    pub fn due(&self, readings: &[(String, Enforcement)], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let words = |readings: &[(String, Enforcement)]| -> Vec<(String, String)> {
            readings.iter().map(|(branch, standing)| (branch.clone(), standing.to_string())).collect()
        };
        if words(&self.readings) == words(readings) {
            return None;
        }
        let mut pairs = self.readings.iter().zip(readings);
        let counts = |(said, is): (&(String, Enforcement), &(String, Enforcement))| {
            said.0 == is.0 && (said.1.to_string() == is.1.to_string() || said.1.is_closing() && is.1.is_closing())
        };
        let only_counts = self.readings.len() == readings.len() && pairs.all(counts);
        Some(if only_counts { far::after(self.at, EDITS).max(now) } else { now })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{super::enforcement::KeptBy, *};

    #[test]
    fn a_count_is_shown_now_and_then_and_what_matters_at_once() {
        let at: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().unwrap();
        let closing = |red| Enforcement::Closing { red, all: 500, until: None, slow: None };
        let (enforced, failed) = (Enforcement::Enforced(KeptBy::Check), Enforcement::Failed("no".into()));
        let two = |develop: &Enforcement, main: &Enforcement| {
            vec![("develop".to_owned(), develop.clone()), ("main".to_owned(), main.clone())]
        };
        let said = two(&closing(20), &enforced);
        // What is, how long after the last edit, and in how many seconds it is to be said.
        for (is, after, due) in [
            (two(&closing(20), &enforced), 0, None),
            (two(&closing(20), &Enforcement::Enforced(KeptBy::Both)), 0, None),
            (two(&closing(21), &enforced), 0, Some(30)),
            (two(&closing(49), &enforced), 29, Some(1)),
            (two(&closing(50), &enforced), 30, Some(0)),
            (two(&closing(90), &enforced), 90, Some(0)),
            (two(&enforced, &enforced), 1, Some(0)),
            (two(&failed, &enforced), 1, Some(0)),
            (two(&closing(21), &closing(3)), 1, Some(0)),
            (vec![], 1, Some(0)),
        ] {
            let telling = Telling { readings: said.clone(), before: false, at };
            let now = at + TimeDelta::seconds(after);
            assert_eq!(telling.due(&is, now).map(|due| (due - now).num_seconds()), due, "{is:?} {after}");
        }
    }
}
