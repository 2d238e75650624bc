//! Which freeze somebody means.

use std::fmt;
use std::str::FromStr;

use super::names::shown;
use crate::{ArgKind, Argument};

/// A freeze that exists already.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FreezeRef {
    /// By its number, said as `3` or `#3`.
    Number(u64),
    /// By its name, which may have spaces when it is quoted.
    Name(String),
}

const LONGEST_NAME: usize = 100;

impl Argument for FreezeRef {
    const KIND: ArgKind = ArgKind::Freeze;
    const QUESTION: &'static str = "Which freeze?";

    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let digits = text.strip_prefix('#').unwrap_or(text);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let number = digits.parse().map(Self::Number);
            return number.map_err(|_| format!("“{}” is too large a number for a freeze", shown(text)));
        }
        let named = !text.is_empty() && text.chars().count() <= LONGEST_NAME && !text.contains(char::is_control);
        if !named {
            return Err(format!("“{}” is not a freeze; write its number or its name", shown(text)));
        }
        Ok(Self::Name(text.to_owned()))
    }

    fn spoken(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl FromStr for FreezeRef {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
}

impl fmt::Display for FreezeRef {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(out, "{number}"),
            Self::Name(name) => out.write_str(name),
        }
    }
}
