//! How well a branch is guarded on GitHub: what was read back, not what was wished.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The name of the commit status.
pub const CONTEXT: &str = "shipmate/freeze";
/// The name of the ruleset.
pub const RULESET: &str = "shipmate-freeze";

/// How well a branch is guarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "standing", content = "why")]
pub enum Standing {
    /// GitHub itself keeps the branch closed.
    Enforced(By),
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
pub struct Guard {
    /// The branch.
    pub branch: String,
    /// Whether it requires the check; `None` if that could not be read.
    pub required: Option<bool>,
    /// How well it is guarded.
    pub standing: Standing,
    /// When that was read.
    pub at: DateTime<Utc>,
    /// What people were last told while a freeze lasts; `None` before that.
    #[serde(default)]
    pub told: Option<Standing>,
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
}

impl Reading {
    /// How well the branch is guarded.
    pub fn standing(&self, branch: &str) -> Standing {
        let by_check = self.unwritten.is_none() && self.required == Some(Ok(true));
        let by_ruleset = self.ruleset == Some(Ok(true));
        match (by_check, by_ruleset) {
            (true, true) => return Standing::Enforced(By::Both),
            (false, true) => return Standing::Enforced(By::Ruleset),
            (true, false) if !matches!(self.ruleset, Some(Err(_))) => return Standing::Enforced(By::Check),
            _ => {}
        }
        let reasons = [
            self.unwritten.clone(),
            self.ruleset.clone().and_then(Result::err),
            self.required.clone().and_then(Result::err),
        ];
        if let Some(why) = reasons.into_iter().flatten().next() {
            return Standing::Failed(why);
        }
        match self.ruleset {
            Some(Ok(false)) => Standing::Failed(format!("the ruleset {RULESET} does not hold for {branch}")),
            _ => Standing::Advisory(format!("the check is not required on {branch}")),
        }
    }
}

impl Standing {
    /// Whether GitHub keeps the branch closed.
    pub fn is_enforced(&self) -> bool {
        matches!(self, Self::Enforced(_))
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enforced(_) => write!(f, "ENFORCED"),
            Self::Advisory(why) => write!(f, "ADVISORY ({why})"),
            Self::Failed(why) => write!(f, "FAILED ({why})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_read_back_counts() {
        let standing = |required, ruleset, unwritten: Option<&str>| {
            let unwritten = unwritten.map(str::to_owned);
            Reading { required, ruleset, unwritten }.standing("main").to_string()
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
}
