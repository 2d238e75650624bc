//! Places in chats that take nothing just now, and groups that have another id by now.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::post::Place;

/// A place that takes nothing from the bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShutPlace {
    /// Which.
    pub place: Place,
    /// Since when that is known.
    pub since: DateTime<Utc>,
    /// Why, with the way out.
    pub why: String,
    /// The row of the outbox that it did not take, in hexadecimal.
    pub row: String,
}

/// A group of Telegram's that became a supergroup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedGroup {
    /// The id that it had.
    pub from: i64,
    /// The id that it has.
    pub to: i64,
}
