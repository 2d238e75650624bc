//! Deploys that fail, are tried again, rolled back, or held.

use super::{LINE, each};
use crate::domain::release::samples::{one_stage, release, roll_back};

#[test]
fn a_deploy_fails() {
    each(
        || release(LINE),
        &[
            (
                "a deploy that failed once and is tried again by itself",
                "to staging; failed staging until 30",
                "now 20",
                "staging: again at 30",
            ),
            (
                "a deploy whose pause is over waits for what is asked again",
                "to staging; failed staging until 30",
                "now 30",
                "staging: outside",
            ),
            (
                "a deploy that is tried again now",
                "to staging; failed staging until 30; at 30; retry staging Shipmate",
                "",
                "run ask-staging",
            ),
            ("a deploy that failed for good", "to staging; failed staging", "", "staging: a person"),
            ("somebody tries a deploy again", "to staging; failed staging; retry staging ann", "", "run ask-staging"),
            (
                "somebody goes past a deploy",
                "to staging; failed staging; skipped staging ann",
                "",
                "qa: 0 of 2, not A, not B",
            ),
            (
                "a deploy that failed is there after all",
                "to staging; failed staging; done staging",
                "",
                "qa: 0 of 2, not A, not B",
            ),
            (
                "a deploy that failed is seen under way",
                "to staging; failed staging; saw staging deploying",
                "",
                "staging: outside deploying",
            ),
            (
                "CD could not be asked, and will be",
                "to ask-staging; failed ask-staging until 5",
                "now 4",
                "ask-staging: again at 5",
            ),
            (
                "CD could not be asked, and is now",
                "to ask-staging; failed ask-staging until 5",
                "now 5",
                "run ask-staging",
            ),
            ("CD refuses", "to ask-staging; failed ask-staging", "", "ask-staging: a person"),
            ("the branch cannot be made now", "failed snapshot until 5", "now 4", "snapshot: again at 5"),
            ("the branch cannot be made at all", "failed snapshot", "", "snapshot: a person"),
            (
                "CD may be asked again, but the environment is held meanwhile",
                "to ask-staging; failed ask-staging until 5",
                "now 5; held staging",
                "ask-staging: staging is held",
            ),
        ],
    );
}

#[test]
fn production_fails_and_is_rolled_back() {
    each(
        || release(LINE),
        &[
            (
                "a deploy that still has a retry is not rolled back",
                "to production; failed production until 90",
                "",
                "production: again at 90",
            ),
            (
                "a deploy that failed for good is rolled back",
                "to production; failed production",
                "",
                "run ask-back-production",
            ),
            (
                "a hold of the environment lets its roll-back pass",
                "to production; failed production",
                "held production; frozen quarter",
                "run ask-back-production",
            ),
            (
                "the roll-back is under way",
                "to production; failed production; done ask-back-production",
                "",
                "back-production: outside",
            ),
            (
                "the roll-back cannot be asked for now",
                "to production; failed production; failed ask-back-production until 90",
                "",
                "ask-back-production: again at 90",
            ),
            (
                "the roll-back fails",
                "to production; failed production; done ask-back-production; failed back-production",
                "",
                "back-production: a person",
            ),
            (
                "the roll-back is tried again",
                "to production; failed production; done ask-back-production; failed back-production; retry back-production ann",
                "",
                "run ask-back-production",
            ),
            (
                "the version before is there again",
                "to production; failed production; done ask-back-production; done back-production",
                "",
                "production: rolled back to 2.1.0",
            ),
            (
                "the version before is there again, and nobody has resumed the environment",
                "to production; failed production; done ask-back-production; done back-production",
                "held production",
                "production: rolled back to 2.1.0, held",
            ),
            (
                "somebody goes past the roll-back: nothing is said to be back",
                "to production; failed production; skipped ask-back-production ann",
                "",
                "production: a person",
            ),
            (
                "it is deployed again after it was rolled back",
                "to production; failed production; done ask-back-production; done back-production; retry production ann",
                "",
                "run ask-production",
            ),
            (
                "it is deployed again while the environment is held",
                "to production; failed production; done ask-back-production; done back-production; retry production ann",
                "held production",
                "ask-production: production is held",
            ),
            (
                "it fails again after it was rolled back: it is rolled back again",
                "to production; failed production; done ask-back-production; done back-production; retry production ann; done ask-production; failed production",
                "",
                "run ask-back-production",
            ),
            (
                "what was rolled back turns out to be there",
                "to production; failed production; done ask-back-production; done back-production; done production",
                "",
                "run tell-live",
            ),
            ("all is well: the roll-back is not asked for", "to production; done production", "", "run tell-live"),
        ],
    );
}

#[test]
fn a_failing_environment_is_held() {
    let steps = r#"
        { do = "deploy", environment = "production", git-ref = "{tag}", on-failure = "hold" },
        { do = "watch", environment = "production", for = "15m", on-failure = "hold" },
        { do = "announce", what = "live" },
    "#;
    each(
        || one_stage(steps),
        &[
            ("the deploy fails", "to production; failed production", "", "run hold-production"),
            (
                "it is held, and a person decides",
                "to production; failed production; done hold-production",
                "",
                "production: a person",
            ),
            (
                "it is tried again",
                "to production; failed production; done hold-production; retry production ann",
                "",
                "run ask-production",
            ),
            ("it runs and is watched", "to watch-production", "", "watch-production: until 17"),
            ("it has run long enough", "to watch-production", "now 17", "run watch-production"),
            ("something speaks against it", "to watch-production", "signal watch-production", "run watch-production"),
            (
                "the environment is held while it is watched",
                "to watch-production",
                "held production; signal watch-production",
                "watch-production: production is held",
            ),
            ("it does badly", "to watch-production; failed watch-production", "", "run hold-production"),
            (
                "it does badly, and is held",
                "to watch-production; failed watch-production; done hold-production",
                "",
                "watch-production: a person",
            ),
            ("it did well", "to watch-production; at 17; done watch-production", "", "run tell-live"),
        ],
    );
}

#[test]
fn a_person_has_an_environment_brought_back() {
    each(
        || roll_back("production"),
        &[
            ("it has just been asked for", "", "", "run ask-production"),
            ("an open hotfix does not keep it", "", "hotfix 2.1.1", "run ask-production"),
            ("it is under way", "to production", "", "production: outside"),
            ("it does not get there", "to production; failed production", "", "production: a person"),
            ("it is there", "to production; done production", "", "released"),
            (
                "it is there, and something else came since",
                "to production; done production",
                "in production +2.2.0@7 +2.4.0@9",
                "released",
            ),
        ],
    );
}

#[test]
fn only_what_comes_to_its_branch_deploys_by_itself() {
    let steps = r#"
        { do = "await-merge" },
        { do = "deploy", environment = "staging", git-ref = "develop", by = "push" },
        { do = "deploy", environment = "production", git-ref = "{production}", by = "push" },
    "#;
    each(
        || one_stage(steps),
        &[
            ("the merge brings nothing there", "", "held staging", "await-merge: outside"),
            ("its window is closed", "", "closed ask-staging night", "await-merge: outside"),
            ("the merge is the deploy", "", "held production", "await-merge: production is held"),
            ("both", "", "held staging; held production", "await-merge: production is held"),
        ],
    );
}

#[test]
fn a_tag_that_cd_watches_is_the_deploy() {
    let steps = r#"
        { do = "await-merge" },
        { do = "tag", name = "{tag}", message = "Release {tag}", of = "merge" },
        { do = "deploy", environment = "production", git-ref = "{tag}", by = "push" },
    "#;
    each(
        || one_stage(steps),
        &[
            ("the merge is not the deploy", "", "held production", "await-merge: outside"),
            ("nothing holds it", "to tag", "held staging; frozen quarter", "run tag"),
            ("the environment is held", "to tag", "held production", "tag: production is held"),
            ("its window is closed", "to tag", "closed ask-production night", "tag: frozen, night"),
            ("a hotfix goes first", "to tag", "hotfix 2.1.1", "tag: hotfix 2.1.1 first"),
            ("it is there", "to ask-production", "held production", "ask-production: outside"),
        ],
    );
}

#[test]
fn cd_deploys_by_itself() {
    let steps = r#"
        { do = "await-merge" },
        { do = "deploy", environment = "production", git-ref = "{production}", by = "push" },
    "#;
    each(
        || one_stage(steps),
        &[
            (
                "the environment is held: nothing is merged that would be deployed",
                "",
                "held production",
                "await-merge: production is held",
            ),
            ("another environment is held", "", "held staging", "await-merge: outside"),
            (
                "its window is closed: nothing is merged that would be deployed",
                "",
                "closed ask-production night",
                "await-merge: frozen, night",
            ),
            (
                "its window is closed, and somebody asked for the merge",
                "merge-asked ann",
                "closed ask-production night",
                "await-merge: frozen, night",
            ),
            ("another deploy is closed", "", "closed await-merge night", "await-merge: outside"),
            ("CD has not begun", "to ask-production", "", "ask-production: outside"),
            (
                "a hold does not stop what CD does by itself",
                "to ask-production",
                "held production",
                "ask-production: outside",
            ),
            (
                "a freeze does not stop what CD does by itself",
                "to ask-production",
                "closed ask-production quarter",
                "ask-production: outside",
            ),
            ("CD has begun", "to production", "", "production: outside"),
            (
                "a deploy is asked for again, and held",
                "to production; failed production; retry production ann",
                "held production",
                "ask-production: production is held",
            ),
            (
                "a deploy is asked for again",
                "to production; failed production; retry production ann",
                "",
                "ask-production: outside",
            ),
            (
                "production is there: a hold is nothing to this release any more",
                "to production; done production",
                "held production",
                "released",
            ),
        ],
    );
}
