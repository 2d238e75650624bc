//! What people say and what is understood, told as stories.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod asking;
mod buttons;
mod menus;
mod mistakes;
mod typing;
mod values;

use crate::{Command, Invocation, UsageError, parse_text};

/// What the bot hears when somebody types this.
fn heard(line: &str) -> Invocation {
    parse_text(line, "ShipmateBot").expect("a command for this bot").expect("no mistake in the line")
}

/// What the bot understands when somebody types this.
fn understood(line: &str) -> Command {
    Command::read(&heard(line)).expect("a complete command")
}

/// What the bot answers when somebody types this by mistake.
fn mistake(line: &str) -> UsageError {
    match parse_text(line, "ShipmateBot").expect("a command for this bot") {
        Ok(heard) => Command::read(&heard).expect_err("a mistake"),
        Err(error) => error,
    }
}

/// The names and values the bot hears, as one line to compare.
fn args(line: &str) -> String {
    heard(line).args.iter().map(|(name, value)| format!("[{name}: {value}]")).collect()
}
