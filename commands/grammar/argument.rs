//! How a type is an argument, and how it is read from what was heard.

use super::{ArgKind, ArgSpec, CommandSpec, Invocation, UsageError, lookup};

/// A type that can be an argument: how it is described, read and said again.
pub trait Argument: Sized {
    /// What can be said for it.
    const KIND: ArgKind;
    /// How to ask for it.
    const QUESTION: &'static str;
    /// Whether a command cannot do without it.
    const REQUIRED: bool = true;
    /// Whether it may have spaces without being quoted.
    const PHRASE: bool = false;
    /// Whether its name alone, said in the middle of a line, introduces it: `until Mon 11:00`.
    const KEYWORD: bool = false;
    /// Whether it is read by its name alone: no words without a name are taken for it, because it overrides something.
    const BY_NAME: bool = false;

    /// Reads it from text.
    ///
    /// # Errors
    /// Says in words what is wrong with the text and what to write instead.
    fn parse(text: &str) -> Result<Self, String>;

    /// What it is when nothing was said, if it can be left out.
    fn absent() -> Option<Self> {
        None
    }

    /// The text from which it can be read again; none when it would be left out.
    fn spoken(&self) -> Option<String>;
}

/// Reads one argument. A blank value counts as left out, since forms send one for a field nobody touched.
pub(crate) fn fill<T: Argument>(
    heard: &Invocation,
    arg: &'static ArgSpec,
    command: &'static CommandSpec,
) -> Result<T, UsageError> {
    let said = heard.arg(arg.name).filter(|value| arg.kind == ArgKind::Flag || !value.trim().is_empty());
    match said {
        Some(value) => T::parse(value).map_err(|problem| UsageError::Invalid { arg, problem }),
        None => T::absent().ok_or(UsageError::Missing(arg, command)),
    }
}

/// Refuses arguments that the command does not have, or that were given twice.
pub(crate) fn refuse_strays(heard: &Invocation, command: &'static CommandSpec) -> Result<(), UsageError> {
    for (index, (name, _)) in heard.args.iter().enumerate() {
        let Some(arg) = command.arg(name) else {
            let did_you_mean = lookup::nearest_arg(command, name);
            return Err(UsageError::Unexpected { command, arg: name.clone(), did_you_mean });
        };
        if heard.args.iter().take(index).any(|(earlier, _)| earlier == name) {
            return Err(UsageError::Invalid { arg, problem: "it is given twice; say it once".to_owned() });
        }
    }
    Ok(())
}
