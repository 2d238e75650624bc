//! Who reads release notes.

use std::fmt;

use super::names::shown;
use crate::{ArgKind, Argument};

/// Who reads release notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reading {
    /// Those who build: everything, with commits and authors.
    Developers,
    /// Those who test: what to test, and what was touched.
    Qa,
    /// Those who wait for it: what changes for them.
    Stakeholders,
}

impl Reading {
    /// The word for it, as it is said and written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Developers => "developers",
            Self::Qa => "qa",
            Self::Stakeholders => "stakeholders",
        }
    }
}

impl Argument for Reading {
    const KIND: ArgKind = ArgKind::Choice(&[Self::Developers.as_str(), Self::Qa.as_str(), Self::Stakeholders.as_str()]);
    const QUESTION: &'static str = "For whom?";

    fn parse(text: &str) -> Result<Self, String> {
        [Self::Developers, Self::Qa, Self::Stakeholders]
            .into_iter()
            .find(|reading| reading.as_str().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| format!("“{}” is none of developers, qa and stakeholders", shown(text)))
    }

    fn spoken(&self) -> Option<String> {
        Some(self.as_str().to_owned())
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
