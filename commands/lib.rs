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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Nothing.
    Anyone,
}
