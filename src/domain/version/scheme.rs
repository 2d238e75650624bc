//! How a playbook counts versions: by meaning, or by date.

use chrono::NaiveDate;
use serde::Deserialize;

use super::{Bump, Calver, Version, file, grown};

/// How versions are counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub enum Scheme {
    /// By meaning: 2.2.0.
    #[default]
    Semver,
    /// By date, in this pattern.
    Calver(String),
}

impl TryFrom<String> for Scheme {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "semver" {
            return Ok(Self::Semver);
        }
        Calver::check(&text).map_err(|problem| format!("{problem}, or `semver`"))?;
        Ok(Self::Calver(text))
    }
}

impl Scheme {
    /// Reads a version as this scheme writes it, perhaps with a `v` before it.
    ///
    /// # Errors
    /// A sentence with an example.
    pub fn read(&self, text: &str) -> Result<Version, String> {
        match self {
            Self::Semver => text.parse(),
            Self::Calver(pattern) => Calver::read(text.strip_prefix('v').unwrap_or(text), pattern).map(Version::Calver),
        }
    }

    /// Reads a file that holds one version, perhaps with white space around it and a byte order mark before.
    ///
    /// # Errors
    /// A sentence that shows what stands there instead.
    pub fn read_file(&self, text: &str) -> Result<Version, String> {
        let held = file::without_mark(text).trim();
        self.read(held).map_err(|_| {
            let shown: String = held.chars().take(40).collect();
            let example = self.example();
            format!("it holds {shown:?} where one version such as {example} and nothing else should stand")
        })
    }

    /// A version of this scheme, to show what one looks like.
    pub(super) fn example(&self) -> String {
        match self {
            Self::Semver => "2.1.1".to_owned(),
            Self::Calver(pattern) => Calver::example(pattern),
        }
    }

    /// The version after one, on a day; without one, the first.
    ///
    /// # Errors
    /// A sentence when there is none.
    pub fn next(&self, current: Option<&Version>, bump: Bump, day: NaiveDate) -> Result<Version, String> {
        Ok(match (self, current) {
            (Self::Semver, Some(Version::Semver(current))) => Version::Semver(grown(current, bump)?),
            (Self::Semver, _) => Version::Semver(grown(&semver::Version::new(0, 0, 0), bump)?),
            (Self::Calver(_), Some(Version::Calver(current))) => Version::Calver(current.next(day)?),
            (Self::Calver(pattern), _) => Version::Calver(Calver::first_of(day, pattern)),
        })
    }
}
