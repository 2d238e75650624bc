//! A moment as people say it; what it means in the team's zone is judged later.

use super::names::shown;
use crate::{ArgKind, Argument};

/// A moment in words, such as `Mon 11:00`. Its argument's name alone, said in the middle of a line, introduces it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Moment(String);

const LONGEST: usize = 100;

impl Moment {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Argument for Moment {
    const KIND: ArgKind = ArgKind::Text;
    const QUESTION: &'static str = "When?";
    const PHRASE: bool = true;
    const KEYWORD: bool = true;

    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > LONGEST {
            return Err(format!("“{}” is not a time; write it as Mon 11:00, 17:00 or 3h", shown(text)));
        }
        Ok(Self(text.to_owned()))
    }

    fn spoken(&self) -> Option<String> {
        Some(self.0.clone())
    }
}
