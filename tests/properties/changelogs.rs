//! A changelog and a new section in it: no other byte moves.

use chrono::NaiveDate;
use proptest::{collection::vec, prelude::*};
use shipmate::domain::release::changelog::{NewSection, with_section, with_section_of};

use super::{
    cases,
    near::{near, scraps},
};

/// Parts of changelogs, each of which may stand anywhere.
const PARTS: [&str; 28] = [
    "# Changelog\n\n",
    "\u{feff}# Changelog\r\n",
    "Changelog\n=========\n\n",
    "All notable changes.\n\n",
    "## [Unreleased]\n\n",
    "## Unreleased\n",
    "## [Unreleased](https://x.example/compare/v2.1.1...HEAD)\n\n",
    "### Added\n\n- by hand\n\n",
    "### Fixes\n",
    "* by hand\r\n",
    "## [2.1.1] - 2026-01-02\n\n",
    "### [2.1.1](https://x.example/compare/v2.1.0...v2.1.1) (2026-01-02)\n\n",
    "2.1.1 / 2026-01-02\n------------------\n\n",
    "<a name=\"2.1.1\"></a>\n## 2.1.1\n",
    "## v2.1.0\r\n\r\n- old\r\n\r\n",
    "## 1.0.0\n\n- first\n\n",
    "## 2.2.0 (unreleased)\n\n",
    "## 2.2.0\n",
    "```\n## 9.9.9\n",
    "```\n",
    "<!--\n## 9.9.9\n-->\n",
    "---\n",
    "- a\n- b\n",
    "\n",
    "\r\n",
    "[Unreleased]: https://x.example/compare/v2.1.1...HEAD\n",
    "[2.1.1]: https://x.example/compare/v2.1.0...v2.1.1\n",
    "[2.1.1]: https://x.example/releases/v2.1.1",
];

fn changelogs() -> impl Strategy<Value = String> {
    let parts = |all: Vec<&'static str>| vec(prop::sample::select(all), 0..9).prop_map(|parts| parts.concat());
    // What is changed on purpose is not damaged: it would not be told apart.
    let plain = PARTS.into_iter().filter(|part| !part.contains("HEAD") && !part.contains("(unreleased)")).collect();
    let damaged = parts(plain).prop_flat_map(|text| near([text]));
    prop_oneof![4 => parts(PARTS.to_vec()), 1 => damaged, 1 => scraps()]
}

/// Whether `short` is what is left of `long` when some of it is left out.
fn is_left_of(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short.chars().all(|letter| rest.any(|other| other == letter))
}

proptest! {
    #![proptest_config(cases(4096))]

    #[test]
    fn a_section_moves_no_other_byte(
        changelog in changelogs(),
        version in prop::sample::select(vec!["2.2.0", "2.1.2", "3.0.0", "26.03.01", "2026-03-01"]),
        body in prop::sample::select(vec!["", "\n### Fixes\n\n- round the total (0000000)\n", "\n### Fixes\n\n- a (1)\n- b (2)\n\n### Other changes\n\n- c (3)\n"]),
    ) {
        let day = NaiveDate::from_ymd_opt(2026, 3, 5).unwrap();
        let section = NewSection { tag: &format!("v{version}"), version, day, body };
        let with = with_section(&changelog, &section);
        // The one thing that changes is where what is unreleased begins, and the day that a version did not have yet.
        let stays = |text: &str| {
            let text = text.replace("compare/v2.1.1...HEAD", "compare/...HEAD").replace(&format!("compare/v{version}...HEAD"), "compare/...HEAD");
            text.replace("(unreleased)", "(2026-03-05)")
        };
        prop_assert!(is_left_of(&stays(&changelog), &stays(&with)), "{changelog:?} became {with:?}");
        for line in body.lines().filter(|line| line.starts_with("- ")) {
            prop_assert_eq!(with.matches(&line[2..]).count(), 1 + changelog.matches(&line[2..]).count(), "{:?} {:?}", changelog, with);
        }
        if !changelog.contains(version) {
            prop_assert!(with.contains(version), "{changelog:?} became {with:?}");
        }
        if !changelog.replace("\r\n", "").contains('\n') && changelog.contains("\r\n") && !changelog.contains('\r') {
            prop_assert!(!with.replace("\r\n", "").contains('\n'));
        }
    }
}

/// Entries that have lines in common.
const ENTRIES: [&str; 8] = [
    "- one\n  Thanks to @ann\n",
    "- two\n  - one\n  Thanks to @ann\n",
    "- three\n  #412\n",
    "- four\n  ```\n  # run\n\n  - one\n  ```\n",
    "- five\n  ```\n  # run\n  ```\n",
    "- six\n\n  Thanks to @ann\n",
    "* seven\nand so on\n",
    "- eight\n",
];

/// A changelog with entries in each of its two groups; those that `which` leaves out are not there.
fn unreleased(entries: &[(bool, usize, bool)], which: impl Fn(bool) -> bool) -> String {
    let of = |group: bool| -> String {
        let own = entries.iter().filter(|(in_group, _, was)| *in_group == group && which(*was));
        own.map(|(_, entry, _)| ENTRIES[*entry]).collect()
    };
    let group = |name: &str, own: String| if own.is_empty() { own } else { format!("### {name}\n\n{own}\n") };
    group("Added", of(true)) + &group("Fixed", of(false))
}

proptest! {
    #![proptest_config(cases(1024))]

    /// Development has what was unreleased when the release began (`true`), and what it wrote between that since.
    #[test]
    fn whatever_came_since_a_release_began_stays_unreleased(
        entries in vec((any::<bool>(), 0..ENTRIES.len(), any::<bool>()), 1..9)
    ) {
        let page = |unreleased: &str, released: &str| {
            format!("# Changelog\n\n## Unreleased\n\n{unreleased}{released}## v2.1.1\n\n- old\n")
        };
        let (before, now) = (unreleased(&entries, |was| was), unreleased(&entries, |_| true));
        let released = format!("## v2.2.0\n\n{}\n", if before.is_empty() { "- done\n" } else { &before });
        let both = with_section_of(&page(&before, ""), &page(&now, ""), &page("", &released), "2.2.0");
        let Some(both) = both else { return Err(TestCaseError::fail(format!("nothing came of {now:?}"))) };
        let (_, rest) = both.split_once("## Unreleased\n").unwrap();
        let (left, below) = rest.split_once("## v2.2.0\n").unwrap();
        let told = |text: &str| {
            let mut lines: Vec<String> = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).map(str::to_owned).collect();
            lines.sort();
            lines
        };
        prop_assert_eq!(told(left), told(&unreleased(&entries, |was| !was)), "{:?} became {:?}", now, both);
        prop_assert!(below.contains(before.trim_end()), "{both:?}");
    }
}
