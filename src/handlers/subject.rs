//! What an approval or a rejection is about, where that is no gate: a story that is tried.

use crate::domain::release::stories::is_name;

/// The story that somebody decides on; a button also names where it was tried, and the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject {
    /// The story.
    pub story: String,
    /// Where it was tried.
    pub environment: Option<String>,
    /// The commit that was tried.
    pub commit: Option<String>,
}

impl Subject {
    /// Reads `S-10001`, or `S-10001/dev/1a2b3c4` as buttons say it; nothing if it is a gate.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(2, '/');
        let story = parts.next()?.to_uppercase();
        let (environment, commit) = match parts.next().and_then(|rest| rest.rsplit_once('/')) {
            Some((environment, commit)) => (Some(environment.to_owned()), Some(commit.to_owned())),
            None => (None, None),
        };
        is_name(&story).then_some(Self { story, environment, commit })
    }
}
