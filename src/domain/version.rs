//! Versions: reading them, and saying which comes next.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A released or planned version, without any tag prefix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(semver::Version);

/// Which part of a version grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bump {
    /// 2.1.1 → 3.0.0
    Major,
    /// 2.1.1 → 2.2.0
    Minor,
    /// 2.1.1 → 2.1.2
    Patch,
}

impl Version {
    /// Reads a whole version file: one version, perhaps a `v` before it, perhaps a line break after it.
    ///
    /// # Errors
    /// A sentence that shows what stands there instead.
    pub fn from_file(text: &str) -> Result<Self, String> {
        let line = text.strip_suffix('\n').unwrap_or(text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        line.parse().map_err(|_| {
            let shown: String = line.chars().take(40).collect();
            format!("it holds {shown:?} where one version such as 2.1.1 and nothing else should stand")
        })
    }

    /// The version that follows this one. A pre-release grows into its own release first: 1.3.0-rc.2 → 1.3.0.
    pub fn next(&self, bump: Bump) -> Self {
        let semver::Version { major, minor, patch, ref pre, .. } = self.0;
        let reached = !pre.is_empty()
            && match bump {
                Bump::Major => minor == 0 && patch == 0,
                Bump::Minor => patch == 0,
                Bump::Patch => true,
            };
        if reached {
            return Self(semver::Version::new(major, minor, patch));
        }
        Self(match bump {
            Bump::Major => semver::Version::new(major + 1, 0, 0),
            Bump::Minor => semver::Version::new(major, minor + 1, 0),
            Bump::Patch => semver::Version::new(major, minor, patch + 1),
        })
    }

    /// Whether this is a plain `X.Y.Z`, the only form that goes to production.
    pub fn is_final(&self) -> bool {
        self.0.pre.is_empty() && self.0.build.is_empty()
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bare = text.strip_prefix('v').unwrap_or(text);
        let read = semver::Version::parse(bare);
        read.map(Self).map_err(|_| format!("`{text}` is not a version: write three numbers such as 2.2.0"))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Bump {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "major" => Ok(Self::Major),
            "minor" => Ok(Self::Minor),
            "patch" => Ok(Self::Patch),
            _ => Err(format!("`{text}` is not a bump: major, minor or patch")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().expect("a version")
    }

    #[test]
    fn each_bump_gives_the_next_version() {
        assert_eq!(version("2.1.1").next(Bump::Major), version("3.0.0"));
        assert_eq!(version("2.1.1").next(Bump::Minor), version("2.2.0"));
        assert_eq!(version("2.1.1").next(Bump::Patch), version("2.1.2"));
        assert_eq!(version("1.3.0-rc.2").next(Bump::Minor), version("1.3.0"));
        assert_eq!(version("1.3.1-rc.2").next(Bump::Minor), version("1.4.0"));
    }

    #[test]
    fn a_version_file_holds_one_version_and_nothing_else() {
        assert_eq!(Version::from_file("2.1.1\n"), Ok(version("2.1.1")));
        assert_eq!(Version::from_file("v2.1.1\r\n"), Ok(version("2.1.1")));
        for dirt in ["", "2.1", "2.1.1 beta", "2.1.1\n2.1.2\n", "\u{feff}2.1.1", "2.01.1", " 2.1.1"] {
            assert!(Version::from_file(dirt).is_err(), "{dirt:?}");
        }
    }
}
