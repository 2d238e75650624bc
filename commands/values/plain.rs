//! Plain values: text, a number, a flag, and anything that may be left out.

use super::names::shown;
use crate::{ArgKind, Argument};

impl Argument for String {
    const KIND: ArgKind = ArgKind::Text;
    const QUESTION: &'static str = "What should it be?";
    const PHRASE: bool = true;

    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.trim().to_owned())
    }

    fn spoken(&self) -> Option<String> {
        Some(self.clone())
    }
}

impl Argument for u32 {
    const KIND: ArgKind = ArgKind::Number;
    const QUESTION: &'static str = "Which number?";

    fn parse(text: &str) -> Result<Self, String> {
        text.trim().parse().map_err(|_| format!("“{}” is not a number such as 3", shown(text)))
    }

    fn spoken(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Argument for bool {
    const KIND: ArgKind = ArgKind::Flag;
    const QUESTION: &'static str = "Yes or no?";
    const REQUIRED: bool = false;

    fn parse(text: &str) -> Result<Self, String> {
        match text.trim().to_lowercase().as_str() {
            "" | "true" | "yes" | "on" | "1" => Ok(true),
            "false" | "no" | "off" | "0" => Ok(false),
            _ => Err(format!("“{}” is neither yes nor no", shown(text))),
        }
    }

    fn absent() -> Option<Self> {
        Some(false)
    }

    fn spoken(&self) -> Option<String> {
        self.then(|| "true".to_owned())
    }
}

impl<T: Argument> Argument for Option<T> {
    const KIND: ArgKind = T::KIND;
    const QUESTION: &'static str = T::QUESTION;
    const REQUIRED: bool = false;
    const PHRASE: bool = T::PHRASE;
    const KEYWORD: bool = T::KEYWORD;
    const BY_NAME: bool = T::BY_NAME;

    fn parse(text: &str) -> Result<Self, String> {
        T::parse(text).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn spoken(&self) -> Option<String> {
        self.as_ref().and_then(T::spoken)
    }
}
