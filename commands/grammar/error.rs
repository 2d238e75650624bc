//! What can be wrong with what somebody said, and the way out.

use std::error::Error;
use std::fmt;

use super::{ArgSpec, CommandSpec, GroupSpec};
use crate::values::shown;

/// What is wrong with what somebody said. Its text is for that person: what is wrong, and what to say instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsageError {
    /// There is no such command.
    Unknown {
        /// What was said.
        path: String,
        /// The nearest command there is.
        did_you_mean: Option<&'static CommandSpec>,
    },
    /// Only a group was named, such as `release`, without one of its commands.
    Incomplete {
        /// The group that was named.
        group: &'static GroupSpec,
        /// The word after it that is none of its commands, if there was one.
        heard: Option<String>,
    },
    /// The command cannot do without this argument; its question asks for it.
    Missing(&'static ArgSpec, &'static CommandSpec),
    /// The value cannot be read.
    Invalid {
        /// The argument it was said for.
        arg: &'static ArgSpec,
        /// What is wrong with it and what to write instead.
        problem: String,
    },
    /// The command has no such argument, or the value belongs to none.
    Unexpected {
        /// The command that was said.
        command: &'static CommandSpec,
        /// The name or the value that was not expected.
        arg: String,
        /// The nearest argument the command has.
        did_you_mean: Option<&'static str>,
    },
}

impl fmt::Display for UsageError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { path, did_you_mean: Some(near) } => {
                write!(out, "There is no command “{}”; did you mean /{}?", shown(path), near.path)
            }
            Self::Unknown { path, did_you_mean: None } => {
                write!(out, "There is no command “{}”; /help lists them all.", shown(path))
            }
            Self::Incomplete { group, heard: None } => {
                write!(out, "Say what to do after /{}: {}.", group.name, any_of(group.leaves()))
            }
            Self::Incomplete { group, heard: Some(heard) } => {
                let leaves = any_of(group.leaves());
                write!(out, "After /{} comes {leaves}, not “{}”.", group.name, shown(heard))
            }
            Self::Missing(arg, command) => {
                let value = if arg.phrase { "\"…\"" } else { "…" };
                write!(out, "{} Add {}={value} to /{}.", arg.question, arg.name, command.path)
            }
            Self::Invalid { arg, problem } => write!(out, "I cannot take the {}: {problem}.", arg.name),
            Self::Unexpected { command, arg, did_you_mean: Some(near) } => {
                write!(out, "/{} has no “{}”; did you mean {near}?", command.path, shown(arg))
            }
            Self::Unexpected { command, arg, did_you_mean: None } if command.args.is_empty() => {
                write!(out, "/{} takes nothing after it, so leave out “{}”.", command.path, shown(arg))
            }
            Self::Unexpected { command, arg, did_you_mean: None } => {
                let names = any_of(command.args.iter().map(|arg| arg.name).collect());
                write!(
                    out,
                    "/{} does not know what to do with “{}”; it takes {names}, and words that belong together go in quotes.",
                    command.path,
                    shown(arg),
                )
            }
        }
    }
}

impl Error for UsageError {}

/// `a`, `a or b`, `a, b or c`.
fn any_of(names: Vec<&str>) -> String {
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
