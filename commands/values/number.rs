//! Numbers of things, with or without their sign.

use std::fmt;

use super::names::shown;
use crate::{ArgKind, Argument};

/// Declares a number that people write with a sign of its own before it.
macro_rules! number {
    ($(#[$doc:meta])+ $name:ident, signed $sign:literal, called $what:literal, asked $question:literal) => {
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(pub u64);

        impl Argument for $name {
            const KIND: ArgKind = ArgKind::Number;
            const QUESTION: &'static str = $question;

            fn parse(text: &str) -> Result<Self, String> {
                let text = text.trim();
                let digits = text.trim_start_matches(['#', $sign, $sign.to_ascii_lowercase()]);
                digits.parse().map(Self).map_err(|_| format!("“{}” is not {}", shown(text), $what))
            }

            fn spoken(&self) -> Option<String> {
                Some(self.0.to_string())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}{}", $sign, self.0)
            }
        }
    };
}

number! {
    /// A pull request's number, said as `#12` or `12`.
    PullNumber, signed '#', called "a pull request; write its number, such as #12", asked "Which pull request?"
}
number! {
    /// An exemption's number, said as `E3`, `#3` or `3`.
    ExemptionNumber, signed 'E', called "an exemption; write its number, such as E3", asked "Which exemption?"
}
