//! Brings the section of a released version into the changelog of a line that has gone on.

use super::{
    cut,
    entries::{entries, without},
    page::ChangelogPage,
};

/// A changelog that has gone on (`ours`), with the section that the one of a released line (`theirs`) has of a version, below what is
/// unreleased or above the newest; `base` is what both began with. Nothing if they differ in more than that can settle.
pub fn with_section_of(base: &str, ours: &str, theirs: &str, version: &str) -> Option<String> {
    let released = ChangelogPage::of(theirs, version);
    let own = released.version(version)?;
    let at = own.block.start..released.inside(own).end;
    let (begun, gone_on) = (ChangelogPage::of(base, version), ChangelogPage::of(ours, version));
    let is_there = begun.version(version).is_some() || gone_on.version(version).is_some();
    // Whoever wrote it anew as a whole knows where a section belongs.
    let is_another = begun.newest().is_some_and(|(_, newest)| gone_on.version(newest).is_none());
    if is_there || is_another {
        return None;
    }
    let section = cut(theirs, at.clone());
    let without = format!("{}{}", cut(theirs, 0..at.start), cut(theirs, at.end..theirs.len()));
    let rest = merged(base, ours, &without).or_else(|| without_released(base, ours, &without, section, version))?;
    Some(inserted(&rest, base, section, version))
}

/// What both sides made of a text, if they changed it in different places.
fn merged(base: &str, ours: &str, theirs: &str) -> Option<String> {
    if ours == theirs { Some(ours.to_owned()) } else { diffy::merge(base, ours, theirs).ok() }
}

/// The same where what was unreleased has become the section, and more has come since: that alone stays unreleased.
fn without_released(base: &str, ours: &str, theirs: &str, section: &str, version: &str) -> Option<String> {
    let (begun, gone_on, left) = (parted(base, version)?, parted(ours, version)?, parted(theirs, version)?);
    let came_out: Vec<&str> = begun.1.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let is_released = |line: &str| came_out.contains(&line) && section.lines().any(|other| other.trim() == line);
    if !left.1.trim().is_empty() || !came_out.iter().all(|line| is_released(line)) {
        return None;
    }
    let (stays, eol) = (without(&entries(ours, version)?, &entries(base, version)?, eol(ours))?, eol(ours));
    let rest = merged(&begun.0, &gone_on.0, &left.0)?;
    let at = ChangelogPage::of(&rest, version).unreleased()?.block.end;
    let stays = if stays.trim().is_empty() { String::new() } else { format!("{eol}{}{eol}", stays.trim()) };
    Some(format!("{}{stays}{}", cut(&rest, 0..at), cut(&rest, at..rest.len())))
}

/// A text without what stands under the heading of what is unreleased, and that.
fn parted(text: &str, version: &str) -> Option<(String, String)> {
    let page = ChangelogPage::of(text, version);
    let inside = page.inside(page.unreleased()?);
    let eol = eol(text);
    let rest = format!("{}{eol}{}", cut(text, 0..inside.start), cut(text, inside.end..text.len()));
    Some((rest, cut(text, inside).to_owned()))
}

/// A whole section below what is unreleased, or below a newest version that has come since, or else where a new one belongs.
fn inserted(text: &str, base: &str, section: &str, version: &str) -> String {
    let (page, begun) = (ChangelogPage::of(text, version), ChangelogPage::of(base, version));
    let newer = page.newest().filter(|(_, newest)| begun.version(newest).is_none()).map(|(heading, _)| heading);
    let is_last = |start: usize| page.versions().count() > 1 && page.versions().all(|(other, _)| other.start <= start);
    let at = match (page.unreleased(), newer) {
        (Some(heading), _) => page.inside(heading).end,
        (None, Some(heading)) if is_last(heading.start) => heading.block.start,
        (None, Some(heading)) => page.inside(heading).end,
        (None, None) => page.place(),
    };
    let (before, after, eol) = (cut(text, 0..at), cut(text, at..text.len()), eol(text));
    let bare = before.trim_end();
    let above = if bare.is_empty() { before.to_owned() } else { format!("{bare}{eol}{eol}") };
    let below = if after.trim().is_empty() { String::new() } else { eol.to_owned() };
    format!("{above}{}{eol}{below}{}", section.trim_end(), after.trim_start_matches(['\r', '\n']))
}

fn eol(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::with_section_of;

    const BASE: &str = "# Changelog\n\n## v2.1.1\n\n- old\n";
    const RELEASED: &str = "# Changelog\n\n## v2.2.0\n\n- shipped\n\n## v2.1.1\n\n- old\n";
    const LOOSE: &str = "# Changelog\n\n## Unreleased\n\n### Added\n\n- one\n\n## v2.1.1\n\n- old\n";
    const TIED: &str = "# Changelog\n\n## Unreleased\n\n## v2.2.0\n\n### Added\n\n- one\n- two\n\n## v2.1.1\n\n- old\n";

    #[test]
    fn the_changelog_has_both() {
        let rows = [
            (
                "a later version was begun on the line",
                (BASE, "# Changelog\n\n## v2.3.0\n\n- begun\n\n## v2.1.1\n\n- old\n", RELEASED),
                // Whatever is newest stands first, and what is older below it.
                Some("# Changelog\n\n## v2.3.0\n\n- begun\n\n## v2.2.0\n\n- shipped\n\n## v2.1.1\n\n- old\n"),
            ),
            (
                "something is unreleased",
                (BASE, "# Changelog\n\n## Unreleased\n\n- next\n\n## v2.1.1\n\n- old\n", RELEASED),
                Some("# Changelog\n\n## Unreleased\n\n- next\n\n## v2.2.0\n\n- shipped\n\n## v2.1.1\n\n- old\n"),
            ),
            (
                "what was unreleased is released, and more has come",
                (LOOSE, "# Changelog\n\n## Unreleased\n\n### Added\n\n- one\n- next\n\n## v2.1.1\n\n- old\n", TIED),
                Some(
                    "# Changelog\n\n## Unreleased\n\n### Added\n\n- next\n\n## v2.2.0\n\n### Added\n\n- one\n- two\n\n## v2.1.1\n\n- old\n",
                ),
            ),
            (
                "a group of which all is released goes with it",
                (
                    LOOSE,
                    "# Changelog\n\n## Unreleased\n\n### Added\n\n- one\n\n### Fixed\n\n- next\n\n## v2.1.1\n\n- old\n",
                    TIED,
                ),
                Some(
                    "# Changelog\n\n## Unreleased\n\n### Fixed\n\n- next\n\n## v2.2.0\n\n### Added\n\n- one\n- two\n\n## v2.1.1\n\n- old\n",
                ),
            ),
            (
                "what is new has a line like one of what is released",
                (
                    "# Changelog\n\n## Unreleased\n\n- one\n  Thanks to @ann\n\n## v2.1.1\n\n- old\n",
                    "# Changelog\n\n## Unreleased\n\n- one\n  Thanks to @ann\n- next\n  Thanks to @ann\n\n## v2.1.1\n\n- old\n",
                    "# Changelog\n\n## Unreleased\n\n## v2.2.0\n\n- one\n  Thanks to @ann\n\n## v2.1.1\n\n- old\n",
                ),
                Some(
                    "# Changelog\n\n## Unreleased\n\n- next\n  Thanks to @ann\n\n## v2.2.0\n\n- one\n  Thanks to @ann\n\n## v2.1.1\n\n- old\n",
                ),
            ),
            (
                "an equal point below another entry",
                (
                    LOOSE,
                    "# Changelog\n\n## Unreleased\n\n### Added\n\n- next\n  - one\n- one\n\n## v2.1.1\n\n- old\n",
                    TIED,
                ),
                Some(
                    "# Changelog\n\n## Unreleased\n\n### Added\n\n- next\n  - one\n\n## v2.2.0\n\n### Added\n\n- one\n- two\n\n## v2.1.1\n\n- old\n",
                ),
            ),
            (
                "code in both, and a continuation that begins like a heading",
                (
                    "# Changelog\n\n## Unreleased\n\n- one\n  ```\n  # run\n  ```\n\n## v2.1.1\n\n- old\n",
                    "# Changelog\n\n## Unreleased\n\n- one\n  ```\n  # run\n  ```\n- next\n  ```\n  # run\n\n\n  # stop\n  ```\n- last\n  #412\n\n## v2.1.1\n\n- old\n",
                    "# Changelog\n\n## Unreleased\n\n## v2.2.0\n\n- one\n  ```\n  # run\n  ```\n\n## v2.1.1\n\n- old\n",
                ),
                Some(
                    "# Changelog\n\n## Unreleased\n\n- next\n  ```\n  # run\n\n\n  # stop\n  ```\n- last\n  #412\n\n## v2.2.0\n\n- one\n  ```\n  # run\n  ```\n\n## v2.1.1\n\n- old\n",
                ),
            ),
            (
                "the same words in another group are another entry",
                (
                    LOOSE,
                    "# Changelog\n\n## Unreleased\n\n### Fixed\n\n- one\n\n### Added\n\n- one\n\n## v2.1.1\n\n- old\n",
                    TIED,
                ),
                Some(
                    "# Changelog\n\n## Unreleased\n\n### Fixed\n\n- one\n\n## v2.2.0\n\n### Added\n\n- one\n- two\n\n## v2.1.1\n\n- old\n",
                ),
            ),
            (
                "what is released was written otherwise since",
                (
                    LOOSE,
                    "# Changelog\n\n## Unreleased\n\n### Added\n\n- one\n  - and more\n- next\n\n## v2.1.1\n\n- old\n",
                    TIED,
                ),
                None,
            ),
            ("it is there already", (BASE, RELEASED, RELEASED), None),
            ("it was written anew", (BASE, "# Changelog\n\nRewritten by hand.\n", RELEASED), None),
            ("the released line has none", (BASE, "# Changelog\n", BASE), None),
            (
                "both wrote something else anew",
                (
                    BASE,
                    "# Changelog\n\n## v2.1.1\n\n- mine\n",
                    "# Changelog\n\n## v2.2.0\n\n- shipped\n\n## v2.1.1\n\n- theirs\n",
                ),
                None,
            ),
        ];
        for (about, (base, ours, theirs), expected) in rows {
            let found = with_section_of(base, ours, theirs, "2.2.0");
            assert_eq!(found.as_deref(), expected, "{about}");
        }
    }
}
