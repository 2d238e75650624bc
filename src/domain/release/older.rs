//! Releases as older programs stored them, where a deploy was up to seven steps: read as they would be stored today.
//!
//! Every fact stays one fact, in its order; only the steps that it names are others.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    ReleaseSpec,
    fact::Recorded,
    plan::join::{Part, join, set, word},
};

/// Reads a release that an older program stored; nothing if it is not one.
pub fn read(spec: &Value, facts: Vec<Value>) -> Option<(ReleaseSpec, Vec<Recorded>)> {
    let mut spec = spec.clone();
    let parts = parts(&spec)?;
    let joint = join(parts.clone()).ok()?;
    let steps = joint.steps.iter().enumerate().map(|(index, (stage, step))| {
        let mut step = step.clone();
        let first = joint.became.iter().position(|became| *became == index);
        if word(&step, "do") == "deploy" {
            set(&mut step, "number", first);
        }
        json!({ "stage": stage, "step": step })
    });
    set(spec.get_mut("plan")?, "steps", steps.collect::<Value>());
    let mut passed = BTreeSet::new();
    let facts = facts.into_iter().map(|mut fact| {
        renumber(&mut fact, &parts, &joint.became, &mut passed)?;
        serde_json::from_value(fact).ok()
    });
    let facts = facts.collect::<Option<Vec<_>>>()?;
    Some((serde_json::from_value(spec).ok()?, facts))
}

/// The steps of a plan that has parts of deploys in it.
fn parts(spec: &Value) -> Option<Vec<Part>> {
    let steps = spec.get("plan")?.get("steps")?.as_array()?;
    let part = |planned: &Value| Some((planned.get("stage")?.as_u64()? as usize, planned.get("step")?.clone()));
    steps.iter().map(part).collect()
}

/// Names today's steps in a fact. `passed` says of which deploys somebody went past the answer.
fn renumber(fact: &mut Value, parts: &[Part], became: &[usize], passed: &mut BTreeSet<usize>) -> Option<()> {
    let fact = fact.get_mut("fact")?;
    if let Some(step) = fact.get("step").and_then(Value::as_u64) {
        let (now, (_, part)) = (*became.get(step as usize)?, parts.get(step as usize)?);
        set(fact, "step", now);
        let answers = matches!(word(part, "do"), "start-roll-back" | "await-roll-back" | "hold");
        if word(fact, "fact") == "skipped" && answers {
            // To go past a roll-back that was asked for and waited for took two words; the first says it all.
            if !passed.insert(now) {
                *fact = json!({ "fact": "asked", "step": now });
            }
        }
    }
    for missing in fact.get_mut("missing").and_then(Value::as_array_mut).into_iter().flatten() {
        for kind in ["step", "late"] {
            if let Some(step) = missing.get(kind).and_then(Value::as_u64) {
                set(missing, kind, *became.get(step as usize)?);
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// What a fact of an older plan is today; the plan is a gate, then a deploy that is rolled back and watched.
    fn told(facts: &[Value]) -> Vec<Value> {
        let parts = [
            "sign-off",
            "start-deploy",
            "await-deploy",
            "start-roll-back",
            "await-roll-back",
            "watch",
            "start-roll-back",
        ];
        let part = |kind: &&str| (0, json!({ "do": kind, "environment": "production", "for": "15m" }));
        let parts: Vec<Part> = parts.iter().map(part).collect();
        let became = join(parts.clone()).unwrap().became;
        let mut passed = BTreeSet::new();
        let mut facts: Vec<Value> = facts.iter().map(|fact| json!({ "at": 0, "fact": fact })).collect();
        facts.iter_mut().for_each(|fact| renumber(fact, &parts, &became, &mut passed).unwrap());
        facts.into_iter().map(|mut fact| fact["fact"].take()).collect()
    }

    #[test]
    fn facts_name_todays_steps() {
        let skipped = |step: usize| json!({ "fact": "skipped", "step": step, "by": "ann", "reason": "it may" });
        for (about, facts, expected) in [
            (
                "the gate stays where it was",
                vec![json!({ "fact": "done", "step": 0 })],
                vec![json!({ "fact": "done", "step": 0 })],
            ),
            (
                "waiting is the deploy's",
                vec![json!({ "fact": "failed", "step": 2 })],
                vec![json!({ "fact": "failed", "step": 1 })],
            ),
            (
                "watching is the deploy's",
                vec![json!({ "fact": "done", "step": 5 })],
                vec![json!({ "fact": "done", "step": 1 })],
            ),
            (
                "to go past a roll-back took two words",
                vec![skipped(3), skipped(4)],
                vec![skipped(1), json!({ "fact": "asked", "step": 1 })],
            ),
            ("to go past the deploy is that", vec![skipped(2)], vec![skipped(1)]),
            (
                "what was missing",
                vec![
                    json!({ "fact": "missed", "step": 5, "missing": [{ "step": 2 }, { "late": 0 }, { "obstacle": "x" }] }),
                ],
                vec![
                    json!({ "fact": "missed", "step": 1, "missing": [{ "step": 1 }, { "late": 0 }, { "obstacle": "x" }] }),
                ],
            ),
            ("what names no step", vec![json!({ "fact": "finished" })], vec![json!({ "fact": "finished" })]),
        ] {
            assert_eq!(told(&facts), expected, "{about}");
        }
    }
}
