//! Everything people can say.

/// What a platform heard.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Invocation {
    /// The command.
    pub path: String,
    /// Its arguments.
    pub args: Vec<(String, String)>,
}

impl Invocation {
    /// For a button.
    pub fn encode(&self) -> Option<String> {
        None
    }
}

/// What a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Nothing.
    Anyone,
    /// Preparing and moving releases.
    Release,
    /// Starting hotfixes.
    Hotfix,
    /// Freezing and thawing.
    Freeze,
    /// Passing by what stands in the way.
    Override,
    /// Deciding at a gate.
    Decide,
}
