//! What waits to be said, and where: the rows of the outbox.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Message;
use crate::domain::ids::ReleaseId;

/// A place in a chat where the bot speaks, written `discord:CHANNEL`, `telegram:CHAT` or `telegram:CHAT/TOPIC`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Place {
    /// A Discord channel or thread.
    Discord {
        /// The channel's id.
        channel: u64,
    },
    /// A Telegram chat, perhaps a topic in it.
    Telegram {
        /// The chat's id; groups are negative.
        chat: i64,
        /// The forum topic's id.
        topic: Option<i32>,
    },
}

impl Place {
    /// Which chat it is in.
    pub fn chat(&self) -> &'static str {
        match self {
            Self::Discord { .. } => "discord",
            Self::Telegram { .. } => "telegram",
        }
    }

    /// Whether it lies in this chat of Telegram's.
    pub fn is_in_telegram(&self, chat: i64) -> bool {
        matches!(self, Self::Telegram { chat: own, .. } if *own == chat)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Discord { channel } => write!(f, "discord:{channel}"),
            Self::Telegram { chat, topic: None } => write!(f, "telegram:{chat}"),
            Self::Telegram { chat, topic: Some(topic) } => write!(f, "telegram:{chat}/{topic}"),
        }
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let problem = || {
            format!(
                "`{text}` is not a place: write `discord:CHANNEL_ID`, `telegram:CHAT_ID` or `telegram:CHAT_ID/TOPIC_ID`"
            )
        };
        match text.split_once(':') {
            Some(("discord", id)) => Ok(Self::Discord { channel: id.parse().map_err(|_| problem())? }),
            Some(("telegram", id)) => {
                let (chat, topic) = match id.split_once('/') {
                    Some((chat, topic)) => (chat, Some(topic.parse().map_err(|_| problem())?)),
                    None => (id, None),
                };
                Ok(Self::Telegram { chat: chat.parse().map_err(|_| problem())?, topic })
            }
            _ => Err(problem()),
        }
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// Where a post goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// A new message in a place.
    Channel(Place),
    /// A new message below the release's card in a place: its thread or reply chain.
    Thread {
        /// The place of the card.
        place: Place,
        /// Whose card.
        release: ReleaseId,
    },
    /// What a fact of a release tells, which is edited until something came of it.
    Told {
        /// The place of the card.
        place: Place,
        /// Whose fact.
        release: ReleaseId,
        /// Its number.
        fact: usize,
        /// Whether it stands below the card.
        below: bool,
    },
    /// What happens in an incident, below the message that tells it in a place: in its thread, or in answer to it.
    #[serde(alias = "incident")]
    Incident {
        /// The place.
        place: Place,
        /// The incident's number.
        #[serde(alias = "incident")]
        matter: u64,
        /// Below whose card that message is, if it is no message of its own.
        #[serde(default)]
        under: Option<ReleaseId>,
    },
    /// The announcement of a freeze in a place, which is edited from then on.
    Announcement {
        /// The place.
        place: Place,
        /// The freeze's number.
        freeze: u64,
    },
    /// The answer to what somebody said.
    Reply(ReplyTo),
}

/// Who is answered, should a platform not let the bot answer them where they asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateAnswer {
    /// The place in which they spoke.
    pub place: Place,
    /// What they are called there.
    pub to: String,
    /// Their account; an older program did not note it.
    #[serde(default)]
    pub user: Option<u64>,
}

/// How a person is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplyTo {
    /// The deferred answer to a Discord interaction, seen by the person alone.
    Interaction {
        /// The interaction's token, valid for 15 minutes.
        token: String,
        /// Who is answered later than that. It is known once there is an answer, and only where the bot is at home.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        late: Option<LateAnswer>,
    },
    /// A reply to a Telegram message.
    TelegramMessage {
        /// The chat.
        chat: i64,
        /// The forum topic.
        topic: Option<i32>,
        /// The message replied to.
        message: i32,
    },
    /// The short answer to a pressed Telegram button. Long answers are sent as a reply to `message`.
    TelegramPress {
        /// The callback query's id.
        query: String,
        /// The chat.
        chat: i64,
        /// The forum topic.
        topic: Option<i32>,
        /// The message with the button.
        message: i32,
    },
}

impl ReplyTo {
    /// The same, for an answer that is given late if need be.
    #[must_use]
    pub fn given_late(self, late: LateAnswer) -> Self {
        match self {
            Self::Interaction { token, late: _ } => Self::Interaction { token, late: Some(late) },
            // These can be answered at any time.
            Self::TelegramMessage { .. } | Self::TelegramPress { .. } => self,
        }
    }
}

/// One row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Names this post for ever: a second post of the same key is not made.
    pub key: String,
    /// Where it goes.
    pub target: Target,
    /// What is said.
    pub message: Message,
}

impl Target {
    /// The queue in which a post waits: posts of one queue are delivered in order, queues do not wait for each other.
    pub fn queue(&self) -> String {
        match self {
            Self::Channel(place)
            | Self::Thread { place, .. }
            | Self::Told { place, .. }
            | Self::Incident { place, .. }
            | Self::Announcement { place, .. } => place.to_string(),
            // Nobody waits for somebody else's answer.
            Self::Reply(ReplyTo::Interaction { late, .. }) => match late.as_ref().and_then(|late| late.user) {
                Some(user) => format!("discord:replies:{user}"),
                None => "discord:replies".into(),
            },
            // What is read in one place comes there in one order.
            Self::Reply(ReplyTo::TelegramMessage { chat, topic, .. }) => {
                Place::Telegram { chat: *chat, topic: *topic }.to_string()
            }
            Self::Reply(ReplyTo::TelegramPress { query, .. }) => format!("telegram:presses:{query}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_that_older_programs_stored_are_read() {
        for (stored, late, queue) in [
            (r#"{"token": "t"}"#, None, "discord:replies"),
            (r#"{"token": "t", "late": {"place": "discord:20", "to": "Bob"}}"#, Some(None), "discord:replies"),
            (
                r#"{"token": "t", "late": {"place": "discord:20", "to": "Bob", "user": 7}}"#,
                Some(Some(7)),
                "discord:replies:7",
            ),
        ] {
            let target: Option<Target> =
                serde_json::from_str(&format!(r#"{{"reply": {{"interaction": {stored}}}}}"#)).ok();
            let Some(Target::Reply(ReplyTo::Interaction { late: read, .. })) = &target else { panic!("{stored}") };
            assert_eq!(read.as_ref().map(|late| late.user), late, "{stored}");
            assert_eq!(target.map(|target| target.queue()).as_deref(), Some(queue), "{stored}");
        }
    }
}
