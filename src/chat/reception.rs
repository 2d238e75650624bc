//! Where both chats bring what they hear.

use commands::Invocation;

use super::heard::Heard;
use crate::domain::{people::Speaker, post::Place};

/// One suggestion for an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What the person reads, at most 100 characters.
    pub label: String,
    /// What is filled in.
    pub value: String,
}

/// The way into the bot from the chats. Cloning gives another handle.
#[derive(Clone)]
pub struct Reception {}

impl Reception {
    /// Takes in what was said. When this returns `Ok`, it is on disk and will be handled exactly once, even if the
    /// process dies. `Err` means that it could not be stored: tell the person to try again.
    pub async fn heard(&self, _heard: Heard) -> Result<(), String> {
        Ok(())
    }

    /// Suggests values for the argument that somebody is typing. Reads only; quick.
    pub async fn suggest(
        &self,
        _speaker: &Speaker,
        _place: Place,
        _so_far: &Invocation,
        _argument: &str,
        _typed: &str,
    ) -> Vec<Suggestion> {
        vec![]
    }
}
