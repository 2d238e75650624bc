//! What a release's facts mean to those who look after what goes wrong.

use super::{Answer, DeployTurn, FailedDeploy, What, has_failed, tag_of, turns};
use crate::domain::release::{
    Release,
    samples::{compare, decided, happened, hotfix, one_stage, release, roll_back},
    setback::Setback,
};

const STEPS: &str = r#"
  { do = "notes" },
  { do = "deploy", environment = "staging", git-ref = "{branch}", retries = 1 },
  { do = "sign-off", name = "qa", title = "QA", roles = ["qa"] },
  { do = "deploy", environment = "production", git-ref = "{tag}", inputs = { share = "5" }, on-failure = "roll-back" },
  { do = "watch", environment = "production", for = "15m", on-failure = "hold" },
  { do = "deploy", environment = "production", git-ref = "{tag}", inputs = { share = "100" } },
"#;

fn said(turn: &DeployTurn) -> String {
    let what = match &turn.what {
        What::Begun(page) => format!("begun{}", if page.is_some() { ", with a page" } else { "" }),
        What::There => "there".into(),
        What::Failed(FailedDeploy { watched, answer, .. }) => {
            let how = if *watched { "does badly" } else { "failed" };
            let answer = match answer {
                Answer::Waits => "a person decides",
                Answer::RollsBack => "it is rolled back",
                Answer::Holds => "it is held",
            };
            format!("{how}, {answer}")
        }
        What::TakesBack { to, by_hand, url } => {
            let by_hand = if *by_hand { ", by hand" } else { "" };
            format!("back to {to} on its way{by_hand}{}", if url.is_some() { ", with a page" } else { "" })
        }
        What::Back { to } => format!("back to {to}"),
        What::NotBack(_) => "not back".into(),
        What::Held => "held".into(),
        What::Again(by) => format!("again by {by}"),
        What::Passed { by, deploy, .. } => format!("{by} goes past {}", if *deploy { "it" } else { "its roll-back" }),
        What::Ended(by, _) => format!("ended by {by}"),
    };
    format!("{}: {what}", turn.environment)
}

/// Holds against each row what the last thing means that happened.
fn each(begun: impl Fn() -> Release, rows: &[(&'static str, &'static str, &'static str)]) {
    compare(rows.iter().map(|(about, history, expected)| {
        let release = happened(begun(), history);
        let last = release.facts.last().map(|recorded| turns(&release, &recorded.fact)).unwrap_or_default();
        (*about, last.iter().map(said).collect::<Vec<_>>().join("; "), (*expected).to_owned())
    }));
}

#[test]
fn a_deploy_goes_on() {
    each(
        || one_stage(STEPS),
        &[
            ("CD runs", "to ask-staging; done ask-staging", "staging: begun, with a page"),
            ("a deployment was made", "to ask-staging; deployment ask-staging", "staging: begun"),
            ("CD deploys by itself", "to ask-staging; expects ask-staging", "staging: begun"),
            ("it is there", "to staging; done staging", "staging: there"),
            ("a share is there: another version runs beside it", "to production; done production", ""),
            ("all of the traffic has it", "to production/2; done production/2", "production: there"),
            ("a request is about to leave", "began ask-staging", ""),
            ("it is seen", "to staging; saw staging deploying", ""),
            ("it cannot be seen", "to staging; blind staging", ""),
            ("it was watched for long enough", "to watch-production; done watch-production", ""),
            ("a gate is through", "to qa; done qa", ""),
            ("a step about no environment", "done notes", ""),
        ],
    );
}

#[test]
fn a_deploy_fails() {
    each(
        || one_stage(STEPS),
        &[
            ("it is tried again by itself", "to staging; failed staging until 30", ""),
            ("it is tried again by itself now", "to staging; failed staging until 30; retry staging Shipmate", ""),
            (
                "it failed for good, and only people help",
                "to staging; failed staging",
                "staging: failed, a person decides",
            ),
            ("somebody tries it again", "to staging; failed staging; retry staging ann", "staging: again by ann"),
            (
                "it failed for good, and is rolled back",
                "to production; failed production",
                "production: failed, it is rolled back",
            ),
            (
                "it does badly, and is held",
                "to watch-production; failed watch-production",
                "production: does badly, it is held",
            ),
            ("CD could not be asked: nothing was deployed", "to ask-staging; failed ask-staging", ""),
            ("another step fails", "failed notes", ""),
            ("a gate cannot be asked for", "to qa; failed qa", ""),
        ],
    );
}

#[test]
fn a_deploy_is_taken_back() {
    each(
        || one_stage(STEPS),
        &[
            (
                "the roll-back was asked for",
                "to production; failed production; done ask-back-production",
                "production: back to 2.1.0 on its way, with a page",
            ),
            (
                "people have to have CD do it",
                "to production; failed production; expects ask-back-production",
                "production: back to 2.2.0 on its way, by hand",
            ),
            (
                "the version before is there",
                "to production; failed production; done ask-back-production; done back-production",
                "production: back to 2.1.0",
            ),
            (
                "the roll-back cannot be asked for",
                "to production; failed production; failed ask-back-production",
                "production: not back",
            ),
            (
                "the roll-back fails",
                "to production; failed production; done ask-back-production; failed back-production",
                "production: not back",
            ),
            (
                "the roll-back is looked at again later",
                "to production; failed production; done ask-back-production; failed back-production until 90",
                "",
            ),
            (
                "the roll-back is tried again",
                "to production; failed production; done ask-back-production; failed back-production; retry back-production ann",
                "production: again by ann",
            ),
            ("it is held", "to watch-production; failed watch-production; done hold-production", "production: held"),
            (
                "somebody goes past a deploy",
                "to staging; failed staging; skipped staging ann",
                "staging: ann goes past it",
            ),
            (
                "somebody goes past a roll-back",
                "to production; failed production; skipped ask-back-production ann",
                "production: ann goes past its roll-back",
            ),
            (
                "somebody goes past a hold",
                "to watch-production; failed watch-production; skipped hold-production ann",
                "production: ann goes past its roll-back",
            ),
            ("somebody goes past a gate", "to qa; skipped qa ann", ""),
            (
                "somebody ends the release: everywhere",
                "to production; failed production; cancelled ann",
                "staging: ended by ann; production: ended by ann",
            ),
            ("the release is finished", "to production; finished", ""),
        ],
    );
    each(
        || roll_back("production"),
        &[
            (
                "a person's roll-back was asked for",
                "done ask-production",
                "production: back to 2.2.0 on its way, with a page",
            ),
            ("it is there", "done ask-production; done production", "production: back to 2.2.0"),
            ("CD could not be asked", "failed ask-production", "production: not back"),
            ("it failed", "done ask-production; failed production", "production: not back"),
            ("it is ended", "done ask-production; cancelled ann", "production: ended by ann"),
        ],
    );
}

#[test]
fn how_it_stands_after_a_turn() {
    let failed = |answer| What::Failed(FailedDeploy { problem: Setback::default(), watched: false, answer });
    let back = || What::TakesBack { to: "v1".into(), url: None, by_hand: false };
    let passed = |deploy| What::Passed { by: String::new(), reason: String::new(), deploy };
    let rows = [
        ("it has begun", What::Begun(None), "started, neither"),
        ("it is there", What::There, "succeeded, right"),
        ("it failed", failed(Answer::Waits), "failed, wrong"),
        ("it failed and is rolled back", failed(Answer::RollsBack), "failed, wrong"),
        ("it is being taken back", back(), "as before, wrong"),
        ("it was taken back", What::Back { to: "v1".into() }, "rolled-back, right"),
        ("it could not be taken back", What::NotBack(Setback::default()), "failed, wrong"),
        ("it is held", What::Held, "as before, wrong"),
        ("it is tried again", What::Again(String::new()), "as before, neither"),
        ("somebody went past it", passed(true), "as before, right"),
        ("somebody went past its roll-back", passed(false), "as before, neither"),
        ("the release was ended", What::Ended(String::new(), String::new()), "as before, neither"),
    ];
    compare(rows.map(|(about, what, expected)| {
        let status = what.status().map_or("as before", crate::domain::deploy::report::Status::name);
        let how = match (what.is_wrong(), what.is_right()) {
            (true, false) => "wrong",
            (false, true) => "right",
            (false, false) => "neither",
            (true, true) => "both",
        };
        (about, format!("{status}, {how}"), expected.to_owned())
    }));
}

#[test]
fn where_a_release_is_stopped() {
    let rows = [
        ("nothing failed", "to staging", "staging", false),
        ("a deploy failed", "to staging; failed staging", "staging", true),
        ("it failed elsewhere", "to staging; failed staging", "production", false),
        ("it is tried again by itself", "to staging; failed staging until 30", "staging", false),
        ("CD could not be asked", "to ask-staging; failed ask-staging", "staging", true),
        ("the roll-back failed", "to production; failed production; failed ask-back-production", "production", true),
        ("a gate failed", "to qa; failed qa", "staging", false),
        ("somebody tries it again", "to staging; failed staging; retry staging ann", "staging", false),
    ];
    compare(rows.map(|(about, history, environment, expected)| {
        (about, has_failed(&happened(one_stage(STEPS), history), environment), expected)
    }));
}

#[test]
fn whose_customers_are_there_and_what_is_there() {
    let stages = format!("[[release.stage]]\nname = \"All\"\nsteps = [{STEPS}]\n");
    let said = |names: &[&str]| {
        let said = names.iter().map(|name| (*name).to_owned()).collect();
        decided(roll_back("staging"), |spec| spec.plan.said_to_be_production = said)
    };
    let rows = [
        ("the last environment of a release", release(&stages), "production", "true v2.2.0"),
        ("one before it", release(&stages), "staging", "false v2.2.0"),
        ("one that it does not know", release(&stages), "dev", "false v2.2.0"),
        ("a hotfix", hotfix(&stages), "production", "true v2.2.0"),
        (
            "whatever a person brings back, where nothing was said; what is taken away is the other tag",
            roll_back("staging"),
            "staging",
            "true v2.3.0",
        ),
        ("an environment that is brought back, and is production", said(&["staging"]), "staging", "true v2.3.0"),
        ("an environment that is brought back, and is not", said(&["production"]), "staging", "false v2.3.0"),
    ];
    compare(rows.map(|(about, release, environment, expected)| {
        (about, format!("{} {}", release.spec.plan.is_production(environment), tag_of(&release)), expected.to_owned())
    }));
}
