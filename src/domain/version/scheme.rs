//! How a playbook counts versions: by meaning, or by date.

use chrono::NaiveDate;
use serde::Deserialize;

use super::{Bump, Calver, Version, grown};

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

    /// Reads a whole version file: one version, perhaps a line break after it.
    ///
    /// # Errors
    /// A sentence that shows what stands there instead.
    pub fn read_file(&self, text: &str) -> Result<Version, String> {
        let line = text.strip_suffix('\n').unwrap_or(text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let example = match self {
            Self::Semver => "2.1.1",
            Self::Calver(_) => "25.01.02",
        };
        self.read(line).map_err(|_| {
            let shown: String = line.chars().take(40).collect();
            format!("it holds {shown:?} where one version such as {example} and nothing else should stand")
        })
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
