//! How the connection to Telegram is, and how patiently it is tried again.

use std::time::Duration;

use crate::work::Backoff;

/// How the connection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TelegramState {
    /// It is being made.
    Connecting,
    /// It works.
    Working,
    /// It does not work just now and is tried again: a sentence says why.
    Waiting(String),
    /// It will not work before a person does something: a sentence says what.
    Broken(String),
}

/// How patiently it is tried again: up to half a minute lies between two tries.
pub(super) fn patience() -> Backoff {
    Backoff::new(Duration::from_secs(1), Duration::from_secs(30))
}
