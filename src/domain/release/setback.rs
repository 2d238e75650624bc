//! What went wrong, and what cannot be seen: values, by which both are known again.

use serde::{Deserialize, Serialize};

use super::stop::Stop;

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Setback {
    /// Something that stops a release.
    Stop(Box<Stop>),
    /// What GitHub or CD says, or what an older program made of it.
    Words(String),
}

impl Default for Setback {
    fn default() -> Self {
        Self::Words(String::new())
    }
}

impl From<String> for Setback {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<&str> for Setback {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

impl From<Stop<&str>> for Setback {
    fn from(stop: Stop<&str>) -> Self {
        Self::Stop(Box::new(stop.owned()))
    }
}

/// What keeps GitHub from showing something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hidden {
    /// It is not reached, has trouble, or takes no more requests for now.
    Trouble,
    /// It does not accept the token.
    Unauthorized,
    /// The token lacks a permission.
    Forbidden,
    /// The repository is archived.
    Archived,
    /// Another bot is the one that works there.
    AnotherWriter,
    /// It is not there, or not for the bot.
    NotFound,
    /// It has moved.
    Moved,
    /// It refuses.
    Refused,
    /// Its answer cannot be read.
    Unreadable,
}

/// Something that cannot be seen now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// What keeps it from being seen; nothing in what an older program stored.
    pub why: Option<Hidden>,
    /// The same, as a sentence of GitHub's.
    pub problem: String,
}

impl Unseen {
    /// Whether this is what keeps it from being seen still. An older program stored the sentence alone.
    pub fn is(&self, why: Hidden, problem: &str) -> bool {
        self.why.map_or(self.problem == problem, |known| known == why)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_stop_is_kept_as_a_value_and_older_words_are_read() {
        let rows = [
            (
                Stop::Checks { git_ref: "main", failed: "unit" }.into(),
                r#"{"stop":"checks","git-ref":"main","failed":"unit"}"#,
            ),
            (Stop::Pushed.into(), r#"{"stop":"pushed"}"#),
            (Setback::from("GitHub refuses: no"), r#""GitHub refuses: no""#),
        ];
        for (problem, stored) in rows {
            assert_eq!(serde_json::to_string(&problem).unwrap(), stored);
            assert_eq!(serde_json::from_str::<Setback>(stored).unwrap(), problem);
        }
    }

    #[test]
    fn what_cannot_be_seen_is_known_again() {
        let unseen = |why, problem: &str| Unseen { why, problem: problem.into() };
        for (stored, known) in [
            (unseen(Some(Hidden::Forbidden), "said otherwise"), true),
            (unseen(Some(Hidden::NotFound), "no"), false),
            (unseen(None, "no"), true),
            (unseen(None, "said otherwise"), false),
        ] {
            assert_eq!(stored.is(Hidden::Forbidden, "no"), known, "{stored:?}");
        }
    }
}
