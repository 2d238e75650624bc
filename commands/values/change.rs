//! A change that was made: a pull request, or a commit.

use std::fmt;

use super::names::shown;
use crate::{ArgKind, Argument};

/// A change that was made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ChangeRef {
    /// A pull request, said as `#12`.
    Pull(u64),
    /// A commit's id, or the first 7 or more letters of it.
    Commit(String),
}

impl Argument for ChangeRef {
    const KIND: ArgKind = ArgKind::Text;
    const QUESTION: &'static str = "Which change?";

    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let commit = (7..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if commit {
            return Ok(Self::Commit(text.to_ascii_lowercase()));
        }
        let number = text.strip_prefix('#').unwrap_or(text).parse();
        number.map(Self::Pull).map_err(|_| {
            format!("“{}” is neither a pull request nor a commit; write #12, or 7 letters of a commit", shown(text))
        })
    }

    fn spoken(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl fmt::Display for ChangeRef {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pull(number) => write!(out, "#{number}"),
            Self::Commit(id) => out.write_str(id),
        }
    }
}
