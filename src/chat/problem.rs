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
    /// The message, thread, channel or interaction is not there any more.
    #[error("{0}")]
    Gone(String),
    /// The platform will never accept this: a permission is missing, or the content is refused.
    #[error("{0}")]
    Refused(String),
}
