//! Versions: reading them, and saying which comes next.

mod calver;
pub mod file;
mod scheme;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use calver::Calver;
pub use scheme::Scheme;

/// A released or planned version, without any tag prefix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Version {
    /// Three numbers with a meaning: 2.2.0.
    Semver(semver::Version),
    /// A date with a number: 25.01.02.
    Calver(Calver),
}

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
    /// The scheme that it belongs to.
    pub fn scheme(&self) -> Scheme {
        match self {
            Self::Semver(_) => Scheme::Semver,
            Self::Calver(version) => Scheme::Calver(version.pattern().to_owned()),
        }
    }

    /// Whether both are of one line, in which fixes follow each other: the first two numbers are the same. Dates know no lines.
    pub fn is_of_the_line_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Semver(one), Self::Semver(other)) => (one.major, one.minor) == (other.major, other.minor),
            (Self::Calver(_), Self::Calver(_)) => true,
            (Self::Semver(_), Self::Calver(_)) | (Self::Calver(_), Self::Semver(_)) => false,
        }
    }

    /// Whether it is a pre-release, such as `2.2.0-rc.1`. Build metadata makes none.
    pub fn is_prerelease(&self) -> bool {
        match self {
            Self::Semver(version) => !version.pre.is_empty(),
            Self::Calver(_) => false,
        }
    }

    /// Whether this is a form that goes to production: a plain `X.Y.Z`, or a date.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Semver(version) => version.pre.is_empty() && version.build.is_empty(),
            Self::Calver(_) => true,
        }
    }
}

/// The version that follows. A pre-release grows into its own release first: 1.3.0-rc.2 → 1.3.0.
fn grown(version: &semver::Version, bump: Bump) -> Result<semver::Version, String> {
    let semver::Version { major, minor, patch, ref pre, .. } = *version;
    let reached = !pre.is_empty()
        && match bump {
            Bump::Major => minor == 0 && patch == 0,
            Bump::Minor => patch == 0,
            Bump::Patch => true,
        };
    let more = |number: u64| {
        let last =
            || format!("`{version}` has no next version: a number of it is the largest there is; say which one comes");
        number.checked_add(1).ok_or_else(last)
    };
    if reached {
        return Ok(semver::Version::new(major, minor, patch));
    }
    Ok(match bump {
        Bump::Major => semver::Version::new(more(major)?, 0, 0),
        Bump::Minor => semver::Version::new(major, more(minor)?, 0),
        Bump::Patch => semver::Version::new(major, minor, more(patch)?),
    })
}

impl FromStr for Version {
    type Err = String;

    /// Reads a semantic version; a [`Scheme`] reads what a playbook means.
    fn from_str(text: &str) -> Result<Self, String> {
        let bare = text.strip_prefix('v').unwrap_or(text);
        let read = semver::Version::parse(bare);
        read.map(Self::Semver).map_err(|_| format!("`{text}` is not a version: write three numbers such as 2.2.0"))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Semver(version) => version.fmt(f),
            Self::Calver(version) => version.fmt(f),
        }
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

/// A version without the `v` that some write before it.
pub fn bare(version: &str) -> &str {
    version.strip_prefix('v').filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit())).unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().expect("a version")
    }

    fn day(text: &str) -> chrono::NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn each_bump_gives_the_next_version() {
        let next =
            |text: &str, bump| Scheme::Semver.next(Some(&version(text)), bump, day("2026-03-02")).expect("a version");
        assert_eq!(next("2.1.1", Bump::Major), version("3.0.0"));
        assert_eq!(next("2.1.1", Bump::Minor), version("2.2.0"));
        assert_eq!(next("2.1.1", Bump::Patch), version("2.1.2"));
        assert_eq!(next("1.3.0-rc.2", Bump::Minor), version("1.3.0"));
        assert_eq!(next("1.3.1-rc.2", Bump::Minor), version("1.4.0"));
    }

    #[test]
    fn a_number_that_cannot_grow_is_told() {
        for (text, bump) in [
            ("18446744073709551615.0.0", Bump::Major),
            ("2.18446744073709551615.0", Bump::Minor),
            ("2.1.18446744073709551615", Bump::Patch),
        ] {
            let next = std::panic::catch_unwind(|| Scheme::Semver.next(Some(&version(text)), bump, day("2026-03-02")));
            let next = next.unwrap_or_else(|_| panic!("{text} panics"));
            assert!(next.as_ref().is_err_and(|told| told.contains("no next")), "{text}: {next:?}");
        }
    }

    #[test]
    fn a_version_file_holds_one_version_and_nothing_else() {
        for text in ["2.1.1\n", "v2.1.1\r\n", "\u{feff}2.1.1", "2.1.1 \n", " 2.1.1", "\n2.1.1\n\n"] {
            assert_eq!(Scheme::Semver.read_file(text), Ok(version("2.1.1")), "{text:?}");
        }
        for dirt in ["", "2.1", "2.1.1 beta", "2.1.1\n2.1.2\n", "2.01.1", "v 2.1.1", "2.1.1\u{feff}"] {
            assert!(Scheme::Semver.read_file(dirt).is_err(), "{dirt:?}");
        }
    }

    #[test]
    fn dates_count_within_their_month_and_keep_their_zeros() {
        let scheme = Scheme::try_from("YY.MM.NN".to_owned()).expect("a scheme");
        let read = |text: &str| scheme.read(text);
        let next = |current: Option<&str>, on: &str| {
            let current = current.map(|text| read(text).expect("a version"));
            scheme.next(current.as_ref(), Bump::Patch, day(on)).map(|version| version.to_string())
        };
        assert_eq!(next(None, "2025-01-07"), Ok("25.01.01".into()));
        assert_eq!(next(Some("25.01.01"), "2025-01-20"), Ok("25.01.02".into()), "a hotfix or the next release");
        assert_eq!(next(Some("25.01.09"), "2025-01-31"), Ok("25.01.10".into()));
        assert_eq!(next(Some("25.01.02"), "2025-02-03"), Ok("25.02.01".into()));
        assert_eq!(next(Some("25.12.02"), "2026-01-02"), Ok("26.01.01".into()));
        assert_eq!(next(Some("25.02.01"), "2025-01-31"), Ok("25.02.02".into()), "never back in time");
        assert_eq!(next(Some("25.01.99"), "2025-01-31"), Ok("25.01.100".into()), "more than 99 in a month");
        assert_eq!(next(Some("25.01.100"), "2025-01-31"), Ok("25.01.101".into()));
        assert!(read("25.01.100") > read("25.01.99"));
        assert!(next(Some("25.01.4294967295"), "2025-01-31").is_err());
        assert!(read("25.01.10") > read("25.01.09") && read("25.02.01") > read("25.01.99"));
        for wrong in [
            "25.1.1",
            "25.01",
            "25.01.1",
            "25.01.001",
            "25.01.0100",
            "25.13.01",
            "25.01.00",
            "2025.01.01",
            "25-01-01",
            "25.01.01.1",
            "2.2.0",
            "",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!("25.01.01".parse::<Version>().is_err(), "a date is no semantic version");
        let stored = serde_json::to_string(&read("10.11.12").expect("a date")).expect("text");
        let back: Version = serde_json::from_str(&stored).expect("what was stored");
        assert_eq!((read("10.11.12").as_ref(), "10.11.12".parse().as_ref()), (Ok(&back), Ok(&version("10.11.12"))));
        assert_ne!(back, version("10.11.12"), "it stays a date");
        for pattern in ["MM.YY.NN", "YY.MM", "YY.NN.MM", "YY.NN.MICRO", "YY.MM.M.NN", "YYYY", "", "semantic"] {
            assert!(Scheme::try_from(pattern.to_owned()).is_err(), "{pattern}");
        }
    }

    #[test]
    fn dates_are_counted_as_other_teams_write_them() {
        for (pattern, read, on, next) in [
            ("YYYY.M.NN", "2026.3.01", "2026-03-20", "2026.3.02"),
            ("YYYY.M.NN", "2026.9.99", "2026-09-30", "2026.9.100"),
            ("YYYY.M.NN", "2026.9.100", "2026-10-01", "2026.10.01"),
            ("YYYY.MM.MICRO", "2026.03.0", "2026-03-20", "2026.03.1"),
            ("YYYY.MM.MICRO", "2026.03.119", "2026-03-20", "2026.03.120"),
            ("YYYY.MM.MICRO", "2026.03.9", "2026-04-01", "2026.04.0"),
            ("YYYY.MM.DD", "2026.03.05", "2026-03-06", "2026.03.06"),
            ("YYYY.MM.DD", "2026.03.05", "2026-03-05", "2026.03.05.1"),
            ("YYYY.MM.DD", "2026.03.05.9", "2026-03-05", "2026.03.05.10"),
            ("YYYY.MM.DD", "2026.03.05.1", "2026-03-04", "2026.03.05.2"),
            ("YYYY-MM-DD", "2026-03-05", "2026-03-05", "2026-03-05.1"),
            ("YY.M.D", "26.3.5", "2026-11-12", "26.11.12"),
            ("YYYY.0M.MICRO", "2026.03.0", "2026-11-12", "2026.11.0"),
        ] {
            let scheme = Scheme::try_from(pattern.to_owned()).expect(pattern);
            let current = scheme.read(read).expect(read);
            assert_eq!(current.to_string(), read, "{pattern}");
            let follows = scheme.next(Some(&current), Bump::Minor, day(on)).expect(read);
            assert_eq!((follows.to_string().as_str(), follows > current), (next, true), "{pattern} {read}");
            assert_eq!(scheme.read(next), Ok(follows), "{pattern} {next}");
        }
        for (pattern, wrong) in [
            ("YYYY.M.NN", "2026.03.01"),
            ("YYYY.M.NN", "2026.13.01"),
            ("YYYY.M.NN", "2026.3.1"),
            ("YYYY.MM.MICRO", "2026.03.01"),
            ("YYYY.MM.MICRO", "2026.3.1"),
            ("YYYY.MM.DD", "2026.03.05.0"),
            ("YYYY.MM.DD", "2026.03.05.01"),
            ("YYYY.MM.DD", "2026.03.05.1.1"),
            ("YYYY.MM.DD", "2026.03"),
            ("YYYY-MM-DD", "2026-03-05-1"),
        ] {
            let scheme = Scheme::try_from(pattern.to_owned()).expect(pattern);
            assert!(scheme.read(wrong).is_err(), "{pattern} {wrong}");
        }
        let told = Scheme::try_from("YYYY.MM".to_owned()).expect_err("no number");
        assert!(told.contains("`MICRO` from 0 on") && told.contains("or `semver`"), "{told}");
    }
}
