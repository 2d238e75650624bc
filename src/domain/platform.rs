//! The services that the bot speaks with, and when one that does not answer is told of.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How long one may not answer before that is told: what is over sooner is no news.
pub const PATIENCE: TimeDelta = TimeDelta::minutes(1);

/// A service that the bot speaks with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// GitHub.
    GitHub,
    /// Discord.
    Discord,
    /// Telegram.
    Telegram,
}

/// In which way the bot speaks with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contact {
    /// It tells the bot what happens.
    Hearing,
    /// The bot asks, or says something.
    Speaking,
}

/// That a service does not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why, as was last seen.
    pub why: String,
}

/// What there is to tell of a service now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tidings {
    /// Nothing.
    None,
    /// Nothing before then.
    Later(DateTime<Utc>),
    /// That it does not answer.
    Away(Outage),
    /// That it answers again, after this.
    Back(Outage),
}

/// What there is to tell: of what does not answer now, of what was told, and of whether it is known to answer.
pub fn tidings(now: DateTime<Utc>, outage: Option<Outage>, told: Option<Outage>, well: bool) -> Tidings {
    match (outage, told) {
        (Some(outage), None) if now - outage.since >= PATIENCE => Tidings::Away(outage),
        (Some(outage), None) => Tidings::Later(outage.since + PATIENCE),
        (None, Some(told)) if well => Tidings::Back(told),
        (Some(_) | None, Some(_)) | (None, None) => Tidings::None,
    }
}

impl Platform {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::GitHub, Self::Discord, Self::Telegram];

    /// What the chat is called in places; none for what is no chat.
    pub fn chat(self) -> Option<&'static str> {
        match self {
            Self::GitHub => None,
            Self::Discord => Some("discord"),
            Self::Telegram => Some("telegram"),
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GitHub => "GitHub",
            Self::Discord => "Discord",
            Self::Telegram => "Telegram",
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn each_outage_is_told_once_and_its_end_too() {
        let at = |minute: i64| DateTime::UNIX_EPOCH + TimeDelta::minutes(minute);
        let since = |minute: i64| Some(Outage { since: at(minute), why: "no answer".into() });
        let outage = |minute: i64| since(minute).unwrap();
        for (about, now, found, told, well, expected) in [
            ("all is well", 10, None, None, true, Tidings::None),
            ("nothing is known", 10, None, None, false, Tidings::None),
            ("a moment ago", 10, since(10), None, false, Tidings::Later(at(11))),
            ("for a while", 11, since(10), None, false, Tidings::Away(outage(10))),
            ("it was told", 12, since(10), since(10), false, Tidings::None),
            ("it was told before a restart", 20, since(19), since(10), false, Tidings::None),
            ("a restart, nothing was tried yet", 20, None, since(10), false, Tidings::None),
            ("it answers again", 20, None, since(10), true, Tidings::Back(outage(10))),
        ] {
            assert_eq!(tidings(at(now), found, told, well), expected, "{about}");
        }
    }
}
