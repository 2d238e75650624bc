//! What a chat heard, before it is understood.

use std::fmt;

/// What a chat heard: the command's words and named values, none of them checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
pub struct Invocation {
    /// The words it began with, such as `release prepare`.
    pub path: String,
    /// Names and values, in the order in which they were said.
    pub args: Vec<(String, String)>,
}

impl Invocation {
    /// A command without any argument yet.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), args: Vec::new() }
    }

    /// The same with this argument filled in, in place of any earlier value for it.
    #[must_use]
    pub fn with(mut self, arg: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        match self.args.iter_mut().find(|(name, _)| name == arg) {
            Some((_, earlier)) => *earlier = value,
            None => self.args.push((arg.to_owned(), value)),
        }
        self
    }

    /// What was said for an argument.
    pub fn arg(&self, name: &str) -> Option<&str> {
        self.args.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

/// As a person would type it, so that typing it again says the same: `/release prepare project=api bump=minor`.
impl fmt::Display for Invocation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "/{}", self.path)?;
        for (name, value) in &self.args {
            let plain = !value.is_empty()
                && !value.contains(|letter: char| letter.is_whitespace() || "\"“”„«»\\".contains(letter));
            if plain {
                write!(out, " {name}={value}")?;
            } else {
                write!(out, " {name}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))?;
            }
        }
        Ok(())
    }
}
