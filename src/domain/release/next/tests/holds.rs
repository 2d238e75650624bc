//! What goes on around a release and holds it back.

use super::{LINE, each};
use crate::domain::release::samples::{decided, hotfix, one_stage, release};

#[test]
fn a_merge_is_held_back() {
    each(
        || release(LINE),
        &[
            ("a freeze", "to await-merge", "frozen quarter", "await-merge: frozen, quarter"),
            ("an open hotfix", "to await-merge", "hotfix 2.1.1", "await-merge: hotfix 2.1.1 first"),
            (
                "a hotfix and a freeze: the hotfix is named",
                "to await-merge",
                "hotfix 2.1.1; frozen quarter",
                "await-merge: hotfix 2.1.1 first",
            ),
            (
                "a hold of the environment that is asked for later",
                "to await-merge",
                "held production",
                "await-merge: outside",
            ),
            ("only the back-merge is closed", "to await-merge", "back-merge frozen quarter", "await-merge: outside"),
            ("only a deploy is closed", "to await-merge", "closed ask-production night", "await-merge: outside"),
            (
                "others squashed it, and somebody takes that as it is: nothing more is merged",
                "to await-merge; squashed by dave; merge-asked ann",
                "frozen quarter; hotfix 2.1.1",
                "run await-merge",
            ),
            (
                "others squashed it: what is missing is not held back",
                "to await-merge; squashed by dave",
                "frozen quarter",
                "await-merge: outside",
            ),
            ("a freeze does not keep QA from looking", "to qa", "frozen quarter", "qa: 0 of 2, not A, not B"),
            ("a freeze does not keep the tag", "to tag", "frozen quarter; hotfix 2.1.1", "run tag"),
        ],
    );
}

#[test]
fn a_deploy_is_held_back() {
    each(
        || release(LINE),
        &[
            ("staging goes on beside an open hotfix", "to ask-staging", "hotfix 2.1.1", "run ask-staging"),
            (
                "production lets a hotfix go first",
                "to ask-production",
                "hotfix 2.1.1",
                "ask-production: hotfix 2.1.1 first",
            ),
            ("a held environment", "to ask-staging", "held staging", "ask-staging: staging is held"),
            ("another environment is held", "to ask-staging", "held production", "run ask-staging"),
            ("a closed window", "to ask-production", "closed ask-production night", "ask-production: frozen, night"),
            ("what is closed for another step", "to ask-production", "closed ask-staging night", "run ask-production"),
            ("a freeze of the branch", "to ask-production", "frozen quarter", "run ask-production"),
            (
                "a hotfix, a hold and a window: the hotfix is named",
                "to ask-production",
                "hotfix 2.1.1; held production; closed ask-production night",
                "ask-production: hotfix 2.1.1 first",
            ),
            (
                "a hold and a window: the hold is named",
                "to ask-production",
                "held production; closed ask-production night",
                "ask-production: production is held",
            ),
            (
                "a deploy that is under way is waited for",
                "to production",
                "held production; hotfix 2.1.1",
                "production: outside",
            ),
        ],
    );
}

#[test]
fn every_production_lets_a_hotfix_go_first() {
    let stages = r#"
[[release.stage]]
name = "All"
steps = [
  { do = "deploy", environment = "staging", git-ref = "{tag}" },
  { do = "deploy", environment = "eu", git-ref = "{tag}" },
  { do = "deploy", environment = "us", git-ref = "{tag}" },
]
"#;
    let said = || vec!["eu".to_owned(), "us".to_owned()];
    each(
        || decided(release(stages), |spec| spec.plan.said_to_be_production = said()),
        &[
            ("staging is none", "to ask-staging", "hotfix 2.1.1", "run ask-staging"),
            ("the first", "to ask-eu", "hotfix 2.1.1", "ask-eu: hotfix 2.1.1 first"),
            ("the last", "to ask-us", "hotfix 2.1.1", "ask-us: hotfix 2.1.1 first"),
        ],
    );
    each(
        || release(stages),
        &[
            ("only the last is, where nobody says so", "to ask-eu", "hotfix 2.1.1", "run ask-eu"),
            ("… that one", "to ask-us", "hotfix 2.1.1", "ask-us: hotfix 2.1.1 first"),
        ],
    );
}

#[test]
fn a_hotfix_goes_first_but_not_past_a_hold() {
    each(
        || hotfix(LINE),
        &[
            ("another hotfix is open: its merge", "to await-merge", "hotfix 2.1.1", "await-merge: outside"),
            ("another hotfix is open: its deploy", "to ask-production", "hotfix 2.1.1", "run ask-production"),
            ("a freeze that lets no hotfix pass", "to await-merge", "frozen audit", "await-merge: frozen, audit"),
            ("a held environment", "to ask-production", "held production", "ask-production: production is held"),
        ],
    );
}

#[test]
fn what_was_deployed_rests() {
    let steps = r#"
        { do = "deploy", environment = "uat", git-ref = "{tag}" },
        { do = "soak", environment = "uat", for = "1h" },
        { do = "announce", what = "said", text = "rested" },
    "#;
    each(
        || one_stage(steps),
        &[
            ("it has just come", "to uat; at 10; done uat", "now 11", "soak-uat: until 70"),
            ("a minute before", "to uat; at 10; done uat", "now 69", "soak-uat: until 70"),
            ("it has run for an hour", "to uat; at 10; done uat", "now 70", "run soak-uat"),
            ("the environment is held", "to uat; at 10; done uat", "now 70; held uat", "soak-uat: uat is held"),
            ("nobody knows when it came: there is nothing to wait for", "to uat; skipped uat ann", "", "run tell-said"),
        ],
    );
}

#[test]
fn lines_are_merged_by_the_bot() {
    let steps = r#"
        { do = "merge", branch = "{production}", from = "{tag}", message = "x" },
        { do = "merge-when-green" },
    "#;
    each(
        || one_stage(steps),
        &[
            ("it is open", "", "", "merge: outside"),
            ("the line is closed", "", "line closed merge audit", "merge: frozen, audit"),
            ("the release's own merge is closed", "", "frozen quarter", "merge: outside"),
            ("somebody else has to merge it", "proposed merge; asks merge pull", "", "merge: outside pull, asks"),
            ("it cannot be merged", "failed merge", "", "merge: a person"),
            ("a pull request does it instead", "failed merge; proposed merge", "", "merge: outside"),
            ("the back-merge waits for its checks", "to merge-when-green", "", "merge-when-green: outside"),
            (
                "the back-merge is closed",
                "to merge-when-green",
                "back-merge frozen audit",
                "merge-when-green: frozen, audit",
            ),
            ("only production's line is closed", "to merge-when-green", "frozen audit", "merge-when-green: outside"),
        ],
    );
}

#[test]
fn what_a_release_deployed_does_not_run_any_more() {
    each(
        || release(LINE),
        &[
            ("staging runs it", "to qa", "in staging +2.2.0@7", "qa: 0 of 2, not A, not B"),
            ("nothing is known of staging", "to qa", "", "qa: 0 of 2, not A, not B"),
            (
                "staging was taken back: the deploy is named, it may be tried again",
                "to qa",
                "in staging +2.1.0@1 +2.2.0@7 -2.2.0",
                "staging: taken back in staging",
            ),
            (
                "staging was taken back to what ran before",
                "to qa",
                "in staging +2.1.0@1 +2.2.0@7 <2.1.0; held staging",
                "staging: taken back in staging, 2.1.0 runs, held",
            ),
            (
                "another release has staging: QA would speak of the wrong version",
                "to qa",
                "in staging +2.2.0@7 +2.3.0@8",
                "qa: replaced in staging, 2.3.0 runs",
            ),
            (
                "another release has staging, and QA is through",
                "to await-merge",
                "in staging +2.2.0@7 +2.3.0@8",
                "await-merge: outside",
            ),
            (
                "staging was taken back after QA",
                "to await-merge",
                "in staging +2.2.0@7 -2.2.0",
                "staging: taken back in staging",
            ),
            (
                "production was taken back before it is told",
                "to tell-live",
                "in production +2.2.0@7 -2.2.0",
                "production: taken back in production, customers",
            ),
            (
                "production has a later version already",
                "to tell-live",
                "in production +2.2.0@7 +2.3.0@8",
                "tell-live: replaced in production, 2.3.0 runs, customers",
            ),
            (
                "a gate that failed says so first",
                "to verify; failed verify",
                "in production +2.2.0@7 -2.2.0",
                "verify: a person",
            ),
            (
                "it is deployed once more after it was taken back",
                "to qa; retry staging ann",
                "in staging +2.2.0@7 -2.2.0",
                "run ask-staging",
            ),
        ],
    );
}
