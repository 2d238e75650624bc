//! What somebody said, as a platform heard it.

use chrono::{DateTime, Utc};
use commands::Invocation;
use serde::{Deserialize, Serialize};

use crate::domain::{
    people::Speaker,
    post::{Place, ReplyTo},
};

/// One thing that somebody said: a command, or a pressed button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Names it for ever, such as `discord:INTERACTION` or `telegram:UPDATE`; heard twice, it is handled once.
    pub id: String,
    /// When it was heard.
    pub at: DateTime<Utc>,
    /// Who said it.
    pub speaker: Speaker,
    /// Where: the channel or chat (for a thread, the thread).
    pub place: Place,
    /// What was said, not yet understood; or the sentence to answer when it cannot even be read.
    pub said: Result<Invocation, String>,
    /// How to answer.
    pub reply: ReplyTo,
}
