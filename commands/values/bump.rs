//! Which part of a version to raise.

use std::fmt;

use super::names::shown;
use crate::{ArgKind, Argument};

/// Which part of a version to raise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bump {
    /// 2.1.1 → 3.0.0
    Major,
    /// 2.1.1 → 2.2.0
    Minor,
    /// 2.1.1 → 2.1.2
    Patch,
}

impl Bump {
    /// The word for it, as it is said and written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Patch => "patch",
        }
    }
}

impl Argument for Bump {
    const KIND: ArgKind = ArgKind::Choice(&[Self::Major.as_str(), Self::Minor.as_str(), Self::Patch.as_str()]);
    const QUESTION: &'static str = "Which part of the version?";

    fn parse(text: &str) -> Result<Self, String> {
        [Self::Major, Self::Minor, Self::Patch]
            .into_iter()
            .find(|bump| bump.as_str().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| format!("“{}” is none of major, minor and patch", shown(text)))
    }

    fn spoken(&self) -> Option<String> {
        Some(self.as_str().to_owned())
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
