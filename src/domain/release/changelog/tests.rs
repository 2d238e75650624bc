//! Where a section goes in changelogs of many kinds, and what its heading looks like there.

use super::{NewSection, with_section};

const BODY: &str = "\n### Fixes\n\n- round the total (0000000)\n";

fn with(changelog: &str, version: &str, body: &str) -> String {
    let day = "2026-03-05".parse().expect("a day");
    with_section(changelog, &NewSection { tag: &format!("v{version}"), version, day, body })
}

/// The heading that a new version gets above this one.
fn heading(old: &str, version: &str) -> String {
    let with = with(&format!("# Changelog\n\n{old}\n\n- old\n"), version, BODY);
    let below = with.strip_prefix("# Changelog\n\n").expect("the title stays");
    below.split("\n\n").next().unwrap_or_default().to_owned()
}

#[test]
fn a_section_goes_where_a_person_would_put_it() {
    let new = "\n\n### Fixes\n\n- round the total (0000000)\n";
    for (what, before, after) in [
        ("nothing", "", format!("# Changelog\n\n## v2.2.0 (2026-03-05){new}")),
        ("a title", "# Changelog\n", format!("# Changelog\n\n## v2.2.0 (2026-03-05){new}")),
        ("words", "Our changes\n", format!("Our changes\n\n## v2.2.0 (2026-03-05){new}")),
        ("words without an end", "Our changes", format!("Our changes\n\n## v2.2.0 (2026-03-05){new}")),
        (
            "lines without a heading",
            "# Changes\n\nNewest first.\n\n* total\n",
            format!("# Changes\n\nNewest first.\n\n## v2.2.0 (2026-03-05){new}\n* total\n"),
        ),
        (
            "versions without a heading",
            "2.1.1  2026-01-02\n  fixed\n",
            format!("## v2.2.0 (2026-03-05){new}\n2.1.1  2026-01-02\n  fixed\n"),
        ),
        ("older ones", "# Log\n\n## v2.1.1\n\n- a\n", format!("# Log\n\n## v2.2.0{new}\n## v2.1.1\n\n- a\n")),
        ("no title", "## v2.1.1\n- a\n## v2.1.0\n", format!("## v2.2.0{new}\n## v2.1.1\n- a\n## v2.1.0\n")),
        ("no blank line", "# Log\n## v2.1.1\n- a\n", format!("# Log\n\n## v2.2.0{new}\n## v2.1.1\n- a\n")),
        (
            "other headings",
            "# Log\n\n## How to read this\n\nSlowly.\n\n## 2.1.1\n",
            format!("# Log\n\n## How to read this\n\nSlowly.\n\n## 2.2.0{new}\n## 2.1.1\n"),
        ),
        (
            "wide gaps",
            "## 2.1.1\n\n- a\n\n\n## 2.1.0\n",
            format!("## 2.2.0{new}\n\n## 2.1.1\n\n- a\n\n\n## 2.1.0\n"),
        ),
        (
            "a fence",
            "# Log\n\n```\n## 9.9.9\n```\n\n~~~md\n```\n## 9.9.8\n~~~\n\n## 2.1.1\n",
            format!("# Log\n\n```\n## 9.9.9\n```\n\n~~~md\n```\n## 9.9.8\n~~~\n\n## 2.2.0{new}\n## 2.1.1\n"),
        ),
        (
            "a comment",
            "# Log\n\n<!--\n## 9.9.9\n-->\n<!-- next-header -->\n\n## 2.1.1\n",
            format!("# Log\n\n<!--\n## 9.9.9\n-->\n<!-- next-header -->\n\n## 2.2.0{new}\n## 2.1.1\n"),
        ),
        (
            "front matter",
            "---\ntitle: 2.1.1\n---\n\n## 2.1.1\n",
            format!("---\ntitle: 2.1.1\n---\n\n## 2.2.0{new}\n## 2.1.1\n"),
        ),
        (
            "lines below words",
            "Log\n===\n\n2.1.1 / 2026-01-02\n------------------\n\n* a\n",
            "Log\n===\n\n2.2.0 / 2026-03-05\n------------------\n\n### Fixes\n\n* round the total (0000000)\n\n\
             2.1.1 / 2026-01-02\n------------------\n\n* a\n"
                .to_owned(),
        ),
        (
            "anchors",
            "# Log\n\n<a name=\"2.1.1\"></a>\n## 2.1.1\n\n#### Bug\n\n* a\n\n<a name=\"2.1.0\"></a>\n## 2.1.0\n",
            "# Log\n\n<a name=\"2.2.0\"></a>\n## 2.2.0\n\n#### Fixes\n\n* round the total (0000000)\n\n<a name=\"2.1.1\"></a>\n## 2.1.1\n\n\
             #### Bug\n\n* a\n\n<a name=\"2.1.0\"></a>\n## 2.1.0\n"
                .to_owned(),
        ),
        (
            "the oldest first",
            "# Log\n\n## 1.0.0\n\n- a\n\n## 1.1.0\n\n## 2.1.1\n\n- b\n\n[x]: https://x.example\n",
            format!("# Log\n\n## 1.0.0\n\n- a\n\n## 1.1.0\n\n## 2.1.1\n\n- b\n\n## 2.2.0{new}\n[x]: https://x.example\n"),
        ),
        ("a byte order mark", "\u{feff}## 2.1.1\n", format!("\u{feff}## 2.2.0{new}\n## 2.1.1\n")),
    ] {
        assert_eq!(with(before, "2.2.0", BODY), after, "{what}");
    }
    let windows = "# Log\r\n\r\n## v2.1.1\r\n\r\n- old\r\n";
    let after =
        "# Log\r\n\r\n## v2.2.0\r\n\r\n### Fixes\r\n\r\n- round the total (0000000)\r\n\r\n## v2.1.1\r\n\r\n- old\r\n";
    assert_eq!(with(windows, "2.2.0", BODY), after);
    assert_eq!(with("## 2.1.1\n", "2.2.0", ""), "## 2.2.0\n\nNo changes.\n\n## 2.1.1\n");
    let parts = "\n### Breaking changes\n\n- login (1)\n  - old tokens end\n\nOlder ones are not listed.\n";
    let after = "## 2.2.0\n\n### Breaking changes\n\n* login (1)\n  - old tokens end\n\nOlder ones are not listed.\n\n## 2.1.1\n\n* a\n";
    assert_eq!(with("## 2.1.1\n\n* a\n", "2.2.0", parts), after);
}

#[test]
fn what_is_unreleased_comes_with_the_new_version() {
    let links =
        "[Unreleased]: https://x.example/compare/v2.1.1...HEAD\n[2.1.1]: https://x.example/compare/v2.1.0...v2.1.1\n";
    let linked = "[Unreleased]: https://x.example/compare/v2.2.0...HEAD\n[2.2.0]: https://x.example/compare/v2.1.1...v2.2.0\n\
                  [2.1.1]: https://x.example/compare/v2.1.0...v2.1.1\n";
    for (what, before, after) in [
        (
            "entries by hand",
            format!("# Log\n\n## [Unreleased]\n\n### Added\n\n- by hand\n\n## [2.1.1] - 2026-01-02\n\n- old\n\n{links}"),
            format!(
                "# Log\n\n## [Unreleased]\n\n## [2.2.0] - 2026-03-05\n\n### Added\n\n- by hand\n\n### Fixes\n\n\
                 - round the total (0000000)\n\n## [2.1.1] - 2026-01-02\n\n- old\n\n{linked}"
            ),
        ),
        (
            "a group of the same name",
            "## Unreleased\n\n### fixes\n\n* by hand\n\n### Other\n\n* x\n\n## 2.1.1\n".to_owned(),
            "## Unreleased\n\n## 2.2.0\n\n### fixes\n\n* by hand\n- round the total (0000000)\n\n### Other\n\n* x\n\n## 2.1.1\n".to_owned(),
        ),
        (
            "no entries",
            format!("# Log\n\n## [Unreleased]\n\n## [2.1.1] - 2026-01-02\n\n- old\n\n{links}"),
            format!(
                "# Log\n\n## [Unreleased]\n\n## [2.2.0] - 2026-03-05\n\n### Fixes\n\n- round the total (0000000)\n\n\
                 ## [2.1.1] - 2026-01-02\n\n- old\n\n{linked}"
            ),
        ),
        (
            "groups to be filled in",
            "## Unreleased\n\n### Added\n\n### Fixed\n<!-- here -->\n\n## 2.1.1\n".to_owned(),
            "## Unreleased\n\n### Added\n\n### Fixed\n<!-- here -->\n\n## 2.2.0\n\n### Fixes\n\n- round the total (0000000)\n\n## 2.1.1\n"
                .to_owned(),
        ),
        (
            "the first version",
            "# Log\n\n## [Unreleased]\n\n- by hand\n\n[Unreleased]: https://x.example/compare/v0.0.1...HEAD\n".to_owned(),
            "# Log\n\n## [Unreleased]\n\n## [2.2.0] - 2026-03-05\n\n- by hand\n\n### Fixes\n\n- round the total (0000000)\n\n\
             [Unreleased]: https://x.example/compare/v2.2.0...HEAD\n[2.2.0]: https://x.example/compare/v0.0.1...v2.2.0\n"
                .to_owned(),
        ),
        (
            "a link of its own",
            "## [Unreleased](https://x.example/compare/v2.1.1...main)\n\n## [2.1.1](https://x.example/v2.1.1)\n".to_owned(),
            "## [Unreleased](https://x.example/compare/v2.2.0...main)\n\n## [2.2.0](https://x.example/v2.2.0)\n\n### Fixes\n\n\
             - round the total (0000000)\n\n## [2.1.1](https://x.example/v2.1.1)\n"
                .to_owned(),
        ),
        (
            "the version itself, without its day",
            "# Log\n\n## 2.2.0 (unreleased)\n\n- by hand\n\n## 2.1.1 (2026-01-02)\n".to_owned(),
            "# Log\n\n## 2.2.0 (2026-03-05)\n\n- by hand\n\n### Fixes\n\n- round the total (0000000)\n\n## 2.1.1 (2026-01-02)\n".to_owned(),
        ),
    ] {
        assert_eq!(with(&before, "2.2.0", BODY), after, "{what}");
    }
    let hand = "## Unreleased\n\n- by hand\n\n## 2.1.1\n";
    assert_eq!(with(hand, "2.2.0", ""), "## Unreleased\n\n## 2.2.0\n\n- by hand\n\n## 2.1.1\n", "nothing to add");
}

#[test]
fn a_heading_has_the_form_of_those_that_are_there() {
    for (old, new) in [
        ("## v2.1.1 (2026-01-02)", "## v2.2.0 (2026-03-05)"),
        ("## 2.1.1", "## 2.2.0"),
        ("# 2.1.1 / 2026-01-02", "# 2.2.0 / 2026-03-05"),
        ("## Version 2.1.1 - January 2, 2026", "## Version 2.2.0 - March 5, 2026"),
        ("## Release v2.1.1 (02.01.2026)", "## Release v2.2.0 (05.03.2026)"),
        ("## **2.1.1** - 2nd Jan 2026", "## **2.2.0** - 5th Mar 2026"),
        ("## api@2.1.1 (2026/01/02)", "## api@2.2.0 (2026/03/05)"),
        ("## api 2.1.1 ##", "## api 2.2.0 ##"),
        ("## 2.1.1 - The Winter - 2026-01-02", "## 2.2.0 - 2026-03-05"),
        ("## 2.1.1 \"Winter\"", "## 2.2.0"),
        ("## [2.1.1] - 2026-01-02 [YANKED]", "## [2.2.0] - 2026-03-05"),
        ("## <a name=\"2.1.1\"></a>2.1.1 (2026-01-02)", "## <a name=\"2.2.0\"></a>2.2.0 (2026-03-05)"),
        ("## 2.1.1 {#v2.1.1}", "## 2.2.0 {#v2.2.0}"),
        (
            "## [2.1.1](https://x.example/compare/v2.1.0...v2.1.1) (2026-01-02)",
            "## [2.2.0](https://x.example/compare/v2.1.1...v2.2.0) (2026-03-05)",
        ),
        ("## [2.1.1](https://x.example/news/winter) (2026-01-02)", "## 2.2.0 (2026-03-05)"),
        ("## 2.1.1 (13/01/2026)", "## 2.2.0 (05/03/2026)"),
        ("## 2.1.1 (02/01/2026)", "## 2.2.0"),
    ] {
        assert_eq!(heading(old, "2.2.0"), new, "{old}");
    }
    assert_eq!(heading("## 25.12.02 (2025-12-30)", "26.03.01"), "## 26.03.01 (2026-03-05)");
    assert_eq!(heading("## 2025-12-02", "2026-03-01"), "## 2026-03-01", "a date that is a version");
    for no_version in ["## Python 3.12 is needed", "## Upgrade to 2.0", "## Sprint 12", "## 2"] {
        assert_eq!(heading(no_version, "2.2.0"), "## v2.2.0 (2026-03-05)", "{no_version}");
    }
}

#[test]
fn patches_may_stand_a_level_below() {
    let log = "# Log\n\n### [2.1.1](https://x.example/v2.1.1) (2026-01-02)\n\n### Bug\n\n* a\n\n## [2.1.0](https://x.example/v2.1.0)\n\n## [2.0.0]\n";
    for (version, level) in [("2.1.2", "###"), ("2.2.0", "##"), ("3.0.0", "##")] {
        let new = format!(
            "# Log\n\n{level} [{version}](https://x.example/v{version}) (2026-03-05)\n\n### Fixes\n\n* round the total (0000000)\n\n"
        );
        assert_eq!(with(log, version, BODY), log.replace("# Log\n\n", &new), "{version}");
    }
    // Where minor versions were such, they stay so.
    let log = "# Log\n\n### [2.1.1]\n\n* a\n\n### [2.1.0]\n\n* b\n\n## [2.0.0]\n";
    assert!(
        with(log, "2.2.0", BODY).starts_with("# Log\n\n### [2.2.0]\n\n#### Fixes\n\n* round"),
        "{}",
        with(log, "2.2.0", BODY)
    );
}
