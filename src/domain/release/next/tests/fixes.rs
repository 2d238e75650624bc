//! Fixes that shipped while a release was under way: it needs them too.

use super::each;
use crate::domain::release::samples::release;

const STAGES: &str = r#"
[[release.stage]]
name = "Check"
steps = [
  { do = "check-fixes", git-ref = "{branch}" },
  { do = "sign-off", name = "qa", title = "QA", roles = ["qa"] },
  { do = "tag", name = "{tag}", message = "x" },
]
[[release.stage]]
name = "Production"
steps = [
  { do = "check-fixes", git-ref = "{tag}" },
  { do = "deploy", environment = "production", git-ref = "{tag}" },
]
"#;

#[test]
fn it_is_looked_again_whether_a_release_has_every_fix() {
    each(
        || release(STAGES),
        &[
            ("no hotfix has shipped", "to qa", "", "qa: 0 of 1"),
            ("a hotfix that shipped before it was looked", "at 5; to qa", "shipped 2.1.1 9 0", "qa: 0 of 1"),
            ("a hotfix that shipped since", "to qa", "shipped 2.1.1 9 30", "run check-fixes"),
            ("a later version that shipped meanwhile", "to qa", "shipped 2.2.1 9 30", "run check-fixes"),
            ("its own debt", "to qa", "shipped 2.1.1 7 30", "qa: 0 of 1"),
            ("somebody said that it may go without", "to qa; waived 9", "shipped 2.1.1 9 30", "qa: 0 of 1"),
            ("somebody let it go without another one", "to qa; waived 8", "shipped 2.1.1 9 30", "run check-fixes"),
            ("the check was skipped", "skipped check-fixes ann", "shipped 2.1.1 9 30", "qa: 0 of 1"),
            (
                "the check failed, and a person looks",
                "failed check-fixes",
                "shipped 2.1.1 9 30",
                "check-fixes: a person",
            ),
            ("once it is tagged, the tag is looked at", "to ask-production", "shipped 2.1.1 9 30", "run check-fixes/2"),
            (
                "production has been asked: it is too late",
                "to ask-production; began ask-production",
                "shipped 2.1.1 9 30",
                "run ask-production",
            ),
            (
                "production has it: nothing is looked at any more",
                "to production; began ask-production; done production",
                "shipped 2.1.1 9 30",
                "released",
            ),
        ],
    );
}
