//! What is told of the backups that the bot makes by itself: that they cannot be made, and that they can again.

use chrono::{DateTime, Utc};

use crate::domain::message::{Message, Tone};

/// A backup that was to be made could not be.
pub fn failed(folder: &str, why: &str) -> Message {
    Message::new(Tone::Bad, "\u{26a0} No backup could be made").text(format!(
        "{why}. It was to be in {folder}; I try again every ten minutes, and say here when there is one."
    ))
}

/// There is one again.
pub fn again(file: &str) -> Message {
    Message::new(Tone::Good, "Backups are made again").text(format!("The newest is {file}."))
}

/// The sentence about it in `/readyz`.
pub fn sentence(since: DateTime<Utc>, why: &str) -> String {
    format!("no backup since {}: {why}", since.format("%Y-%m-%d %H:%M UTC"))
}
