//! Versions that come share by share, or side by side.

use super::{Plan, each};
use crate::domain::release::{
    plan::Step,
    samples::{compare, named, one_stage},
};

const CANARY: &str = r#"
  { do = "deploy", environment = "staging", git-ref = "{tag}" },
  { do = "deploy", environment = "production", git-ref = "{tag}", inputs = { share = "5" }, on-failure = "roll-back" },
  { do = "watch", environment = "production", for = "15m", on-failure = "roll-back" },
  { do = "deploy", environment = "production", git-ref = "{tag}", inputs = { share = "25" }, on-failure = "roll-back" },
  { do = "deploy", environment = "production", git-ref = "{tag}", inputs = { share = "100" }, on-failure = "roll-back" },
  { do = "watch", environment = "production", for = "15m", on-failure = "roll-back" },
  { do = "deploy", environment = "production", git-ref = "{tag}", inputs = { share = "5", region = "north" } },
"#;

#[test]
fn from_where_a_version_that_was_taken_back_comes_again() {
    let release = one_stage(CANARY);
    let restart = |plan: &Plan, step| named(&release, [plan.restart_from(step)]);
    each(
        &release,
        restart,
        &[
            ("the first share", "production", "ask-production"),
            ("the first share does badly", "watch-production", "ask-production"),
            ("the second share: from the first", "production/2", "ask-production"),
            ("all of the traffic: from the first share", "production/3", "ask-production"),
            ("all of the traffic does badly: from the first share", "watch-production/2", "ask-production"),
            ("a share after all of the traffic: alone", "production/4", "ask-production/4"),
            ("another environment has nothing to do with it", "staging", "ask-staging"),
        ],
    );
    let watch = one_stage(r#"{ do = "watch", environment = "production", for = "15m" }"#);
    let restart = |plan: &Plan, step| named(&watch, [plan.restart_from(step)]);
    each(&watch, restart, &[("what is watched was brought by nobody", "watch-production", "watch-production")]);
}

#[test]
fn what_a_deploy_means_for_those_who_use_it() {
    let rows = [
        ("an ordinary deploy", "", "traffic, all"),
        ("a share", "share = \"5\"", "traffic, a part"),
        ("all shares", "share = \"100\"", "traffic, all"),
        ("all shares, with the sign", "share = \"100%\"", "traffic, all"),
        ("no share is named", "share = \"\"", "traffic, all"),
        ("beside what is live", "slot = \"idle\"", "none, a part"),
        ("the traffic is switched", "action = \"switch\"", "traffic, all"),
        ("the traffic is switched to a side by name", "slot = \"blue\", action = \"switch\"", "traffic, all"),
        ("an action without a word", "action = \"\"", "traffic, all"),
        ("the old side is taken away", "action = \"retire\"", "traffic, a part"),
        ("the old side is taken away by name", "slot = \"green\", action = \"retire\"", "none, a part"),
        ("a share of what is switched", "share = \"5\", action = \"switch\"", "traffic, a part"),
        ("an input of the playbook's own", "region = \"north\"", "traffic, all"),
    ];
    compare(rows.map(|(about, inputs, expected)| {
        let deploy = format!(r#"{{ do = "deploy", environment = "p", git-ref = "x", inputs = {{ {inputs} }} }}"#);
        let release = one_stage(&deploy);
        let step: &Step = &release.spec.plan.steps[0].step;
        let traffic = if step.takes_traffic() { "traffic" } else { "none" };
        let all = if step.replaces_all() { "all" } else { "a part" };
        (about, format!("{traffic}, {all}"), expected.to_owned())
    }));
}

#[test]
fn what_cd_is_told_when_an_environment_goes_back() {
    let steps = r#"
      { do = "deploy", environment = "canary", git-ref = "{tag}", inputs = { share = "5", region = "north" } },
      { do = "deploy", environment = "blue", git-ref = "{tag}", inputs = { slot = "idle", size = "2" } },
      { do = "deploy", environment = "blue", git-ref = "{tag}", inputs = { action = "switch", size = "3" } },
      { do = "deploy", environment = "plain", git-ref = "{tag}" },
    "#;
    let release = one_stage(steps);
    let rows = [
        ("for all of the traffic, and where it was", "canary", "region=north share=100"),
        ("no side by name, and what was told last", "blue", "size=3"),
        ("nothing where nothing is told", "plain", ""),
        ("nothing where nothing is deployed", "unknown", ""),
    ];
    compare(rows.map(|(about, environment, expected)| {
        let inputs = release.spec.plan.inputs_back(environment);
        let inputs: Vec<String> = inputs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (about, inputs.join(" "), expected.to_owned())
    }));
}
