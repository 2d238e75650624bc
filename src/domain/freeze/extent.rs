//! How far the closing of a branch has come: from what was written and read on the commits that want to get into it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::time::far;

/// How long a commit that comes to a closed branch may wait for its status before that is told.
pub const AT_ONCE: TimeDelta = TimeDelta::minutes(1);

/// A commit that must not get into a closed branch: the head of an open pull request, or of a group in a merge queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Light {
    /// The pull request, or the last one of the group.
    pub pull: u64,
    /// Whether GitHub has taken the red status, as far as is known.
    pub red: bool,
    /// Since when it waits for that.
    pub since: DateTime<Utc>,
    /// Why GitHub does not take it, if it does not.
    pub refused: Option<String>,
}

/// How far the closing of a branch has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Extent {
    /// Every commit that wants to get into it is red, or nothing is to be closed.
    #[default]
    Whole,
    /// So many of so many are.
    Part {
        /// Those that are red.
        red: usize,
        /// All of them.
        all: usize,
    },
    /// GitHub takes no status on some; why.
    Refused(String),
}

/// How far the closing of a branch has come. `listed` says whether what is open was read after the last status was
/// written, `before` whether every commit was red before, since the branch was closed: then one that has just come does not
/// count yet.
pub fn extent(lights: &[Light], listed: bool, before: bool, now: DateTime<Utc>) -> Extent {
    let open = || lights.iter().filter(|light| !light.red);
    let refused: Vec<(&Light, &String)> = open().filter_map(|light| Some((light, light.refused.as_ref()?))).collect();
    if let Some((light, why)) = refused.first() {
        let more = if refused.len() > 1 { format!(" and {} more", refused.len() - 1) } else { String::new() };
        return Extent::Refused(format!("no red status on #{}{more}: {why}", light.pull));
    }
    let whole = match before {
        true => open().all(|light| now < late(light.since)),
        false => listed && open().next().is_none(),
    };
    match whole {
        true => Extent::Whole,
        false => Extent::Part { red: lights.len() - open().count(), all: lights.len() },
    }
}

/// From when on a commit that waits for its status counts.
pub fn late(since: DateTime<Utc>) -> DateTime<Utc> {
    far::after(since, AT_ONCE)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const REFUSED: &str = "GitHub refuses: too many";

    /// `r` is red, `o` open for ten seconds, `l` open for a minute, `x` refused, `X` refused but red all the same.
    fn lights(row: &str, now: DateTime<Utc>) -> Vec<Light> {
        let light = |(nth, letter): (usize, char)| Light {
            pull: nth as u64 + 1,
            red: "rX".contains(letter),
            since: now - if letter == 'o' { TimeDelta::seconds(10) } else { AT_ONCE },
            refused: "xX".contains(letter).then(|| REFUSED.to_owned()),
        };
        row.chars().enumerate().map(light).collect()
    }

    #[test]
    fn a_branch_is_closed_when_every_head_is_red_and_no_other_has_come() {
        let now = "2026-03-02T09:00:00Z".parse().unwrap();
        let part = |red, all| Extent::Part { red, all };
        let refused = |words: &str| Extent::Refused(format!("no red status on {words}: {REFUSED}"));
        for (row, listed, before, expected) in [
            // Until it has been reached once, all has to be red, and read after that.
            ("", true, false, Extent::Whole),
            ("", false, false, part(0, 0)),
            ("rrr", true, false, Extent::Whole),
            ("rrr", false, false, part(3, 3)),
            ("rro", true, false, part(2, 3)),
            ("ooo", true, false, part(0, 3)),
            // After that, what has just come does not count, and what waits for a minute does.
            ("rro", true, true, Extent::Whole),
            ("rro", false, true, Extent::Whole),
            ("rrl", true, true, part(2, 3)),
            ("rol", false, true, part(1, 3)),
            ("", false, true, Extent::Whole),
            // What GitHub refuses is no matter of time.
            ("rrx", true, false, refused("#3")),
            ("rxo", false, true, refused("#2")),
            ("xrx", true, true, refused("#1 and 1 more")),
            ("rrX", true, false, Extent::Whole),
        ] {
            assert_eq!(extent(&lights(row, now), listed, before, now), expected, "{row} {listed} {before}");
        }
    }
}
