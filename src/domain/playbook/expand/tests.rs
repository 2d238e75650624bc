//! One table of a playbook stands for these steps, or for a mistake that is named.
#![allow(clippy::unwrap_used)]

use serde_json::Value;

use super::{read as step, steps};
use crate::domain::{
    playbook::Words,
    release::{
        plan::{OnFailure, Step, join::join},
        samples::{called, compare},
    },
};

fn words(previous: &str) -> Words {
    let words = [("tag", "v2.2.0"), ("branch", "release/v2.2.0"), ("previous-tag", previous)];
    words.map(|(word, meaning)| (word.to_owned(), meaning.to_owned())).into()
}

/// `ask-staging v2.2.0`, with the build, the title and what CD is told behind it.
fn told(step: &Step) -> String {
    let name = called(step);
    match step {
        Step::Deploy { git_ref, build, title, inputs, on_failure, .. } => {
            let build = if build.is_empty() { String::new() } else { format!(" as {build}") };
            let title = title.as_ref().map(|title| format!(" ({title})")).unwrap_or_default();
            let inputs: String = inputs.iter().map(|(name, value)| format!(" {name}={value}")).collect();
            format!("{name} {git_ref}{build}{inputs}{title}{}", answer(on_failure))
        }
        Step::Settle { on_failure, .. } => format!("{name}{}", answer(on_failure)),
        Step::SignOff(gate) => {
            let checks: String = gate.checklist.iter().map(|check| format!(" [{}]", check.name)).collect();
            format!("{name} ({}) by {}{checks}", gate.title, gate.roles.join("+"))
        }
        _ => name,
    }
}

fn answer(on_failure: &OnFailure) -> String {
    match on_failure {
        OnFailure::Leave => String::new(),
        OnFailure::Hold => " or hold".into(),
        OnFailure::RollBack { inputs } => {
            inputs.iter().fold(" or back".to_owned(), |told, (name, value)| format!("{told} {name}={value}"))
        }
    }
}

fn read(table: &str, previous: &str) -> String {
    let value: Value = toml::from_str::<Value>(&format!("step = {{ {table} }}")).unwrap()["step"].take();
    let parts = steps(&value, &words(previous)).map(|steps| steps.into_iter().map(|step| (0, step)).collect());
    let joint = parts.and_then(|parts| join(parts).map_err(|(_, mistake)| mistake));
    let steps =
        joint.and_then(|joint| joint.steps.into_iter().map(|(_, value)| step(value)).collect::<Result<Vec<_>, _>>());
    match steps {
        Ok(steps) => steps.iter().map(told).collect::<Vec<_>>().join(", "),
        Err(mistake) => format!("! {mistake}"),
    }
}

fn each(previous: &str, rows: &[(&'static str, &'static str, &'static str)]) {
    compare(rows.iter().map(|(about, table, expected)| (*about, read(table, previous), (*expected).to_owned())));
}

#[test]
fn a_deploy_asks_and_waits() {
    each(
        "v2.1.0",
        &[
            (
                "asks and waits",
                r#"do = "deploy", environment = "staging", git-ref = "{branch}""#,
                "staging release/v2.2.0",
            ),
            (
                "with what CD is told",
                r#"do = "deploy", environment = "staging", git-ref = "{tag}", build = "-rc.{time}", inputs = { share = "5" }, title = "give {tag} 5 %""#,
                "staging v2.2.0 as -rc.{time} share=5 (give v2.2.0 5 %)",
            ),
            (
                "a failure is rolled back",
                r#"do = "deploy", environment = "production", git-ref = "{tag}", on-failure = "roll-back""#,
                "production v2.2.0 or back",
            ),
            (
                "how the roll-back is asked for",
                r#"do = "deploy", environment = "production", git-ref = "{tag}", on-failure = "roll-back", back = { action = "switch-back" }"#,
                "production v2.2.0 or back action=switch-back",
            ),
            (
                "a failure holds the environment",
                r#"do = "deploy", environment = "production", git-ref = "{tag}", on-failure = "hold""#,
                "production v2.2.0 or hold",
            ),
            ("watched", r#"do = "watch", environment = "production", for = "15m""#, "watch-production"),
            (
                "watched, and rolled back when it does badly",
                r#"do = "watch", environment = "production", for = "15m", on-failure = "roll-back""#,
                "watch-production or back",
            ),
            (
                "watched, and held when it does badly",
                r#"do = "watch", environment = "production", for = "15m", on-failure = "hold""#,
                "watch-production or hold",
            ),
            ("anything else is itself", r#"do = "notes""#, "notes"),
            (
                "an environment has a word in it",
                r#"do = "deploy", environment = "{branch}", git-ref = "{tag}""#,
                "release/v2.2.0 v2.2.0",
            ),
        ],
    );
}

#[test]
fn a_drill_goes_back_and_comes_again() {
    let drill = r#"do = "drill", environment = "stg", git-ref = "{branch}", build = "-rc", name = "back", roles = ["qa", "devops"], checklist = [{ name = "Health" }]"#;
    each(
        "v2.1.0",
        &[
            (
                "back to the version before, verified, and here again",
                drill,
                "stg v2.1.0 (roll STG back to v2.1.0, as a drill), back (drill: v2.1.0 in STG) by qa+devops [Health], \
                 stg release/v2.2.0 as -rc (bring STG back to release/v2.2.0)",
            ),
            (
                "back only, under its own name",
                r#"do = "drill", environment = "stg", roles = ["qa"]"#,
                "stg v2.1.0 (roll STG back to v2.1.0, as a drill), drill (drill: v2.1.0 in STG) by qa",
            ),
            (
                "what comes from a tag is named like it",
                r#"do = "drill", environment = "stg", git-ref = "{tag}", roles = ["qa"]"#,
                "stg v2.1.0 (roll STG back to v2.1.0, as a drill), drill (drill: v2.1.0 in STG) by qa, \
                 stg v2.2.0 (bring STG back to v2.2.0)",
            ),
        ],
    );
    each("", &[("the first release has nothing to go back to", drill, "")]);
}

#[test]
fn a_mistake_is_named() {
    each(
        "v2.1.0",
        &[
            (
                "an answer that there is not",
                r#"do = "deploy", environment = "p", git-ref = "x", on-failure = "pray""#,
                "! `on-failure` is `roll-back`, `hold` or left out, not `\"pray\"`",
            ),
            (
                "an answer to what cannot fail like that",
                r#"do = "notes", on-failure = "hold""#,
                "! `on-failure` is for `deploy` and `watch`",
            ),
            (
                "how to go back, without going back",
                r#"do = "deploy", environment = "p", git-ref = "x", back = { action = "y" }"#,
                "! `back` says how a roll-back is asked for: it needs on-failure = \"roll-back\"",
            ),
            (
                "how to go back, with a hold",
                r#"do = "deploy", environment = "p", git-ref = "x", on-failure = "hold", back = { action = "y" }"#,
                "! `back` says how a roll-back is asked for: it needs on-failure = \"roll-back\"",
            ),
            (
                "a field that a drill does not know",
                r#"do = "drill", environment = "stg", retries = 2, roles = []"#,
                "! drill: `retries` is not known here; write one of `environment`, `git-ref`, `build`, `name`, `roles`, \
                 `checklist`, `due`, `remind`, `escalate`",
            ),
            (
                "a word that means nothing",
                r#"do = "deploy", environment = "p", git-ref = "{tga}""#,
                "! `{tga}` in `{tga}` means nothing; known are branch, previous-tag, tag and time",
            ),
            (
                "a brace that does not close",
                r#"do = "deploy", environment = "p", git-ref = "{tag""#,
                "! `{tag` has a `{` without its `}`",
            ),
        ],
    );
    for (table, names) in [
        (r#"do = "deploy", environment = "p""#, "deploy: `git-ref` is missing"),
        (r#"do = "fly""#, "`fly` is no step; write one of snapshot, "),
        (r#"do = "settle", environment = "p""#, "`settle` is no step"),
        (r#"environment = "p""#, "a step without `do`: `do` is missing"),
        (r#"do = "drill", environment = "stg""#, "sign-off: `roles` must be a list"),
    ] {
        let found = read(table, "v2.1.0");
        assert!(found.starts_with(&format!("! {names}")), "{table}: {found}");
    }
}
