//! What is told when another process hears a chat with the bot's token.

use crate::domain::message::{Message, Tone};

/// Another process hears a chat; `why` says what it does, and the way out.
pub fn listens(chat: &str, why: &str) -> Message {
    Message::new(Tone::Bad, format!("\u{26a0} Another process hears {chat} with the bot's token")).text(format!(
        "{why} Until then what people say may reach the one or the other: a command may be done by a bot that does not know of it."
    ))
}
