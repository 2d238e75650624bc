//! What begins again when a branch or a tag moves: every row names all that is still over.

use super::{each, line};
use crate::domain::release::samples::{happened, release, stands};

#[test]
fn the_release_branch_moves() {
    each(
        line,
        &[
            (
                "a commit after QA: what was told stays told, the rest of the stage begins again",
                "to await-merge; pushed c2",
                "over",
                "snapshot pull-request tell-said",
            ),
            ("QA's word is about the commit before", "approved qa bob; ticked qa 0; pushed c2", "gate qa", ""),
            ("another gate's word stays", "approved verify bob; pushed c2", "gate verify", "+bob"),
            (
                "a commit after the merge: what was merged stays so",
                "to tell-live; pushed c2",
                "over",
                "snapshot pull-request tell-said await-merge tag compare ask-production production",
            ),
            (
                "production's own commits come back: staging has nothing new to get, QA looks again",
                "to await-merge; synced c2",
                "over",
                "snapshot pull-request tell-said ask-staging staging",
            ),
            (
                "a commit to a branch that nobody watches",
                "to await-merge; pushed d2 to develop",
                "over",
                "snapshot pull-request tell-said ask-staging staging qa",
            ),
            ("a deploy that began again was begun once", "to await-merge; pushed c2", "tries ask-staging", "1"),
            (
                "two commits before it began again: once",
                "to await-merge; pushed c2; pushed c3",
                "tries ask-staging",
                "1",
            ),
            ("it began again twice", "to await-merge; pushed c2; to await-merge; pushed c3", "tries ask-staging", "2"),
            ("what was never begun was never tried", "pushed c2", "tries ask-staging", "0"),
            (
                "the run of the commit before is not this one's",
                "to ask-staging; asked ask-staging as 11; pushed c2",
                "runs",
                "11",
            ),
            (
                "a gate that was through in time was so, whatever comes",
                "to qa; at 50; done qa; pushed c2",
                "first qa",
                "50",
            ),
            ("reminders of a gate are not made again", "reminded qa 540; pushed c2", "told qa", "540"),
            ("a failure goes with the commit", "to staging; failed staging; pushed c2", "failed staging", "none"),
            (
                "what went past with a reason has to be looked at again",
                "to qa; skipped qa ann; pushed c2",
                "over",
                "snapshot pull-request tell-said",
            ),
        ],
    );
}

#[test]
fn another_branch_moves() {
    let stages = r#"
[[release.stage]]
name = "Cut"
steps = [{ do = "branch", name = "{branch}", from = "{production}" }]
[[release.stage]]
name = "QA of develop"
repeat = "on-push"
of = "develop"
steps = [
  { do = "deploy", environment = "test", git-ref = "develop" },
  { do = "sign-off", name = "qa", title = "QA", roles = ["qa"] },
]
[[release.stage]]
name = "Merge"
steps = [{ do = "merge", branch = "{branch}", from = "develop", message = "x" }]
[[release.stage]]
name = "Staging"
repeat = "on-push"
steps = [
  { do = "await-fix" },
  { do = "deploy", environment = "staging", git-ref = "{branch}" },
  { do = "sign-off", name = "first", title = "first pass", roles = ["qa"] },
]
"#;
    each(
        || release(stages),
        &[
            (
                "the watched branch moves: its stage begins again, and the merge",
                "to first; pushed d2 to develop",
                "over",
                "branch await-fix ask-staging staging",
            ),
            (
                "the watched branch moves after all was said",
                "to first; done first; pushed d2 to develop",
                "over",
                "branch await-fix ask-staging staging first",
            ),
            (
                "the release branch moves: what was decided of the other stays",
                "to first; done first; pushed c2",
                "over",
                "branch ask-test test qa merge await-fix",
            ),
            ("what was merged is the head", "to await-fix", "head", "joined"),
            ("the fix is the head", "to ask-staging", "head", "fix"),
            (
                "production's commits come back to the watched branch: without `keeps-deploys` all begins again",
                "to merge; synced d2 to develop",
                "over",
                "branch",
            ),
        ],
    );
}

#[test]
fn the_tag_moves() {
    let stages = r#"
[[release.stage]]
name = "Back"
background = true
steps = [
  { do = "await-tag", name = "{tag}" },
  { do = "cherry-pick", branch = "back", into = "main", from = "{tag}", since = "{source}" },
  { do = "pull-request", name = "backport", head = "back", base = "main", title = "Back", labels = [] },
]
[[release.stage]]
name = "Tag"
steps = [
  { do = "tag", name = "{tag}", message = "x" },
  { do = "merge-when-green" },
  { do = "delete-branch", name = "back" },
  { do = "delete-branch", name = "{branch}" },
  { do = "catch-up-tag", name = "{tag}", message = "x" },
]
"#;
    let all = "await-tag cherry-pick pull-request tag merge-when-green delete-branch delete-branch/2";
    each(
        || release(stages),
        &[
            (
                "the tag is made: nothing begins again",
                "to delete-branch; done tag",
                "over",
                "await-tag cherry-pick pull-request tag merge-when-green",
            ),
            (
                "the tag is found where it was",
                "to catch-up-tag; tagged catch-up-tag cut",
                "over",
                "await-tag cherry-pick pull-request tag merge-when-green delete-branch delete-branch/2 catch-up-tag",
            ),
            (
                "the tag moves: what was picked from it is picked again, and goes the same way",
                "to catch-up-tag; tagged catch-up-tag c2",
                "over",
                "await-tag tag delete-branch/2 catch-up-tag",
            ),
            ("a commit alone moves no tag", "to catch-up-tag; pushed c2", "over", all),
        ],
    );
    let release = happened(super::line(), "to tell-live; tagged tag c9");
    let over =
        "snapshot pull-request tell-said ask-staging staging qa await-merge tag compare ask-production production";
    assert_eq!(stands(&release, "over"), over, "nothing was picked from the tag");
}
