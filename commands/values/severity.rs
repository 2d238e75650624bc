//! How severe a fault is.

use std::fmt;

use super::names::shown;
use crate::{ArgKind, Argument};

/// How severe a fault is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// 1: production does not do what it is for.
    Critical,
    /// 2: many suffer, and there is a way around it.
    High,
    /// 3: some suffer.
    Medium,
    /// 4: a blemish.
    Low,
}

impl Severity {
    const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The word for it, as it is said and written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// Its number: 1 is critical.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }
}

impl Argument for Severity {
    const KIND: ArgKind = ArgKind::Choice(&["critical", "high", "medium", "low"]);
    const QUESTION: &'static str = "How severe is it?";

    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let means = |severity: &Self| {
            severity.as_str().eq_ignore_ascii_case(text) || severity.number().to_string() == text.to_lowercase()
        };
        let problem = || format!("“{}” is none of critical, high, medium and low (or 1 to 4)", shown(text));
        Self::ALL.into_iter().find(means).ok_or_else(problem)
    }

    fn spoken(&self) -> Option<String> {
        Some(self.as_str().to_owned())
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
