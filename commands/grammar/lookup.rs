//! Finds the command somebody means, or the nearest one.

use strsim::osa_distance;

use super::{ArgKind, CommandSpec, GroupSpec, UsageError};
use crate::{GROUPS, SPECS};

/// The command with exactly this path, hidden ones included.
pub fn spec(path: &str) -> Option<&'static CommandSpec> {
    SPECS.iter().copied().find(|spec| spec.path == path)
}

/// The command a person means by `release prepare`, `/release_prepare` or `Release Prepare`.
///
/// # Errors
/// `Incomplete` for a group such as `release`, otherwise `Unknown` with the nearest command.
pub fn find(text: &str) -> Result<&'static CommandSpec, UsageError> {
    let text = text.trim().trim_start_matches('/').to_lowercase();
    let words: Vec<&str> = words_of(&text).collect();
    match words.as_slice() {
        [first] => resolve(first, None).map(|(spec, _)| spec),
        [first, second] => match resolve(first, Some(second))? {
            (spec, true) => Ok(spec),
            (_, false) => Err(unknown(&words.join(" "))),
        },
        _ => Err(unknown(&words.join(" "))),
    }
}

/// The words of a typed or menu name: `release_prepare` is `release prepare`.
pub(super) fn words_of(name: &str) -> impl Iterator<Item = &str> {
    name.split(|letter: char| letter.is_whitespace() || letter == '_' || letter == '-').filter(|word| !word.is_empty())
}

/// The command that begins with `first`, and whether `second` is part of its name. Both in lower case.
pub(super) fn resolve(first: &str, second: Option<&str>) -> Result<(&'static CommandSpec, bool), UsageError> {
    if let Some(found) = visible().find(|spec| spec.path == first) {
        return Ok((found, false));
    }
    let whole = second.map_or_else(|| first.to_owned(), |second| format!("{first} {second}"));
    if let Some(found) = visible().find(|spec| spec.path == whole) {
        return Ok((found, true));
    }
    let Some(group) = GROUPS.iter().find(|group| group.name == first) else {
        // It is not clear whether the second word was meant as part of the command.
        let did_you_mean = nearest_command(&whole).or_else(|| nearest_command(first));
        return Err(UsageError::Unknown { path: first.to_owned(), did_you_mean });
    };
    let members = visible().filter(|spec| spec.group() == Some(group.name));
    match second.and_then(|second| nearest(second, members.map(|spec| (spec.leaf(), spec)))) {
        Some(near) => Err(UsageError::Unknown { path: whole, did_you_mean: Some(near) }),
        None => Err(UsageError::Incomplete { group, heard: second.map(str::to_owned) }),
    }
}

/// An unknown command with the nearest one there is.
pub(crate) fn unknown(path: &str) -> UsageError {
    UsageError::Unknown { path: path.to_owned(), did_you_mean: nearest_command(path) }
}

fn nearest_command(path: &str) -> Option<&'static CommandSpec> {
    let leaf = visible().find(|spec| spec.group().is_some() && spec.leaf() == path);
    leaf.or_else(|| nearest(path, visible().map(|spec| (spec.path, spec))))
}

/// The argument a person may have meant by this name.
pub(crate) fn nearest_arg(command: &'static CommandSpec, name: &str) -> Option<&'static str> {
    nearest(name, command.args.iter().map(|arg| (arg.name, arg.name)))
}

/// The command's flag that a bare word names: `dry-run`, `--dry-run`, `dryrun`.
pub(super) fn flag_of(command: &CommandSpec, word: &str) -> Option<&'static str> {
    let said = squeezed(word);
    let flags = command.args.iter().filter(|arg| arg.kind == ArgKind::Flag);
    flags.map(|arg| arg.name).find(|name| squeezed(name) == said)
}

/// The flag of any command that a bare word names.
pub(super) fn flag_of_any(word: &str) -> Option<&'static str> {
    SPECS.iter().find_map(|spec| flag_of(spec, word))
}

fn squeezed(word: &str) -> String {
    word.chars().filter(|letter| !"-_–—".contains(*letter)).flat_map(char::to_lowercase).collect()
}

/// The commands people can type and are shown.
pub(super) fn visible() -> impl Iterator<Item = &'static CommandSpec> {
    SPECS.iter().copied().filter(|spec| !spec.hidden)
}

impl GroupSpec {
    /// The group's commands, as they come after its name.
    pub fn leaves(&self) -> Vec<&'static str> {
        visible().filter(|spec| spec.group() == Some(self.name)).map(CommandSpec::leaf).collect()
    }
}

/// No name of ours is as long as this, and comparing longer texts would only cost time.
const LONGEST_COMPARED: usize = 40;

/// The candidate that differs least, if it differs by at most a third of its letters.
fn nearest<T>(said: &str, candidates: impl Iterator<Item = (&'static str, T)>) -> Option<T> {
    if said.chars().count() > LONGEST_COMPARED {
        return None;
    }
    let near = candidates.map(|(name, value)| (osa_distance(said, name), name.len(), value));
    let near = near.filter(|(changes, letters, _)| *changes <= letters / 3);
    near.min_by_key(|(changes, ..)| *changes).map(|(.., value)| value)
}
