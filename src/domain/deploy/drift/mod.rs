//! What differs between two environments, and whether a commit was taken back.

use super::ledger::Running;
use crate::domain::message::short::short;

/// What differs between what runs in two environments, a sentence each; what only one of them reports is said too.
pub fn drift((here, a): (&str, &Running), (there, b): (&str, &Running)) -> Vec<String> {
    let mut lines = vec![];
    let same_commit = a.commit.is_some() && a.commit == b.commit;
    if a.version != b.version {
        let commit = if same_commit { "; it is the same commit" } else { "" };
        lines.push(format!("version: {here} runs {}, {there} {}{commit}", a.version, b.version));
    } else if a.commit != b.commit && a.commit.is_some() && b.commit.is_some() {
        let [first, second] = [a, b].map(|one| short(one.commit.as_deref().unwrap_or_default()));
        lines.push(format!("commit: {} is {first} in {here}, {second} in {there}", a.version));
    }
    let differ = |what: &str, a: &Option<String>, b: &Option<String>| match (a, b) {
        (Some(a), Some(b)) if a != b => Some(format!("{what}: {here} has {}, {there} {}", short(a), short(b))),
        _ => None,
    };
    // Another version is another artifact in any case.
    let artifact = differ("artifact", &a.digest, &b.digest).filter(|_| a.version == b.version || same_commit);
    lines.extend(artifact);
    lines.extend(differ("configuration", &a.config, &b.config));
    let silent: Vec<&str> =
        [(here, a), (there, b)].iter().filter(|(_, one)| one.config.is_none()).map(|one| one.0).collect();
    if let [silent] = silent.as_slice() {
        lines.push(format!("configuration: {silent} has not reported its own"));
    }
    lines
}

/// Whether what these commits (a change, and the merge that brought it) brought was taken back by those that follow it, oldest first, each with its id and message. A
/// revert that was itself reverted does not count.
pub fn is_reverted(commits: &[&str], pull: Option<u64>, after: &[(&str, &str)]) -> bool {
    let mut reverts = after.iter().enumerate().filter(|(_, (_, message))| reverts(message, commits, pull));
    reverts.any(|(index, (id, _))| !is_reverted(&[id], None, after.get(index + 1..).unwrap_or_default()))
}

/// Whether a commit's message says that it takes another one, or a pull request, back.
fn reverts(message: &str, commits: &[&str], pull: Option<u64>) -> bool {
    let named = message.split("This reverts commit ").skip(1).any(|rest| {
        let id: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
        id.len() >= 7 && commits.iter().any(|commit| commit.starts_with(&id.to_ascii_lowercase()))
    });
    let by_number = pull.is_some_and(|number| {
        message.lines().filter_map(|line| line.trim().strip_prefix("Reverts ")).any(|rest| {
            let digits = rest.rsplit('#').next().unwrap_or_default();
            digits.trim_end_matches('.').parse() == Ok(number)
        })
    });
    named || by_number
}

#[cfg(test)]
mod tests;
