//! What somebody said, as a platform heard it.

use chrono::{DateTime, Utc};
use commands::Invocation;
use serde::{Deserialize, Serialize};

use crate::domain::{
    message::{
        asking::OpenQuestion,
        post::{Place, ReplyTo},
    },
    team::{here::Within, people::Speaker},
};

/// One thing that somebody said: a command, or a pressed button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incoming {
    /// Names it for ever, such as `discord:INTERACTION` or `telegram:UPDATE`; heard twice, it is handled once.
    pub id: String,
    /// When it was heard.
    pub at: DateTime<Utc>,
    /// Who said it.
    pub speaker: Speaker,
    /// Where: the channel or chat (for a thread, the thread).
    pub place: Place,
    /// What that place lies in.
    #[serde(default)]
    pub within: Within,
    /// What was said, not yet understood; or the sentence to answer when it cannot even be read.
    pub said: Result<Invocation, String>,
    /// How to answer.
    pub reply: ReplyTo,
    /// The question to which it is the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<OpenQuestion>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_older_program_heard_is_read() {
        let stored = r#"{"id": "discord:1", "at": "2026-03-02T09:00:00Z", "place": "discord:20",
            "speaker": {"account": {"discord": 7}, "shown_as": "Ana", "platform_roles": ["31"]},
            "said": {"Ok": {"path": "whoami", "args": []}}, "reply": {"interaction": {"token": "t"}}}"#;
        let heard = serde_json::from_str::<Incoming>(stored);
        assert_eq!(heard.map(|heard| heard.within).ok(), Some(Within::Nothing));
    }
}
