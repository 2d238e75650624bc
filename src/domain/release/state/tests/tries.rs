//! What is tried once more: what begins again with it, and what is known of the try before.

use super::{each, line};
use crate::domain::release::samples::release;

/// Production failed and was rolled back; and then.
macro_rules! back {
    ($then:literal) => {
        concat!("to production; failed production; done ask-back-production; done back-production; ", $then)
    };
}

#[test]
fn a_step_is_tried_again() {
    each(
        line,
        &[
            ("a step without a request of its own", "to tag; failed tag; retry tag ann", "failed tag", "none"),
            (
                "… begins again alone",
                "to tag; failed tag; retry tag ann",
                "over",
                "snapshot pull-request tell-said ask-staging staging qa await-merge",
            ),
            (
                "a deploy that failed is asked for again",
                "to staging; failed staging; retry staging ann",
                "over",
                "snapshot pull-request tell-said",
            ),
            ("… for the second time", "to staging; failed staging; retry staging ann", "tries ask-staging", "1"),
            (
                "… and the request before is known",
                "to staging; failed staging; retry staging ann",
                "earlier ask-staging",
                "2.2.0, ended",
            ),
            (
                "… and its run is another's",
                "to ask-staging; asked ask-staging as 11; failed staging; retry staging ann",
                "runs",
                "11",
            ),
            (
                "a deploy that has not ended is asked for again: it may still be there",
                "to staging; retry staging ann",
                "earlier ask-staging",
                "2.2.0",
            ),
            (
                "a request that did not get through is made again",
                "to ask-staging; failed ask-staging; retry ask-staging ann",
                "earlier ask-staging",
                "none",
            ),
            (
                "a request began, and nobody knows whether it got there: that stays known",
                "to ask-staging; at 9; began ask-staging; failed ask-staging; retry ask-staging ann",
                "began ask-staging",
                "9",
            ),
            (
                "… and is no new try",
                "to ask-staging; began ask-staging; failed ask-staging; retry ask-staging ann",
                "tries ask-staging",
                "0",
            ),
            (
                "a request that was heard begins anew",
                "to ask-staging; began ask-staging; done ask-staging; failed staging; retry staging ann",
                "began ask-staging",
                "none",
            ),
        ],
    );
}

#[test]
fn tries_by_itself_are_counted() {
    each(
        line,
        &[
            ("a deploy that never failed", "to staging", "retried ask-staging", "0"),
            (
                "it tried again by itself",
                "to staging; failed staging until 9; retry staging Shipmate",
                "retried ask-staging",
                "1",
            ),
            (
                "it tried again by itself twice",
                "to staging; failed staging until 9; retry staging Shipmate; done ask-staging; failed staging until 9; retry staging Shipmate",
                "retried ask-staging",
                "2",
            ),
            (
                "a person tries again: the count begins anew",
                "to staging; failed staging until 9; retry staging Shipmate; done ask-staging; failed staging; retry staging ann",
                "retried ask-staging",
                "0",
            ),
            (
                "another commit comes: the count begins anew",
                "to staging; failed staging until 9; retry staging Shipmate; pushed c2",
                "retried ask-staging",
                "0",
            ),
            (
                "the failures in a row begin anew, too",
                "to staging; failed staging until 9; retry staging Shipmate; done ask-staging; failed staging",
                "failed staging",
                "1 times",
            ),
        ],
    );
}

#[test]
fn what_was_rolled_back_is_deployed_again() {
    each(
        line,
        &[
            (
                "all of the roll-back is for another time",
                back!("retry production ann"),
                "over",
                "snapshot pull-request tell-said ask-staging staging qa await-merge tag compare",
            ),
            ("the request before has ended", back!("retry production ann"), "earlier ask-production", "2.2.0, ended"),
            ("it is the second try", back!("retry production ann"), "tries ask-production", "1"),
            (
                "only the roll-back is tried again",
                "to production; failed production; done ask-back-production; failed back-production; retry back-production ann",
                "over",
                "snapshot pull-request tell-said ask-staging staging qa await-merge tag compare ask-production",
            ),
        ],
    );
}

#[test]
fn what_was_taken_back_after_it_had_come_is_decided_anew() {
    each(
        line,
        &[
            (
                "production was live, told and verified: that is said anew, the page stays",
                "to publish-release; approved verify bob; done publish-release; retry production ann",
                "over",
                "snapshot pull-request tell-said ask-staging staging qa await-merge tag compare publish-release",
            ),
            (
                "the word on it was about what is gone",
                "to publish-release; approved verify bob; retry production ann",
                "gate verify",
                "",
            ),
            (
                "staging was taken back: QA's word falls, and what speaks of production; what was made stays",
                "to tell-live; approved qa bob; retry staging ann",
                "over",
                "snapshot pull-request tell-said await-merge tag compare ask-production production",
            ),
            ("QA looks again", "to tell-live; approved qa bob; retry staging ann", "gate qa", ""),
        ],
    );
}

#[test]
fn a_version_that_came_share_by_share_begins_with_the_first() {
    let stages = r#"
[[release.stage]]
name = "Canary"
steps = [
  { do = "deploy", environment = "production", git-ref = "{tag}", inputs = { share = "5" }, on-failure = "roll-back" },
  { do = "watch", environment = "production", for = "15m", on-failure = "roll-back" },
  { do = "sign-off", name = "wider", title = "wider", roles = ["devops"] },
  { do = "announce", what = "said", text = "wider" },
  { do = "deploy", environment = "production", git-ref = "{tag}", inputs = { share = "100" }, on-failure = "roll-back" },
  { do = "announce", what = "live" },
]
"#;
    let canary = || release(stages);
    each(
        canary,
        &[
            (
                "the second share fails, somebody goes past its roll-back, and it is tried again alone",
                "to production/2; failed production/2; skipped ask-back-production/2 ann; retry production/2 ann",
                "over",
                "ask-production production watch-production wider tell-said",
            ),
            (
                "the second share fails and is rolled back: all begins with the first share, what was told stays told",
                "to production/2; approved wider bob; failed production/2; done ask-back-production/2; done back-production/2; retry production/2 ann",
                "over",
                "tell-said",
            ),
            (
                "… and people decide anew whether it gets wider",
                "to production/2; approved wider bob; failed production/2; done ask-back-production/2; done back-production/2; retry production/2 ann",
                "gate wider",
                "",
            ),
            (
                "the first share does badly while it is watched",
                "to watch-production; failed watch-production; done ask-back-production; done back-production; retry watch-production ann",
                "over",
                "",
            ),
            (
                "it does badly, and nobody rolled it back: it is watched again",
                "to watch-production; failed watch-production; retry watch-production ann",
                "over",
                "ask-production production",
            ),
        ],
    );
}
