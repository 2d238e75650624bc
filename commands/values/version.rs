//! Versions as people write them; the playbook's scheme judges them later.

use std::fmt;
use std::str::FromStr;

use super::names::shown;
use crate::{ArgKind, Argument};

newtype! {
    /// A version that does not exist yet, without a leading `v`, such as `2.2.0` or `25.01.02`.
    NewVersion is Text, asked "Which version?", read by new_version
}

/// A release that exists already.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ReleaseRef {
    /// By its version, without a leading `v`.
    Version(String),
    /// By its number in the bot's own records, as buttons say it: `#12`.
    Number(u64),
}

impl Argument for ReleaseRef {
    const KIND: ArgKind = ArgKind::Release;
    const QUESTION: &'static str = "Which release?";

    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let number = text.strip_prefix('#').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        number
            .and_then(|digits| digits.parse().ok().map(Self::Number))
            .or_else(|| version(text).map(|version| Self::Version(version.to_owned())))
            .ok_or_else(|| format!("“{}” is not a release; write its version such as 2.2.0, or #12", shown(text)))
    }

    fn spoken(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl FromStr for ReleaseRef {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
}

impl fmt::Display for ReleaseRef {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => out.write_str(version),
            Self::Number(number) => write!(out, "#{number}"),
        }
    }
}

/// Whether a word is a version or a release's number rather than a name.
pub(super) fn looks_like_version(text: &str) -> bool {
    text.starts_with('#') || version(text).is_some()
}

fn new_version(text: &str) -> Result<String, String> {
    version(text).map(str::to_owned).ok_or_else(|| {
        format!("“{}” is not a version; write one such as 2.2.0, or leave it out to have it computed", shown(text))
    })
}

const LONGEST_VERSION: usize = 64;

/// A version begins with two numbers: `2.2`, `v2.2.0-rc.1`, `25.01.02`, `2025-01`. So `2fa` and `12` are none.
fn version(text: &str) -> Option<&str> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let after_first = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let second = after_first.strip_prefix(['.', '-'])?;
    let allowed = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+_".contains(&byte));
    let two_numbers = after_first.len() < text.len() && second.starts_with(|letter: char| letter.is_ascii_digit());
    (two_numbers && allowed && text.len() <= LONGEST_VERSION).then_some(text)
}
