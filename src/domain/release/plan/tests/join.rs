//! The parts of a deploy, as they may be written one by one, and the steps that they become.

use serde_json::{Value, json};

use crate::domain::release::{plan::join::join, samples::compare};

/// `start staging`, `await staging`, `back staging`, `returned staging`, `hold staging`, `soak staging`, `watch staging`, or
/// any other step; a word behind an equals sign is what a roll-back is told. A stroke begins the next stage.
fn parts(text: &str) -> Vec<(usize, Value)> {
    let (mut stage, mut parts) = (0, vec![]);
    for part in text.split(", ") {
        let words: Vec<&str> = part.split(' ').collect();
        let step = match words.as_slice() {
            ["|"] => {
                stage += 1;
                continue;
            }
            ["start", place] => json!({ "do": "start-deploy", "environment": place, "git-ref": "v1" }),
            ["await", place] => json!({ "do": "await-deploy", "environment": place }),
            ["back", place] => json!({ "do": "start-roll-back", "environment": place }),
            ["back", place, how] => {
                json!({ "do": "start-roll-back", "environment": place, "inputs": { "action": how } })
            }
            ["returned", place] => json!({ "do": "await-roll-back", "environment": place }),
            [kind @ ("soak" | "watch"), place] => json!({ "do": kind, "environment": place, "for": "1h" }),
            [kind, place] => json!({ "do": kind, "environment": place }),
            [kind] => json!({ "do": kind }),
            other => panic!("{other:?} is no part"),
        };
        parts.push((stage, step));
    }
    parts
}

fn told((stage, step): &(usize, Value)) -> String {
    let word = |field: &str| step[field].as_str().unwrap_or_default().to_owned();
    let holds = ["soak", "watch"].into_iter().filter(|kind| step.get(*kind).is_some());
    let holds: String = holds.map(|kind| format!(" {kind}s")).collect();
    let answer = match &step["on-failure"] {
        Value::Null => String::new(),
        Value::String(answer) => format!(" or {answer}"),
        answer => format!(" or back {}", answer["roll-back"]["inputs"]["action"].as_str().unwrap_or_default()),
    };
    let stage = if *stage > 0 { "| " } else { "" };
    format!("{stage}{} {}{holds}{answer}", word("do"), word("environment")).trim().to_owned()
}

fn joined(text: &str) -> String {
    match join(parts(text)) {
        Ok(joint) => {
            let steps: Vec<String> = joint.steps.iter().map(told).collect();
            let became: String = joint.became.iter().map(ToString::to_string).collect();
            format!("{}: {became}", steps.join(", "))
        }
        Err((part, mistake)) => format!("! {part}: {mistake}"),
    }
}

#[test]
fn parts_become_steps() {
    let rows = [
        ("asking and waiting", "start p, await p", "deploy p: 00"),
        ("a deploy as a playbook writes it", "deploy p", "deploy p: 0"),
        ("a roll-back", "start p, await p, back p, returned p", "deploy p or back: 0000"),
        ("what it is told", "deploy p, back p switch-back, returned p", "deploy p or back switch-back: 000"),
        ("a hold", "start p, await p, hold p", "deploy p or hold: 000"),
        ("a soak right after it", "deploy p, soak p", "deploy p soaks: 00"),
        ("a soak somewhere else", "deploy p, soak q", "deploy p, settle q soaks: 01"),
        ("a soak after something else", "deploy p, notes, soak p", "deploy p, notes, settle p soaks: 012"),
        ("a soak in the next stage", "deploy p, |, soak p", "deploy p, | settle p soaks: 01"),
        ("a soak, then watched", "deploy p, soak p, watch p", "deploy p soaks watchs: 000"),
        ("watched, then a soak", "deploy p, watch p, soak p", "deploy p watchs, settle p soaks: 001"),
        (
            "watched and answered like the deploy",
            "start p, await p, back p, returned p, watch p, back p, returned p",
            "deploy p watchs or back: 0000000",
        ),
        (
            "watched and answered otherwise",
            "start p, await p, back p, returned p, watch p, hold p",
            "deploy p or back, settle p watchs or hold: 000011",
        ),
        (
            "answered otherwise by what CD is told",
            "deploy p, back p switch-back, returned p, watch p, back p, returned p",
            "deploy p or back switch-back, settle p watchs or back: 000111",
        ),
        ("only the deploy is answered", "deploy p, hold p, watch p", "deploy p or hold, settle p watchs: 001"),
        (
            "two deploys to one environment",
            "start p, await p, start p, await p, hold p",
            "deploy p, deploy p or hold: 00111",
        ),
        ("an end that is waited for later", "start p, notes, await p", "deploy p, notes: 010"),
        ("the tag catches up", "tag, catch-up-tag", "tag, tag: 01"),
        ("what only watches", "watch p, back p, returned p", "settle p watchs or back: 000"),
        (
            "an end that nobody asked for",
            "notes, await p",
            "! 1: await-deploy: nothing before it deploys to `p`; write `deploy`, which does",
        ),
        (
            "an answer to nothing",
            "deploy q, hold p",
            "! 1: hold: nothing before it deploys to `p`; write `deploy`, which does",
        ),
    ];
    compare(rows.map(|(about, parts, expected)| (about, joined(parts), expected.to_owned())));
}
