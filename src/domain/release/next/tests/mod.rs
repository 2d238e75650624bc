//! What a release does next: what happened to it, what goes on around it, and what follows.

use super::next;
use crate::domain::release::{
    Release,
    samples::{compare, happened, now, release, surroundings, told},
};

mod dates;
mod deploys;
mod fixes;
mod holds;
mod side;

/// What it is about; what happened; what goes on around; what comes next.
type NextRow = (&'static str, &'static str, &'static str, &'static str);

/// Holds each row against what a release does that was begun so.
fn each(begun: impl Fn() -> Release, rows: &[NextRow]) {
    compare(rows.iter().map(|(about, history, around_it, expected)| {
        let release = happened(begun(), history);
        let next = next(&release, &surroundings(&release, around_it), now(&release, around_it));
        (*about, told(&release, &next), (*expected).to_owned())
    }));
}

/// From a branch over QA and a merge to production.
pub(super) const LINE: &str = r#"
[[release.stage]]
name = "Cut"
steps = [
  { do = "snapshot", branch = "{branch}", commits = [] },
  { do = "pull-request", name = "release", head = "{branch}", base = "{production}", title = "Release", labels = [] },
]
[[release.stage]]
name = "Staging"
repeat = "on-push"
steps = [
  { do = "deploy", environment = "staging", git-ref = "{branch}", retries = 1 },
  { do = "sign-off", name = "qa", title = "QA", roles = ["qa"], quorum = 2, checklist = [{ name = "A" }, { name = "B" }] },
]
[[release.stage]]
name = "Merge"
steps = [
  { do = "await-merge" },
  { do = "tag", name = "{tag}", message = "x" },
]
[[release.stage]]
name = "Production"
steps = [
  { do = "deploy", environment = "production", git-ref = "{tag}", retries = 1, on-failure = "roll-back" },
  { do = "announce", what = "live" },
  { do = "sign-off", name = "verify", title = "verification", roles = ["qa"] },
]
"#;

#[test]
fn a_release_goes_through_its_steps_in_order() {
    each(
        || release(LINE),
        &[
            ("a release that has just begun", "", "", "run snapshot"),
            ("a step that began, and nobody knows how it ended", "began snapshot", "", "run snapshot"),
            ("a step that is done", "done snapshot", "", "run pull-request"),
            ("a step that was done out of order", "done pull-request", "", "run snapshot"),
            ("a deploy that was asked for", "to staging", "", "staging: outside"),
            ("a deploy that is under way", "to staging; saw staging deploying", "", "staging: outside deploying"),
            (
                "what is watched asks for a person",
                "to staging; asks staging approval",
                "",
                "staging: outside approval, asks",
            ),
            ("what is watched cannot be seen", "to staging; blind staging", "", "staging: not to be seen"),
            (
                "what could not be seen is seen again",
                "to staging; blind staging; saw staging deploying",
                "",
                "staging: outside deploying",
            ),
            (
                "what was seen cannot be seen any more",
                "to staging; saw staging deploying; blind staging",
                "",
                "staging: not to be seen",
            ),
            (
                "what a step reads before it acts cannot be seen",
                "done snapshot; began pull-request; blind pull-request",
                "",
                "pull-request: not to be seen",
            ),
            (
                "what was to be tried again cannot be seen",
                "done snapshot; failed pull-request until 5; blind pull-request",
                "now 9",
                "pull-request: not to be seen",
            ),
            (
                "what was not seen is done",
                "done snapshot; blind pull-request; done pull-request",
                "",
                "run ask-staging",
            ),
            ("a deploy that is there", "to staging; done staging", "", "qa: 0 of 2, not A, not B"),
            ("a merge that people make", "to await-merge", "", "await-merge: outside"),
            ("a merge that has been made", "to tag", "", "run tag"),
            ("a tag that has been made", "to ask-production", "", "run ask-production"),
            ("production, when all goes well", "to tell-live", "", "run tell-live"),
            ("the last gate", "to verify", "", "verify: 0 of 1"),
            ("a release of which everything is done", "to verify; done verify", "", "released"),
            ("a release that is finished", "to verify; done verify; finished", "", "released"),
            ("a release that somebody ended", "to qa; cancelled ann", "", "cancelled"),
            ("a release that was ended before anything happened", "cancelled ann", "", "cancelled"),
            ("a release that was ended and is finished", "to verify; cancelled ann; finished", "", "cancelled"),
        ],
    );
}

#[test]
fn people_decide_at_a_gate() {
    each(
        || release(LINE),
        &[
            ("nobody has decided", "to qa", "", "qa: 0 of 2, not A, not B"),
            ("a line is ticked", "to qa; ticked qa 0", "", "qa: 0 of 2, not B"),
            ("a line is unticked again", "to qa; ticked qa 0; unticked qa 0", "", "qa: 0 of 2, not A, not B"),
            ("one of two approves", "to qa; ticked qa 0; ticked qa 1; approved qa bob", "", "qa: 1 of 2"),
            ("the same one approves twice", "to qa; approved qa bob; approved qa bob", "", "qa: 1 of 2, not A, not B"),
            ("two of two approve", "to qa; approved qa bob; approved qa eve", "", "run qa"),
            ("somebody rejects", "to qa; approved qa bob; rejected qa eve", "", "qa: rejected by eve"),
            (
                "somebody rejects during a freeze of the release",
                "to qa; rejected qa eve",
                "freezing",
                "qa: rejected by eve, frozen",
            ),
            (
                "two approve what a third rejects",
                "to qa; rejected qa eve; approved qa bob; approved qa ann",
                "",
                "qa: rejected by eve",
            ),
            ("whoever rejected approves", "to qa; rejected qa eve; approved qa eve", "", "qa: 1 of 2, not A, not B"),
            ("whoever approved rejects", "to qa; approved qa bob; rejected qa bob", "", "qa: rejected by bob"),
            ("a rejection is taken back", "to qa; rejected qa eve; withdrew qa eve", "", "qa: 0 of 2, not A, not B"),
            ("somebody else's rejection stays", "to qa; rejected qa eve; withdrew qa bob", "", "qa: rejected by eve"),
            ("an approval is taken back", "to qa; approved qa bob; withdrew qa bob", "", "qa: 0 of 2, not A, not B"),
            (
                "an approval is taken back after the gate was through",
                "to qa; approved qa bob; approved qa eve; done qa; withdrew qa bob",
                "",
                "qa: 1 of 2, not A, not B",
            ),
            (
                "a push after QA: staging gets the new commit, and QA looks again",
                "to await-merge; pushed c2",
                "",
                "run ask-staging",
            ),
            ("QA is skipped", "to qa; skipped qa ann", "", "await-merge: outside"),
            ("a rejected gate is skipped", "to qa; rejected qa eve; skipped qa ann", "", "await-merge: outside"),
        ],
    );
}

#[test]
fn somebody_asks_for_the_merge() {
    each(
        || release(LINE),
        &[
            ("the bot is asked to merge", "to await-merge; merge-asked ann", "", "run await-merge"),
            ("it is asked before its turn", "to qa; merge-asked ann", "", "qa: 0 of 2, not A, not B"),
            (
                "GitHub does not merge",
                "to await-merge; merge-asked ann; failed await-merge",
                "",
                "await-merge: a person",
            ),
            (
                "it is asked again after GitHub did not merge: the failure is a person's first",
                "to await-merge; merge-asked ann; failed await-merge; merge-asked ann",
                "",
                "await-merge: a person",
            ),
            (
                "it is tried again: somebody has to ask anew",
                "to await-merge; merge-asked ann; failed await-merge; retry await-merge ann",
                "",
                "await-merge: outside",
            ),
            ("somebody pushes meanwhile", "to await-merge; merge-asked ann; pushed c2", "", "run ask-staging"),
            (
                "somebody pushes meanwhile, and QA approves: the merge has to be asked for anew",
                "to await-merge; merge-asked ann; pushed c2; to await-merge",
                "",
                "await-merge: outside",
            ),
            (
                "a freeze begins after the merge was asked for",
                "to await-merge; merge-asked ann",
                "frozen quarter",
                "await-merge: frozen, quarter",
            ),
            (
                "a hotfix begins after the merge was asked for",
                "to await-merge; merge-asked ann",
                "hotfix 2.1.1",
                "await-merge: hotfix 2.1.1 first",
            ),
        ],
    );
}

#[test]
fn a_damaged_plan_stops_for_a_person() {
    let damaged = || {
        let mut release = release(LINE);
        release.spec.plan.steps.iter_mut().for_each(|planned| planned.stage = 99);
        release
    };
    each(damaged, &[("no step has a stage", "", "", "snapshot: a person")]);
    let release = release(LINE);
    let wait = super::wait(&release, 999, &surroundings(&release, ""), now(&release, ""));
    assert!(matches!(wait, Some(super::Wait::Person { .. })), "no such step is taken: {wait:?}");
    assert!(!release.state.step(999).is_begun() && !release.goes_to_production(999) && !release.acts_outside(999));
}
