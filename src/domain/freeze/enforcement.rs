//! How well a branch is guarded on GitHub: what was read back, not what was wished.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use super::closing::KeptBy;
use super::closing::{Gap, Passing};

/// The name of the commit status that says why something must not be merged.
pub const CONTEXT: &str = "shipmate/freeze";
/// The name of the commit status that the bot's App gives to what may be merged while a ruleset requires it.
pub const PASS: &str = "shipmate/pass";
/// The name of the ruleset that restricts updates.
pub const RULESET: &str = "shipmate-freeze";
/// The name of the ruleset that requires [`PASS`].
pub const PASS_RULESET: &str = "shipmate-pass";

/// How well a branch is guarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "standing", content = "why")]
pub enum Enforcement {
    /// GitHub itself keeps the branch closed, to everybody.
    Enforced(KeptBy),
    /// GitHub keeps the branch closed, but not to everybody, or not as far as the bot is shown.
    EnforcedBut(Gap),
    /// It is being closed: some of what wants to get into it can still be merged.
    Closing {
        /// How many commits are red.
        red: usize,
        /// How many there are; 0 while they have not been counted.
        all: usize,
        /// When all will be, if GitHub's limits hold that up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<DateTime<Utc>>,
        /// Why no ruleset closes it at once, if GitHub took none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slow: Option<String>,
    },
    /// It is only said, not enforced; why.
    Advisory(String),
    /// It could not be done; why.
    Failed(String),
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
        if self.told.is_some() && self.at >= began {
            return self.standing.clone();
        }
        // The ruleset of an earlier freeze may be gone by now.
        match &self.standing {
            Enforcement::Enforced(_) | Enforcement::EnforcedBut(_) => {
                Enforcement::Closing { red: 0, all: 0, until: None, slow: None }
            }
            other => other.clone(),
        }
    }
}

/// What it means that a branch stands otherwise than it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnforcementShift {
    /// Nothing new: at most the announcement is brought up to date.
    None,
    /// It is kept as it was told at first, or better than that.
    Better,
    /// It is kept worse.
    Worse,
}

impl Enforcement {
    /// Whether GitHub keeps the branch closed to everybody.
    pub fn is_enforced(&self) -> bool {
        matches!(self, Self::Enforced(_))
    }

    /// Whether GitHub keeps the branch closed, to whomever.
    pub fn is_kept(&self) -> bool {
        matches!(self, Self::Enforced(_) | Self::EnforcedBut(_))
    }

    fn gap(&self) -> Option<&Gap> {
        match self {
            Self::EnforcedBut(gap) => Some(gap),
            Self::Enforced(_) | Self::Closing { .. } | Self::Advisory(_) | Self::Failed(_) => None,
        }
    }

    /// Whether the branch is being closed.
    pub fn is_closing(&self) -> bool {
        matches!(self, Self::Closing { .. })
    }

    /// What it means that it stands like this after people were told something else. That it is being closed comes and goes
    /// by itself, and only the announcement shows it.
    pub fn turn(&self, told: &Self) -> EnforcementShift {
        let wider = |one: &Self, than: &Self| one.gap().is_some_and(|gap| gap.is_wider(than.gap()));
        match self {
            Self::Closing { .. } => EnforcementShift::None,
            now if told.to_string() == now.to_string() => EnforcementShift::None,
            Self::Enforced(_) | Self::EnforcedBut(_) => match told {
                Self::Closing { .. } => EnforcementShift::None,
                Self::Advisory(_) | Self::Failed(_) => EnforcementShift::Better,
                Self::Enforced(_) | Self::EnforcedBut(_) if wider(self, told) => EnforcementShift::Worse,
                Self::Enforced(_) | Self::EnforcedBut(_) if wider(told, self) => EnforcementShift::Better,
                // Only what is shown to the bot has changed.
                Self::Enforced(_) | Self::EnforcedBut(_) => EnforcementShift::None,
            },
            Self::Advisory(_) | Self::Failed(_) => EnforcementShift::Worse,
        }
    }

    /// What counts as told once it stands like this.
    pub fn told_after(&self, told: &Self) -> Self {
        let hidden = self.gap().is_some_and(|gap| gap.passing == Passing::Hidden);
        match self {
            Self::Closing { .. } if !told.is_closing() => told.clone(),
            // What is not shown any more may come to light again.
            Self::EnforcedBut(_) if hidden && told.is_kept() && self.turn(told) == EnforcementShift::None => {
                told.clone()
            }
            Self::Closing { .. } | Self::Enforced(_) | Self::EnforcedBut(_) | Self::Advisory(_) | Self::Failed(_) => {
                self.clone()
            }
        }
    }

    /// What may be said of a branch that is about to be closed, when this was read before.
    pub fn before_closing(&self) -> Self {
        match self {
            Self::Enforced(KeptBy::Check | KeptBy::Both)
            | Self::EnforcedBut(Gap { by: KeptBy::Check | KeptBy::Both, .. }) => {
                Self::Closing { red: 0, all: 0, until: None, slow: None }
            }
            Self::Enforced(KeptBy::Ruleset)
            | Self::EnforcedBut(Gap { by: KeptBy::Ruleset, .. })
            | Self::Closing { .. }
            | Self::Advisory(_)
            | Self::Failed(_) => self.clone(),
        }
    }
}

impl fmt::Display for Enforcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enforced(_) => write!(f, "ENFORCED"),
            Self::EnforcedBut(gap) => write!(f, "ENFORCED, but {gap}"),
            Self::Closing { all: 0, .. } => write!(f, "CLOSING"),
            Self::Closing { red, all, .. } => write!(f, "CLOSING {} of {}", grouped(*red), grouped(*all)),
            Self::Advisory(why) => write!(f, "ADVISORY ({why})"),
            Self::Failed(why) => write!(f, "FAILED ({why})"),
        }
    }
}

/// `3,000`
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let whole = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits.char_indices().flat_map(|(at, digit)| whole(at).then_some(',').into_iter().chain([digit])).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn passing(names: &[&str]) -> Passing {
        Passing::Known(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn only_what_a_person_may_have_to_do_something_about_is_told_anew() {
        let [enforced, both] = [KeptBy::Check, KeptBy::Both].map(Enforcement::Enforced);
        let [some, more] = [20, 40].map(|red| Enforcement::Closing { red, all: 500, until: None, slow: None });
        let advisory = Enforcement::Advisory("the check is not required on main".into());
        let [failed, otherwise] = ["no", "still no"].map(|why| Enforcement::Failed(why.into()));
        let but = |passing, forgeable| Enforcement::EnforcedBut(Gap { by: KeptBy::Check, passing, forgeable });
        let [admins, team] =
            [&["administrators"][..], &["administrators", "team a"]].map(|who| but(passing(who), false));
        let (green, hidden) = (but(passing(&[]), true), but(Passing::Hidden, false));
        // What was told, what is, what that means, and what counts as told from then on.
        for (told, now, turn, after) in [
            (&some, &more, EnforcementShift::None, &more),
            (&some, &enforced, EnforcementShift::None, &enforced),
            (&some, &failed, EnforcementShift::Worse, &failed),
            (&some, &advisory, EnforcementShift::Worse, &advisory),
            (&enforced, &both, EnforcementShift::None, &both),
            (&enforced, &some, EnforcementShift::None, &enforced),
            (&enforced, &failed, EnforcementShift::Worse, &failed),
            (&failed, &some, EnforcementShift::None, &failed),
            (&failed, &otherwise, EnforcementShift::Worse, &otherwise),
            (&failed, &enforced, EnforcementShift::Better, &enforced),
            (&advisory, &enforced, EnforcementShift::Better, &enforced),
            (&some, &admins, EnforcementShift::None, &admins),
            (&enforced, &admins, EnforcementShift::Worse, &admins),
            (&admins, &team, EnforcementShift::Worse, &team),
            (&team, &admins, EnforcementShift::Better, &admins),
            (&admins, &green, EnforcementShift::Worse, &green),
            (&green, &enforced, EnforcementShift::Better, &enforced),
            (&failed, &green, EnforcementShift::Better, &green),
            (&admins, &failed, EnforcementShift::Worse, &failed),
            (&admins, &some, EnforcementShift::None, &admins),
            // What is hidden says nothing, and what was told before holds until it is shown again.
            (&enforced, &hidden, EnforcementShift::None, &enforced),
            (&hidden, &enforced, EnforcementShift::None, &enforced),
            (&hidden, &admins, EnforcementShift::None, &admins),
        ] {
            assert_eq!(now.turn(told), turn, "{told} {now}");
            assert_eq!(now.told_after(told), *after, "{told} {now}");
        }
        assert_eq!(enforced.before_closing().to_string(), "CLOSING");
        assert_eq!(admins.before_closing().to_string(), "CLOSING");
        assert_eq!(Enforcement::Enforced(KeptBy::Ruleset).before_closing().to_string(), "ENFORCED");
    }

    #[test]
    fn a_row_of_an_earlier_version_still_opens() {
        let row = r#"{"branch":"main","required":true,"standing":{"standing":"enforced","why":"check"},
            "at":"2026-03-02T09:00:00Z","told":{"standing":"failed","why":"no permission"}}"#;
        let reading: EnforcementReading = serde_json::from_str(row).unwrap();
        assert_eq!((&reading.standing, reading.required), (&Enforcement::Enforced(KeptBy::Check), Some(true)));
        let since = |began: &str| reading.standing_since(began.parse().unwrap()).to_string();
        assert_eq!(since("2026-03-02T09:00:00Z"), "ENFORCED");
        assert_eq!(since("2026-03-02T09:00:01Z"), "CLOSING", "it was found before the freeze began");
        let gap = Gap { by: KeptBy::Check, passing: passing(&["administrators"]), forgeable: true };
        let until = Some("2026-03-02T15:10:00Z".parse().unwrap());
        let held_up = Enforcement::Closing { red: 500, all: 3000, until, slow: Some("GitHub forbids it".into()) };
        assert_eq!(held_up.to_string(), "CLOSING 500 of 3,000");
        let of_before = r#"{"standing":"closing","why":{"red":20,"all":500}}"#;
        let closing = Enforcement::Closing { red: 20, all: 500, until: None, slow: None };
        assert_eq!(serde_json::from_str::<Enforcement>(of_before).unwrap(), closing);
        for kept in [closing, held_up, Enforcement::EnforcedBut(gap)] {
            let stored = serde_json::to_string(&kept).unwrap();
            assert_eq!(serde_json::from_str::<Enforcement>(&stored).unwrap(), kept, "{stored}");
        }
    }
}
