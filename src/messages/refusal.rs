//! Refusals: what was not done, why, and the way out.

use crate::domain::message::{Line, Message, Tone};

/// Something was refused: who may or what is so, then the way out, and nothing above it.
pub fn refused(sentence: impl Into<Line>) -> Message {
    Message::new(Tone::Bad, "").text(sentence)
}

/// The bot itself is in trouble.
pub fn broken() -> Message {
    Message::new(Tone::Bad, "Sorry, that went wrong on my side")
        .text("It is in my log. Nothing was changed; please try again in a moment.")
}
