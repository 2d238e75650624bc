//! What can go wrong inside the sandbox's GitHub itself, or when a person's action is refused.

use super::answer::Refusal;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// git could not be run, or answered with something unexpected.
    #[error("git: {0}")]
    Git(String),
    /// A file or a socket failed.
    #[error("input or output failed: {0}")]
    Io(#[from] std::io::Error),
    /// GitHub would refuse this; the text is GitHub's message with its status.
    #[error("refused: {0}")]
    Refused(String),
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(format!("{} {}", refusal.status, refusal.full_message()))
    }
}
