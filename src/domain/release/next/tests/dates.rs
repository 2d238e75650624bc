//! Dates: what waits for them, and a release that could not leave.

use super::each;
use crate::domain::release::samples::dated;

const TRAIN: &str = r#"
[[date]]
name = "cut"
title = "cut"
cron = "0 9 * * mon"
[[date]]
name = "leave"
title = "departure"
cron = "0 19 * * mon"
[[release.stage]]
name = "Cut"
steps = [{ do = "await-time", date = "cut" }, { do = "notes" }]
[[release.stage]]
name = "QA"
steps = [{ do = "sign-off", name = "qa", title = "QA", roles = ["qa"], deadline = "leave" }]
[[release.stage]]
name = "Leave"
steps = [{ do = "await-merge", at = "leave" }, { do = "deploy", environment = "production", git-ref = "main", by = "push" }]
"#;

#[test]
fn what_waits_for_a_date() {
    each(
        || dated(TRAIN, &[("cut", 60), ("leave", 600)]),
        &[
            ("it is not time yet", "", "now 59", "await-time: until 60"),
            ("it is time", "", "now 60", "run await-time"),
            ("the date was moved back", "moved cut 90", "now 60", "await-time: until 90"),
            ("the date is skipped", "skipped await-time ann", "now 10", "run notes"),
            ("a gate says by when", "to qa", "now 70", "qa: 0 of 1, by 600"),
            ("a deadline that is over", "to qa", "now 700", "qa: 0 of 1, by 600"),
        ],
    );
    each(|| dated(TRAIN, &[("leave", 600)]), &[("nobody knows when the date is", "", "", "run await-time")]);
}

#[test]
fn a_release_leaves_at_its_time() {
    each(
        || dated(TRAIN, &[("cut", 60), ("leave", 600)]),
        &[
            ("everything is signed off, and it is not time yet", "to await-merge", "now 599", "await-merge: until 600"),
            ("it leaves", "to await-merge", "now 600", "run await-merge"),
            ("it leaves late", "to await-merge", "now 630", "run await-merge"),
            (
                "a freeze before the time is no matter yet",
                "to await-merge",
                "now 599; frozen quarter",
                "await-merge: until 600",
            ),
            ("a freeze at its time", "to await-merge", "now 600; frozen quarter", "await-merge: frozen, quarter"),
            (
                "an open hotfix at its time",
                "to await-merge",
                "now 600; hotfix 2.1.1",
                "await-merge: hotfix 2.1.1 first",
            ),
            (
                "its environment is held at its time",
                "to await-merge",
                "now 600; held production",
                "await-merge: production is held",
            ),
            ("somebody has it leave earlier", "to await-merge; merge-asked ann", "now 100", "run await-merge"),
        ],
    );
}

#[test]
fn a_release_could_not_leave() {
    each(
        || dated(TRAIN, &[("cut", 60), ("leave", 600)]),
        &[
            (
                "it missed its time: a person decides",
                "to await-merge; missed await-merge 600",
                "now 601",
                "await-merge: missed 600",
            ),
            (
                "a freeze is in the way now",
                "to await-merge; missed await-merge 600",
                "now 601; frozen quarter",
                "await-merge: missed 600, frozen, quarter",
            ),
            (
                "its pull request is in the way",
                "to await-merge; missed await-merge 600; saw await-merge red",
                "now 601",
                "await-merge: missed 600, outside red",
            ),
            (
                "what asks a person is no obstacle",
                "to await-merge; missed await-merge 600; asks await-merge review",
                "now 601",
                "await-merge: missed 600",
            ),
            (
                "its pull request cannot be seen",
                "to await-merge; missed await-merge 600; blind await-merge",
                "now 601",
                "await-merge: missed 600, not to be seen",
            ),
            (
                "a freeze counts before the pull request",
                "to await-merge; missed await-merge 600; saw await-merge red",
                "now 601; frozen quarter",
                "await-merge: missed 600, frozen, quarter",
            ),
            (
                "somebody lets it go",
                "to await-merge; missed await-merge 600; merge-asked ann",
                "now 601",
                "run await-merge",
            ),
            (
                "somebody moves the date on",
                "to await-merge; missed await-merge 600; moved leave 700",
                "now 650",
                "await-merge: until 700",
            ),
            (
                "the new time has come",
                "to await-merge; missed await-merge 600; moved leave 700",
                "now 700",
                "run await-merge",
            ),
            (
                "QA was late, and gave its word after that",
                "to qa; missed await-merge 600; done qa",
                "now 620",
                "await-merge: missed 600",
            ),
        ],
    );
}
