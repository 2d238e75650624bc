//! Stages in the background, and what waits for them; stories that people pick.

use super::each;
use crate::domain::release::samples::release;

#[test]
fn stages_go_on_beside_each_other() {
    let stages = r#"
[[release.stage]]
name = "Back to main"
background = true
steps = [{ do = "await-tag", name = "{tag}" }, { do = "merge-when-green" }]
[[release.stage]]
name = "Fix"
steps = [{ do = "await-fix" }, { do = "tag", name = "{tag}", message = "x" }]
[[release.stage]]
name = "Checks"
background = true
steps = [{ do = "await-checks" }, { do = "notes" }]
[[release.stage]]
name = "Close"
joins = true
steps = [{ do = "announce", what = "closed" }]
"#;
    each(
        || release(stages),
        &[
            ("the first stage waits in the background", "", "", "await-tag: outside + await-fix: outside"),
            ("the ordinary stage goes on", "done await-fix", "", "run tag"),
            (
                "the background goes on as soon as it can",
                "done await-tag",
                "",
                "merge-when-green: outside + await-fix: outside",
            ),
            (
                "two wait in the background: what joins waits for both",
                "done await-fix; done tag",
                "",
                "await-tag: outside + await-checks: outside",
            ),
            ("one is through", "done await-fix; done tag; done await-checks", "", "run notes"),
            ("one is left", "done await-fix; done tag; done await-checks; done notes", "", "await-tag: outside"),
            (
                "a failure in the background keeps nobody else",
                "failed await-tag",
                "",
                "await-tag: a person + await-fix: outside",
            ),
            (
                "a failure in the ordinary stage does not stop the background",
                "failed await-fix; saw await-tag none",
                "",
                "await-tag: outside none + await-fix: a person",
            ),
            (
                "a failed background keeps what joins",
                "done await-fix; done tag; skipped await-checks ann; skipped notes ann; failed await-tag",
                "",
                "await-tag: a person",
            ),
            (
                "all are through",
                "done await-tag; done merge-when-green; done await-fix; done tag; done await-checks; done notes",
                "",
                "run tell-closed",
            ),
        ],
    );
}

#[test]
fn only_the_background_is_left() {
    let stages = r#"
[[release.stage]]
name = "Main"
steps = [{ do = "notes" }]
[[release.stage]]
name = "Back"
background = true
steps = [{ do = "merge-when-green" }]
"#;
    each(
        || release(stages),
        &[
            ("it is not over as long as the background waits", "done notes", "", "merge-when-green: outside"),
            ("it is over after that", "done notes; done merge-when-green", "", "released"),
        ],
    );
}

#[test]
fn stories_are_picked_one_by_one() {
    let stages = r#"
[[release.stage]]
name = "Stories"
steps = [{ do = "pick", into = "{branch}", gate = { name = "stories", title = "all stories", roles = ["pm"] } }]
[[release.stage]]
name = "QA"
repeat = "on-push"
steps = [{ do = "sign-off", name = "qa", title = "QA", roles = ["qa"] }]
"#;
    each(
        || release(stages),
        &[
            ("nobody has picked one", "", "", "pick: 0 of 1"),
            ("one is picked", "picked S-1", "", "run pick"),
            ("one is picked, and the branch is closed", "picked S-1", "stories frozen audit", "pick: frozen, audit"),
            ("it is in: who says that these are all?", "picked S-1; took S-1 m1", "", "pick: 0 of 1"),
            ("somebody says so", "picked S-1; took S-1 m1; approved stories ann", "", "run pick"),
            (
                "another is picked meanwhile: it is asked again",
                "picked S-1; took S-1 m1; approved stories ann; picked S-2; took S-2 m2",
                "",
                "pick: 0 of 1",
            ),
            ("QA looks at them", "picked S-1; took S-1 m1; approved stories ann; done pick", "", "qa: 0 of 1"),
            (
                "another came along after that: it is asked again, beside QA",
                "picked S-1; took S-1 m1; approved stories ann; done pick; along S-9",
                "",
                "qa: 0 of 1 + pick: 0 of 1",
            ),
            (
                "\u{2026} and it is gone again",
                "picked S-1; took S-1 m1; approved stories ann; done pick; along S-9; alike",
                "",
                "run pick",
            ),
            (
                "\u{2026} and it is gone again, but somebody has rejected the choice",
                "picked S-1; took S-1 m1; approved stories ann; done pick; along S-9; rejected stories ann; alike",
                "",
                "qa: 0 of 1 + pick: rejected by ann",
            ),
            (
                "\u{2026} and GitHub could not be looked at: not before the pause is over",
                "picked S-1; took S-1 m1; done pick; along S-9; approved stories ann; failed pick until 90",
                "",
                "qa: 0 of 1 + pick: again at 90",
            ),
            (
                "one is taken out after QA: the branch is made again",
                "picked S-1; took S-1 m1; done pick; done qa; dropped S-1",
                "",
                "run pick",
            ),
            (
                "it was made again: it is asked again",
                "picked S-1; took S-1 m1; done pick; done qa; dropped S-1; rebuilt c1",
                "",
                "pick: 0 of 1",
            ),
        ],
    );
}
