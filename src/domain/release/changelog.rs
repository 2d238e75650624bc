//! A changelog, and the section of a new version in it.

/// A changelog with a new section at the top, below the title if there is one.
pub fn with_section(changelog: &str, section: &str) -> String {
    if changelog.trim().is_empty() {
        return format!("# Changelog\n\n{section}");
    }
    let at = changelog.starts_with("## ").then_some(0).or_else(|| changelog.find("\n## ").map(|at| at + 1));
    match at.and_then(|at| changelog.split_at_checked(at)) {
        Some((before, after)) => format!("{before}{section}\n{after}"),
        None => format!("{}\n\n{section}", changelog.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_goes_above_the_older_ones() {
        assert_eq!(with_section("", "## b\n"), "# Changelog\n\n## b\n");
        assert_eq!(with_section("# Changelog\n\n## a\n", "## b\n"), "# Changelog\n\n## b\n\n## a\n");
        assert_eq!(with_section("## a\n", "## b\n"), "## b\n\n## a\n");
        assert_eq!(with_section("## a\n\n## 0\n", "## b\n"), "## b\n\n## a\n\n## 0\n", "not below the first");
        assert_eq!(with_section("Our changes\n", "## b\n"), "Our changes\n\n## b\n");
    }
}
