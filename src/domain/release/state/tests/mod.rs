//! What follows from what happened: the fold, fact by fact.

use crate::domain::release::{
    Release,
    samples::{compare, dated, happened, release, stands},
};

mod again;
mod tries;

/// What it is about; what happened; what one asks; what is so then.
type StateRow = (&'static str, &'static str, &'static str, &'static str);

/// Holds each row against a release that was begun so.
fn each(begun: impl Fn() -> Release, rows: &[StateRow]) {
    compare(rows.iter().map(|(about, history, asked, expected)| {
        let release = happened(begun(), history);
        (*about, stands(&release, asked), (*expected).to_owned())
    }));
}

/// From a branch over QA and a merge to production, with what is told and made on the way.
const LINE: &str = r#"
[[date]]
name = "leave"
title = "departure"
cron = "0 19 * * mon"
[[release.stage]]
name = "Cut"
steps = [
  { do = "snapshot", branch = "{branch}", commits = [] },
  { do = "pull-request", name = "release", head = "{branch}", base = "{production}", title = "Release", labels = [] },
]
[[release.stage]]
name = "Staging"
repeat = "on-push"
keeps-deploys = true
steps = [
  { do = "announce", what = "said", text = "to staging" },
  { do = "deploy", environment = "staging", git-ref = "{branch}", retries = 1, same-artifact = true },
  { do = "sign-off", name = "qa", title = "QA", roles = ["qa"], quorum = 2, deadline = "leave" },
]
[[release.stage]]
name = "Merge"
steps = [
  { do = "await-merge" },
  { do = "tag", name = "{tag}", message = "x" },
  { do = "compare", environments = ["staging", "production"] },
]
[[release.stage]]
name = "Production"
steps = [
  { do = "deploy", environment = "production", git-ref = "{tag}", retries = 1, on-failure = "roll-back", same-artifact = true },
  { do = "announce", what = "live" },
  { do = "sign-off", name = "verify", title = "verification", roles = ["qa"] },
  { do = "publish-release", tag = "{tag}" },
]
"#;

fn line() -> Release {
    dated(LINE, &[("leave", 600)])
}

#[test]
fn a_step_begins_and_ends() {
    each(
        line,
        &[
            ("a step that nobody began", "", "began snapshot", "none"),
            ("a step begins", "at 5; began snapshot", "began snapshot", "5"),
            (
                "a step that begins twice began the first time",
                "at 5; began snapshot; began snapshot",
                "began snapshot",
                "5",
            ),
            ("a step is done", "done snapshot", "over", "snapshot"),
            (
                "a step that is skipped is over",
                "done snapshot; skipped pull-request ann",
                "over",
                "snapshot pull-request",
            ),
            (
                "a step that is done twice was done first the first time",
                "at 5; done snapshot; at 9; done snapshot",
                "first snapshot",
                "5",
            ),
            ("a step fails for good", "failed snapshot", "failed snapshot", "1 times"),
            (
                "a step fails again and again",
                "failed snapshot until 5; failed snapshot until 9",
                "failed snapshot",
                "2 times, again at 9",
            ),
            ("a step that failed is done", "failed snapshot; done snapshot", "failed snapshot", "none"),
            ("a step that failed is skipped", "failed snapshot; skipped snapshot ann", "failed snapshot", "none"),
            ("what failed is seen", "to staging; failed staging; saw staging deploying", "failed staging", "none"),
            ("what failed is done by a pull request", "failed tag; proposed tag", "failed tag", "none"),
            (
                "what failed cannot be seen either",
                "to staging; failed staging; blind staging",
                "failed staging",
                "1 times",
            ),
            ("what was seen", "saw staging deploying", "seen staging", "deploying"),
            ("what is seen asks for a person", "asks staging approval", "seen staging", "approval, asks"),
            ("what was seen last counts", "asks staging approval; saw staging deploying", "seen staging", "deploying"),
            (
                "what is done is not watched any more",
                "to staging; saw staging deploying; done staging",
                "seen staging",
                "none",
            ),
            ("what cannot be seen", "blind staging", "unseen staging", "true"),
            (
                "what cannot be seen is still what was seen before",
                "saw staging deploying; blind staging",
                "seen staging",
                "deploying",
            ),
            ("it is seen again", "blind staging; saw staging deploying", "unseen staging", "false"),
            ("it is done without being seen", "to staging; blind staging; done staging", "unseen staging", "false"),
            ("those who can act are asked", "called qa", "called qa", "true"),
        ],
    );
}

#[test]
fn people_decide() {
    each(
        line,
        &[
            ("nobody has", "", "gate qa", ""),
            ("somebody ticks two lines", "ticked qa 0; ticked qa 1", "gate qa", "0 1"),
            ("somebody unticks one", "ticked qa 0; ticked qa 1; unticked qa 0", "gate qa", "1"),
            ("two approve", "approved qa bob; approved qa eve", "gate qa", "+bob +eve"),
            ("one approves twice", "approved qa bob; approved qa bob", "gate qa", "+bob"),
            ("somebody rejects what others approve", "approved qa bob; rejected qa eve", "gate qa", "+bob -eve"),
            ("whoever approved rejects", "approved qa bob; rejected qa bob", "gate qa", "-bob"),
            ("whoever rejected approves", "rejected qa eve; approved qa eve", "gate qa", "+eve"),
            ("somebody else approves", "rejected qa eve; approved qa bob", "gate qa", "+bob -eve"),
            ("somebody asks to go past it", "skip-asked qa ann", "glass qa", "ann"),
            ("… and somebody rejects then", "skip-asked qa ann; rejected qa eve", "glass qa", "none"),
            (
                "… and somebody withdraws then",
                "approved qa bob; skip-asked qa ann; withdrew qa bob",
                "glass qa",
                "none",
            ),
            ("… and a commit comes", "done staging; skip-asked qa ann; pushed c2", "glass qa", "none"),
            ("the last rejection counts", "rejected qa eve; rejected qa bob", "gate qa", "-bob"),
            ("an approval is taken back", "approved qa bob; approved qa eve; withdrew qa bob", "gate qa", "+eve"),
            ("ticks stay when a word is taken back", "ticked qa 0; approved qa bob; withdrew qa bob", "gate qa", "0"),
            ("a rejection is taken back", "rejected qa eve; withdrew qa eve", "gate qa", ""),
            ("nobody takes back what another rejected", "rejected qa eve; withdrew qa bob", "gate qa", "-eve"),
            (
                "a word is taken back at a gate that was through: what came after stays made",
                "to tag; withdrew qa bob",
                "over",
                "snapshot pull-request tell-said ask-staging staging await-merge",
            ),
            (
                "what is said of a gate that there is not",
                "approved nobody bob; ticked nobody 0; withdrew nobody bob",
                "over",
                "",
            ),
        ],
    );
}

#[test]
fn what_was_made_is_known() {
    each(
        line,
        &[
            ("before there is a branch, the source's commit", "", "head", "cut"),
            ("the branch's commit", "done snapshot", "head", "c1"),
            ("the branch got commits", "done snapshot; pushed c2; pushed c3", "head", "c3"),
            ("what came to the branch, oldest first", "done snapshot; pushed c2; pushed c3", "commits", "c2 c3"),
            ("what came to another branch is not the release's", "done snapshot; pushed d2 to develop", "head", "c1"),
            ("… and none of its commits", "done snapshot; pushed d2 to develop", "commits", ""),
            ("another branch is watched", "watched develop d1", "head-of develop", "d1"),
            ("another branch got commits", "watched develop d1; pushed d2 to develop", "head-of develop", "d2"),
            ("nothing is tagged", "to tag", "tag", "none"),
            ("the tag", "to tag; tagged tag c1", "tag", "c1"),
            ("the tag was moved", "to tag; tagged tag c1; tagged tag c2", "tag", "c2"),
            ("its pull request", "to tag", "pulls", "31"),
            ("a pull request that does what could not be done", "to tag; proposed tag", "pulls", "31 44"),
            ("who merged what", "to tag", "merged", "merge c1"),
            ("what staging got", "to qa", "in staging", "2.2.0"),
            ("what production got", "to qa", "in production", "none"),
            (
                "what staging got last",
                "to staging; came staging 2.2.0-rc.1; pushed c2; done ask-staging; came staging 2.2.0-rc.2",
                "in staging",
                "2.2.0-rc.2",
            ),
            (
                "production was rolled back: that runs",
                "to production; failed production; done ask-back-production; done back-production",
                "in production",
                "2.1.0",
            ),
            ("the first artifact is the release's", "to staging; came staging 2.2.0 sha256:1", "artifact", "sha256:1"),
            (
                "another artifact later is not",
                "to staging; came staging 2.2.0 sha256:1; to production; came production 2.2.0 sha256:2",
                "artifact",
                "sha256:1",
            ),
            ("CD names none", "to staging; came staging 2.2.0", "artifact", "none"),
            (
                "CD names one only in production",
                "to staging; came staging 2.2.0; to production; came production 2.2.0 sha256:2",
                "artifact",
                "sha256:2",
            ),
            ("the page", "to publish-release; done publish-release", "page", "true"),
            ("what differs", "to compare; compared compare version", "drift", "version"),
            (
                "what differs is over once production has it",
                "to compare; compared compare version; to tell-live",
                "drift",
                "none",
            ),
            (
                "what differs is not over by what staging gets",
                "to compare; compared compare version; done staging",
                "drift",
                "version",
            ),
        ],
    );
}

#[test]
fn how_a_back_merge_went() {
    let stages = r#"
[[release.stage]]
name = "Back"
repeat = "on-push"
steps = [{ do = "notes" }, { do = "back-merge", branch = "back", into = "develop", from = "main", message = "x" }]
"#;
    each(
        || release(stages),
        &[
            ("it has not been made", "done notes", "back-merge", "none"),
            ("it was made", "brought back-merge", "back-merge", "clean"),
            ("there was nothing to bring", "nothing brought back-merge", "back-merge", "nothing to bring"),
            ("it begins again", "brought back-merge; pushed c2", "back-merge", "none"),
        ],
    );
}

#[test]
fn whose_a_run_is() {
    each(
        line,
        &[
            ("nobody asked for it", "to ask-staging; asked ask-staging as 11", "knows 12", "false"),
            ("a step asked for it", "to ask-staging; asked ask-staging as 11", "knows 11", "true"),
            (
                "an earlier try asked for it",
                "to ask-staging; asked ask-staging as 11; failed staging; retry staging ann",
                "knows 11",
                "true",
            ),
            (
                "it was asked for a commit that is not the newest",
                "to ask-staging; asked ask-staging as 11; pushed c2",
                "knows 11",
                "true",
            ),
        ],
    );
}

#[test]
fn an_artifact_that_may_differ_is_nobodys() {
    let stages = r#"
[[release.stage]]
name = "All"
steps = [{ do = "deploy", environment = "staging", git-ref = "{branch}" }]
"#;
    each(
        || release(stages),
        &[("a deploy that may bring any artifact", "to staging; came staging 2.2.0 sha256:1", "artifact", "none")],
    );
}

#[test]
fn dates_and_what_was_told_of_them() {
    each(
        line,
        &[
            ("the date as it was planned", "", "date leave", "600"),
            ("somebody moves it", "moved leave 700", "date leave", "700"),
            ("people were reminded", "reminded qa 540", "told qa", "540"),
            ("people were reminded again", "reminded qa 540; reminded qa 570", "told qa", "570"),
            ("a gate is late", "escalated qa 600", "late qa", "true"),
            ("a gate that was late, and its date was moved", "escalated qa 600; moved leave 700", "late qa", "false"),
            ("… was told of the first deadline", "escalated qa 600; moved leave 700", "told qa", "600"),
            ("a gate that is late begins again: it stays late", "escalated qa 600; pushed c2", "late qa", "true"),
            ("a release missed its time", "missed await-merge 600", "missed", "600"),
            (
                "a release missed its time: nobody has asked for the merge",
                "merge-asked ann; missed await-merge 600",
                "merge",
                "none",
            ),
        ],
    );
}

#[test]
fn somebody_asks_for_a_merge_and_a_release_ends() {
    each(
        line,
        &[
            ("the merge is asked for", "merge-asked ann", "merge", "ann"),
            ("the last one who asks is the one", "merge-asked ann; merge-asked bob", "merge", "bob"),
            ("anything fails after it was asked for", "merge-asked ann; failed await-merge", "merge", "none"),
            (
                "what is tried again by itself is still asked for",
                "merge-asked ann; failed await-merge until 5",
                "merge",
                "ann",
            ),
            ("a commit comes after it was asked for", "merge-asked ann; pushed c2", "merge", "none"),
            ("a commit comes to another branch", "merge-asked ann; pushed d2 to develop", "merge", "ann"),
            ("it is made", "to await-merge; merge-asked ann; done await-merge", "merge", "ann"),
            ("it is open", "to tag", "ended", "none"),
            ("somebody ends it", "to tag; cancelled ann", "ended", "cancelled"),
            ("it is finished", "to tag; finished", "ended", "released"),
        ],
    );
}
