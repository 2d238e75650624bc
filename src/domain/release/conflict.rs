//! A conflict: the files that do not merge by themselves, and who touched each of them last.

use serde::{Deserialize, Serialize};

/// Two lines that do not merge by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The branch that should get it.
    pub into: String,
    /// The branch or tag that should be merged.
    pub from: String,
    /// Whether that is a tag.
    #[serde(default)]
    pub tag: bool,
    /// Its commit at that time: what has to arrive.
    pub commit: String,
    /// The files.
    pub files: Vec<Clash>,
}

/// A file that two sides changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Clash {
    /// Its path.
    pub path: String,
    /// Who touched it last, once for each side that says so.
    pub last: Vec<Touch>,
}

/// The last change of a file on one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// The branch or tag.
    pub on: String,
    /// The person's name, else their GitHub login, else their name in git.
    pub by: String,
    /// The commit.
    pub commit: String,
    /// The first line of its message.
    pub subject: String,
    /// The pull request that brought it, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull: Option<u64>,
}

/// Earlier a conflict was stored as paths alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Path(String),
    Whole { path: String, last: Vec<Touch> },
}

impl From<Stored> for Clash {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Path(path) => Self { path, last: vec![] },
            Stored::Whole { path, last } => Self { path, last },
        }
    }
}

/// The paths.
pub fn paths(files: &[Clash]) -> Vec<String> {
    files.iter().map(|file| file.path.clone()).collect()
}

/// The paths, as a sentence names them.
pub fn named(paths: &[String]) -> String {
    if paths.is_empty() { "files that GitHub does not name".to_owned() } else { paths.join(", ") }
}

/// Everybody who touched one of these files last, each once.
pub fn authors(files: &[Clash]) -> Vec<String> {
    let mut names: Vec<String> = vec![];
    for touch in files.iter().flat_map(|file| &file.last) {
        if !names.contains(&touch.by) {
            names.push(touch.by.clone());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_stored_as_paths_is_still_read() {
        let files: Vec<Clash> = serde_json::from_str(r#"["a.txt", {"path": "b.txt", "last": []}]"#).unwrap();
        assert_eq!(named(&paths(&files)), "a.txt, b.txt");
    }
}
