//! Names of things that a playbook or a repository defines.

use super::version::looks_like_version;

newtype! {
    /// A project's name as the configuration writes it; whether it exists is not known here.
    ProjectName is Project, asked "Which project?", read by word
}
newtype! {
    /// A gate's name as the playbook writes it.
    GateName is Gate, asked "Which gate?", read by word
}
newtype! {
    /// An environment's name, as the playbook and the configuration write it.
    EnvironmentName is Environment, asked "Which environment?", read by word
}
newtype! {
    /// A feature flag's name, as its provider writes it.
    FlagName is FeatureFlag, asked "Which flag?", read by word
}
newtype! {
    /// A date's or a schedule's name, as the playbook or the configuration writes it.
    DateName is Date, asked "Which date?", read by word
}
newtype! {
    /// A branch name that git would accept.
    BranchName is Branch, asked "From which branch?", read by branch
}

const LONGEST_NAME: usize = 100;
const LONGEST_BRANCH: usize = 244;

/// A plain name. Versions and `#12` are refused, so that they find their own argument when said without its name.
fn word(text: &str) -> Result<String, String> {
    let plain = |letter: char| letter.is_alphanumeric() || "-_./".contains(letter);
    if text.is_empty() || text.chars().count() > LONGEST_NAME || !text.chars().all(plain) || looks_like_version(text) {
        return Err(format!("“{}” is not a name; a name is one word of letters, digits and - _ . /", shown(text)));
    }
    Ok(text.to_owned())
}

fn branch(text: &str) -> Result<String, String> {
    let forbidden = |letter: char| letter.is_whitespace() || letter.is_control() || "~^:?*[\\".contains(letter);
    let bad_part = |part: &str| part.is_empty() || part.starts_with('.') || part.ends_with(".lock");
    let refused = text.len() > LONGEST_BRANCH
        || text == "@"
        || text.starts_with('-')
        || text.ends_with('.')
        || text.contains("..")
        || text.contains("@{")
        || text.contains(forbidden)
        || text.split('/').any(bad_part);
    if refused {
        return Err(format!("“{}” cannot be a branch; write one such as main or release/v2.2.0", shown(text)));
    }
    Ok(text.to_owned())
}

/// At most forty letters of what somebody wrote, for an error message.
pub(crate) fn shown(text: &str) -> String {
    let mut letters = text.chars();
    let start: String = letters.by_ref().take(40).collect();
    if letters.next().is_some() { start + "…" } else { start }
}
