//! Questions about a plan: what goes where, how often, and when.

use super::Plan;
use crate::domain::release::{
    Release,
    samples::{compare, dated, decided, named, one_stage, step_named},
};

mod join;
mod traffic;

/// What it is about; the step, as the tables call it; what it is then, as they call it.
type PlanRow = (&'static str, &'static str, &'static str);

/// Asks one question of one plan, step by step.
fn each(release: &Release, answer: impl Fn(&Plan, usize) -> String, rows: &[PlanRow]) {
    compare(rows.iter().map(|(about, step, expected)| {
        let found = answer(&release.spec.plan, step_named(release, step));
        (*about, found, (*expected).to_owned())
    }));
}

/// Staging, then production with a roll-back, watched, with a hold.
const STEPS: &str = r#"
  { do = "snapshot", branch = "{branch}", commits = [] },
  { do = "deploy", environment = "staging", git-ref = "{branch}", retries = 2 },
  { do = "sign-off", name = "qa", title = "QA", roles = ["qa"] },
  { do = "deploy", environment = "production", git-ref = "{tag}", same-artifact = true, on-failure = "roll-back" },
  { do = "soak", environment = "production", for = "1h" },
  { do = "watch", environment = "production", for = "15m", on-failure = "hold" },
  { do = "deploy", environment = "staging", git-ref = "{tag}" },
"#;

#[test]
fn how_often_and_with_what_a_deploy_is_tried_again() {
    let release = one_stage(STEPS);
    let tries = |plan: &Plan, step| {
        let same = if plan.same_artifact(step) { ", the same artifact" } else { "" };
        format!("{}{same}", plan.retries(step))
    };
    each(
        &release,
        tries,
        &[
            ("twice, as the playbook says", "staging", "2"),
            ("not by itself", "production", "0, the same artifact"),
            ("the second deploy has its own number", "staging/2", "0"),
            ("what is only watched", "watch-production", "0"),
            ("a gate", "qa", "0"),
        ],
    );
}

#[test]
fn which_environment_a_step_is_about() {
    let release = one_stage(STEPS);
    each(
        &release,
        |plan, step| plan.environment_of(step).unwrap_or("none").to_owned(),
        &[
            ("a deploy", "staging", "staging"),
            ("what is only watched", "watch-production", "production"),
            ("a gate", "qa", "none"),
            ("the branch", "snapshot", "none"),
        ],
    );
}

#[test]
fn which_environments_there_are() {
    let pick = r#"
        { do = "pick", into = "{branch}", deploy = ["dev", "qa"], gate = { name = "all", title = "all", roles = [] } },
        { do = "deploy", environment = "stg", git-ref = "{branch}" },
        { do = "deploy", environment = "qa", git-ref = "{branch}" },
        { do = "deploy", environment = "prod", git-ref = "{tag}" },
        { do = "deploy", environment = "stg", git-ref = "{tag}" },
    "#;
    let rows = [
        ("in the order in which a release first comes there", STEPS, "staging production"),
        ("stories come somewhere first; what comes back counts where it was", pick, "dev qa stg prod"),
        ("a plan without deploys", r#"{ do = "notes" }"#, ""),
        ("only deploys count", r#"{ do = "soak", environment = "qa", for = "1h" }"#, ""),
    ];
    compare(rows.map(|(about, steps, expected)| {
        (about, one_stage(steps).spec.plan.environments().join(" "), expected.to_owned())
    }));
}

#[test]
fn which_environments_are_production() {
    let regions = r#"
        { do = "deploy", environment = "staging", git-ref = "{branch}" },
        { do = "deploy", environment = "eu", git-ref = "{tag}" },
        { do = "deploy", environment = "us", git-ref = "{tag}" },
    "#;
    let rows = [
        ("nobody says so: the last", STEPS, &[][..], "production"),
        ("… of several, the last only", regions, &[], "us"),
        ("both say so, in the order of the path", regions, &["us", "eu"], "eu us"),
        ("only the first says so", regions, &["eu"], "eu"),
        ("one that comes before others", regions, &["staging"], "staging"),
        ("one says so that is not on this path", regions, &["asia", "eu"], "eu"),
        ("the project's production is not on this path", regions, &["prod"], ""),
        ("a plan without deploys", r#"{ do = "notes" }"#, &[], ""),
        ("… of a project that says so", r#"{ do = "notes" }"#, &["eu"], ""),
    ];
    compare(rows.map(|(about, steps, said, expected)| {
        let said = said.iter().map(|name| (*name).to_owned()).collect();
        let release = decided(one_stage(steps), |spec| spec.plan.said_to_be_production = said);
        (about, release.spec.plan.production().join(" "), expected.to_owned())
    }));
}

const DATED: &str = r#"
[[date]]
name = "cut"
title = "code freeze"
cron = "0 17 * * thu"
starts = true
[[date]]
name = "leave"
title = "departure"
cron = "0 10 * * mon"
[[release.stage]]
name = "Dates"
steps = [
  { do = "freeze", reason = "the train is made up", branches = ["dev", "release/*"] },
  { do = "sign-off", name = "qa", title = "QA", roles = ["qa"], deadline = "leave" },
  { do = "sign-off", name = "free", title = "no deadline", roles = ["qa"] },
  { do = "pick", into = "{branch}", gate = { name = "stories", title = "stories", roles = [], deadline = "cut" } },
  { do = "await-merge" },
  { do = "await-time", date = "leave" },
  { do = "freeze", reason = "nobody is there", branches = ["prod"] },
  { do = "await-merge", at = "leave" },
  { do = "thaw" },
]
"#;

#[test]
fn which_date_a_step_depends_on() {
    let release = dated(DATED, &[]);
    each(
        &release,
        |plan, step| plan.date_of(step).map_or("none", |date| plan.title_of(date)).to_owned(),
        &[
            ("a gate with a deadline", "qa", "departure"),
            ("a gate without", "free", "none"),
            ("stories are complete by a date", "pick", "code freeze"),
            ("a merge that people make", "await-merge", "none"),
            ("a merge at a date", "await-merge/2", "departure"),
            ("waiting for a date", "await-time", "departure"),
            ("lifting a freeze", "thaw", "none"),
        ],
    );
    assert_eq!(release.spec.plan.title_of("unknown"), "unknown", "a date that the plan does not know");
}

#[test]
fn when_a_release_closes_a_branch() {
    let release = dated(DATED, &[]);
    let closes = |branch: &str| {
        let closes = release.spec.plan.closes(branch);
        closes.map_or("never".into(), |(step, date)| format!("{} at {date}", named(&release, [step])))
    };
    let rows = [
        ("before any date is waited for: when the release begins", "dev", "freeze at cut"),
        ("a branch that a pattern names", "release/v2", "freeze at cut"),
        ("after a date is waited for: then", "prod", "freeze/2 at leave"),
        ("a branch that it never closes", "main", "never"),
    ];
    compare(rows.map(|(about, branch, expected)| (about, closes(branch), expected.to_owned())));
    let undated = one_stage(r#"{ do = "freeze", reason = "x", branches = ["main"] }"#);
    assert_eq!(undated.spec.plan.closes("main"), None, "no date begins the release");
}

#[test]
fn which_gates_there_are() {
    let release = dated(DATED, &[]);
    let plan = &release.spec.plan;
    let gates: Vec<&str> = plan.gates().map(|(_, gate)| gate.name.as_str()).collect();
    assert_eq!(gates, ["qa", "free", "stories"], "those who say which stories are all, too");
    assert_eq!(plan.gate("stories").map(|(step, _)| named(&release, [step])).as_deref(), Some("pick"));
    assert_eq!(plan.gate("nobody"), None);
}
