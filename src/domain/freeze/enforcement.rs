//! How well a branch is guarded on GitHub: what was read back, not what was wished.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::extent::Extent;

/// The name of the commit status.
pub const CONTEXT: &str = "shipmate/freeze";
/// The name of the ruleset.
pub const RULESET: &str = "shipmate-freeze";

/// How well a branch is guarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "standing", content = "why")]
pub enum Enforcement {
    /// GitHub itself keeps the branch closed.
    Enforced(By),
    /// It is being closed: some of what wants to get into it can still be merged.
    Closing {
        /// How many commits are red.
        red: usize,
        /// How many there are; 0 while they have not been counted.
        all: usize,
    },
    /// It is only said, not enforced; why.
    Advisory(String),
    /// It could not be done; why.
    Failed(String),
}

/// What keeps a branch closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// The branch requires the check.
    Check,
    /// A ruleset restricts updates.
    Ruleset,
    /// Both.
    Both,
}

/// What was last read of a branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnforcementReading {
    /// The branch.
    pub branch: String,
    /// Whether it requires the check; `None` if that could not be read.
    pub required: Option<bool>,
    /// How well it is guarded.
    pub standing: Enforcement,
    /// When that was found.
    pub at: DateTime<Utc>,
    /// What people were last told while a freeze lasts; `None` before that.
    #[serde(default)]
    pub told: Option<Enforcement>,
}

impl EnforcementReading {
    /// How well the branch is guarded by a freeze that began at this time: what was read before that says only what will be.
    pub fn standing_since(&self, began: DateTime<Utc>) -> Enforcement {
        match self.told.is_some() && self.at >= began {
            true => self.standing.clone(),
            false => self.standing.before_closing(),
        }
    }
}

/// What was found and tried for one branch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Whether the branch requires the check, or why that could not be read.
    pub required: Option<Result<bool, String>>,
    /// Whether the ruleset restricts updates of it, or why it could not be set; `None` where none is wanted.
    pub ruleset: Option<Result<bool, String>>,
    /// Why statuses could not be written, if they could not.
    pub unwritten: Option<String>,
    /// How far what is open has been made red.
    pub extent: Extent,
}

impl Reading {
    /// How well the branch is guarded.
    pub fn standing(&self, branch: &str) -> Enforcement {
        let refused = match &self.extent {
            Extent::Refused(why) => Some(why.clone()),
            Extent::Whole | Extent::Part { .. } => None,
        };
        let by_check = self.unwritten.is_none() && refused.is_none() && self.required == Some(Ok(true));
        let by_ruleset = self.ruleset == Some(Ok(true));
        // What the check closes is closed commit by commit, what a ruleset closes at once.
        match (by_check, by_ruleset, &self.extent) {
            (true, true, Extent::Whole) => return Enforcement::Enforced(By::Both),
            (_, true, _) => return Enforcement::Enforced(By::Ruleset),
            (true, false, extent) if !matches!(self.ruleset, Some(Err(_))) => {
                return match extent {
                    Extent::Part { red, all } => Enforcement::Closing { red: *red, all: *all },
                    Extent::Whole | Extent::Refused(_) => Enforcement::Enforced(By::Check),
                };
            }
            (true | false, false, Extent::Whole | Extent::Part { .. } | Extent::Refused(_)) => {}
        }
        let reasons = [
            self.unwritten.clone(),
            refused,
            self.ruleset.clone().and_then(Result::err),
            self.required.clone().and_then(Result::err),
        ];
        if let Some(why) = reasons.into_iter().flatten().next() {
            return Enforcement::Failed(why);
        }
        match self.ruleset {
            Some(Ok(false)) => Enforcement::Failed(format!("the ruleset {RULESET} does not hold for {branch}")),
            _ => Enforcement::Advisory(format!("the check is not required on {branch}")),
        }
    }
}

/// What it means that a branch stands otherwise than it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Nothing new: at most the announcement is brought up to date.
    None,
    /// It is kept as it was told at first, or better than that.
    Better,
    /// It is kept worse.
    Worse,
}

impl Enforcement {
    /// Whether GitHub keeps the branch closed.
    pub fn is_enforced(&self) -> bool {
        matches!(self, Self::Enforced(_))
    }

    /// Whether the branch is being closed.
    pub fn is_closing(&self) -> bool {
        matches!(self, Self::Closing { .. })
    }

    /// What it means that it stands like this after people were told something else. That it is being closed comes and goes
    /// by itself, and only the announcement shows it.
    pub fn turn(&self, told: &Self) -> Turn {
        match (told, self) {
            (_, Self::Closing { .. }) | (Self::Closing { .. }, Self::Enforced(_)) => Turn::None,
            (told, now) if told.to_string() == now.to_string() => Turn::None,
            (_, Self::Enforced(_)) => Turn::Better,
            (_, Self::Advisory(_) | Self::Failed(_)) => Turn::Worse,
        }
    }

    /// What counts as told once it stands like this.
    pub fn told_after(&self, told: &Self) -> Self {
        match (told, self) {
            (Self::Enforced(_) | Self::Advisory(_) | Self::Failed(_), Self::Closing { .. }) => told.clone(),
            (Self::Closing { .. }, _) | (_, Self::Enforced(_) | Self::Advisory(_) | Self::Failed(_)) => self.clone(),
        }
    }

    /// What may be said of a branch that is about to be closed, when this was read before.
    pub fn before_closing(&self) -> Self {
        match self {
            Self::Enforced(By::Check | By::Both) => Self::Closing { red: 0, all: 0 },
            Self::Enforced(By::Ruleset) | Self::Closing { .. } | Self::Advisory(_) | Self::Failed(_) => self.clone(),
        }
    }
}

impl fmt::Display for Enforcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enforced(_) => write!(f, "ENFORCED"),
            Self::Closing { all: 0, .. } => write!(f, "CLOSING"),
            Self::Closing { red, all } => write!(f, "CLOSING {red} of {all}"),
            Self::Advisory(why) => write!(f, "ADVISORY ({why})"),
            Self::Failed(why) => write!(f, "FAILED ({why})"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_what_was_read_back_counts() {
        let standing = |required, ruleset, unwritten: Option<&str>| {
            let unwritten = unwritten.map(str::to_owned);
            Reading { required, ruleset, unwritten, ..Reading::default() }.standing("main").to_string()
        };
        let refused = || Err("GitHub forbids this".to_owned());
        assert_eq!(standing(Some(Ok(true)), None, None), "ENFORCED");
        assert_eq!(standing(Some(Ok(false)), Some(Ok(true)), None), "ENFORCED");
        assert_eq!(standing(Some(Ok(false)), None, None), "ADVISORY (the check is not required on main)");
        assert_eq!(standing(Some(Ok(true)), None, Some("no permission")), "FAILED (no permission)");
        assert_eq!(standing(Some(Ok(true)), Some(refused()), None), "FAILED (GitHub forbids this)");
        assert_eq!(standing(Some(refused()), None, None), "FAILED (GitHub forbids this)");
        assert_eq!(
            standing(Some(Ok(false)), Some(Ok(false)), None),
            "FAILED (the ruleset shipmate-freeze does not hold for main)"
        );
    }

    #[test]
    fn a_branch_is_enforced_once_all_that_is_open_is_red() {
        let refused = || Extent::Refused("no red status on #7: GitHub refuses: too many".to_owned());
        let (not, none) = (Some(Ok(false)), None);
        for (required, ruleset, extent, words) in [
            (true, none.clone(), Extent::Whole, "ENFORCED"),
            (true, none.clone(), Extent::Part { red: 20, all: 500 }, "CLOSING 20 of 500"),
            (true, none.clone(), Extent::Part { red: 0, all: 0 }, "CLOSING"),
            (true, none.clone(), refused(), "FAILED (no red status on #7: GitHub refuses: too many)"),
            (true, not, Extent::Part { red: 1, all: 2 }, "CLOSING 1 of 2"),
            // A ruleset closes at once.
            (true, Some(Ok(true)), Extent::Part { red: 1, all: 2 }, "ENFORCED"),
            (false, Some(Ok(true)), refused(), "ENFORCED"),
            // Where nothing requires the status, no count makes it better.
            (false, none.clone(), Extent::Part { red: 1, all: 2 }, "ADVISORY (the check is not required on main)"),
            (false, none, refused(), "FAILED (no red status on #7: GitHub refuses: too many)"),
        ] {
            let reading = Reading { required: Some(Ok(required)), ruleset, extent, ..Reading::default() };
            assert_eq!(reading.standing("main").to_string(), words, "{reading:?}");
        }
    }

    #[test]
    fn only_what_a_person_may_have_to_do_something_about_is_told_anew() {
        let [enforced, both] = [By::Check, By::Both].map(Enforcement::Enforced);
        let [some, more] = [20, 40].map(|red| Enforcement::Closing { red, all: 500 });
        let advisory = Enforcement::Advisory("the check is not required on main".into());
        let [failed, otherwise] = ["no", "still no"].map(|why| Enforcement::Failed(why.into()));
        // What was told, what is, what that means, and what counts as told from then on.
        for (told, now, turn, after) in [
            (&some, &more, Turn::None, &more),
            (&some, &enforced, Turn::None, &enforced),
            (&some, &failed, Turn::Worse, &failed),
            (&some, &advisory, Turn::Worse, &advisory),
            (&enforced, &both, Turn::None, &both),
            (&enforced, &some, Turn::None, &enforced),
            (&enforced, &failed, Turn::Worse, &failed),
            (&failed, &some, Turn::None, &failed),
            (&failed, &otherwise, Turn::Worse, &otherwise),
            (&failed, &enforced, Turn::Better, &enforced),
            (&advisory, &enforced, Turn::Better, &enforced),
        ] {
            assert_eq!(now.turn(told), turn, "{told} {now}");
            assert_eq!(now.told_after(told), *after, "{told} {now}");
        }
        assert_eq!(enforced.before_closing().to_string(), "CLOSING");
        assert_eq!(Enforcement::Enforced(By::Ruleset).before_closing().to_string(), "ENFORCED");
    }

    #[test]
    fn a_row_of_an_earlier_version_still_opens() {
        let row = r#"{"branch":"main","required":true,"standing":{"standing":"enforced","why":"check"},
            "at":"2026-03-02T09:00:00Z","told":{"standing":"failed","why":"no permission"}}"#;
        let reading: EnforcementReading = serde_json::from_str(row).unwrap();
        assert_eq!((&reading.standing, reading.required), (&Enforcement::Enforced(By::Check), Some(true)));
        let since = |began: &str| reading.standing_since(began.parse().unwrap()).to_string();
        assert_eq!(since("2026-03-02T09:00:00Z"), "ENFORCED");
        assert_eq!(since("2026-03-02T09:00:01Z"), "CLOSING", "it was found before the freeze began");
        let closing = Enforcement::Closing { red: 20, all: 500 };
        let stored = serde_json::to_string(&closing).unwrap();
        assert_eq!(serde_json::from_str::<Enforcement>(&stored).unwrap(), closing, "{stored}");
    }
}
