//! What can go wrong with a chat, told apart by what helps.

use std::time::Duration;

use thiserror::Error;

/// Something that could not be said.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChatProblem {
    /// Rate limit, no answer, or 5xx: try again, after `wait` if the platform says so.
    #[error("{why}")]
    Later {
        /// What happened.
        why: String,
        /// How long the platform asks to wait.
        wait: Option<Duration>,
    },
    /// The message or the interaction is not there any more.
    #[error("{0}")]
    Gone(String),
    /// The thread or topic takes nothing: it is gone, closed or locked. What it is a part of may.
    #[error("{0}")]
    NoThread(String),
    /// The place takes nothing from the bot, whatever it is: it is gone, or forbidden. A person has to act.
    #[error("{0}")]
    Shut(String),
    /// The platform will never accept this: its content is refused.
    #[error("{0}")]
    Refused(String),
}
