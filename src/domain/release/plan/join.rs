//! Joins the parts of a deploy into one step: a playbook may name them one by one, and plans of older programs hold them so.

use serde_json::{Value, json};

/// A step as it is written, and the stage it is in.
pub type Part = (usize, Value);

/// Joined steps, and for each part the step that it has become.
#[derive(Debug, Clone, Default)]
pub struct Joint {
    /// The steps, in order.
    pub steps: Vec<Part>,
    /// One per part: the index of its step.
    pub became: Vec<usize>,
}

/// Joins the parts of deploys; everything else stays as it is. What waits for a deploy, or answers its failure, belongs to the
/// newest deploy to its environment; what comes right after a deploy there, and is answered alike, has to hold after it.
///
/// # Errors
/// The part that belongs to nothing, and a sentence that says so.
pub fn join(parts: Vec<Part>) -> Result<Joint, (usize, String)> {
    let mut joint = Joint::default();
    for (number, (stage, part)) in parts.into_iter().enumerate() {
        let index = match answered(&joint.steps, &part) {
            Belonging::Itself => {
                joint.steps.push((stage, renamed(part)));
                joint.steps.len() - 1
            }
            Belonging::By(step, on_failure) => {
                if let (Some(on_failure), Some((_, deploy))) = (on_failure, joint.steps.get_mut(step)) {
                    set(deploy, "on-failure", on_failure);
                }
                // What was told between asking and waiting is still told then.
                let awaits = word(&part, "do") == "await-deploy";
                let told = joint.steps.iter_mut().skip(step + 1);
                let told = told.filter(|(_, step)| awaits && word(step, "do") == "announce");
                told.for_each(|(_, step)| set(step, "meanwhile", true));
                step
            }
            Belonging::Nobody => {
                let (what, place) = (word(&part, "do"), word(&part, "environment"));
                return Err((
                    number,
                    format!("{what}: nothing before it deploys to `{place}`; write `deploy`, which does"),
                ));
            }
        };
        joint.became.push(index);
    }
    Ok(settled(joint))
}

/// To which step a part belongs.
enum Belonging {
    /// It is one.
    Itself,
    /// An earlier one, which is answered so if it fails.
    By(usize, Option<Value>),
    /// One that is not there.
    Nobody,
}

fn answered(steps: &[Part], part: &Value) -> Belonging {
    let newest = |kinds: &[&str], on_failure| {
        let here =
            |(_, step): &Part| kinds.contains(&word(step, "do")) && step.get("environment") == part.get("environment");
        steps.iter().rposition(here).map_or(Belonging::Nobody, |step| Belonging::By(step, on_failure))
    };
    let both = &["deploy", "settle"];
    match word(part, "do") {
        "await-deploy" => newest(&["deploy"], None),
        "await-roll-back" => newest(both, None),
        "hold" => newest(both, Some(json!("hold"))),
        "start-roll-back" => {
            let inputs = part.get("inputs").map_or_else(|| json!({}), |inputs| json!({ "inputs": inputs }));
            newest(both, Some(json!({ "roll-back": inputs })))
        }
        _ => Belonging::Itself,
    }
}

/// The same under today's name.
fn renamed(mut part: Value) -> Value {
    match word(&part, "do") {
        "start-deploy" => set(&mut part, "do", "deploy"),
        kind @ ("soak" | "watch") => {
            let kind = kind.to_owned();
            if let Some(fields) = part.as_object_mut() {
                fields.insert("do".into(), "settle".into());
                if let Some(span) = fields.remove("for") {
                    fields.insert(kind, span);
                }
            }
        }
        "catch-up-tag" => {
            set(&mut part, "do", "tag");
            set(&mut part, "of", "catch-up");
        }
        _ => {}
    }
    part
}

/// What has to hold right after a deploy is the deploy's own.
fn settled(joint: Joint) -> Joint {
    let (mut steps, mut places): (Vec<Part>, Vec<usize>) = (vec![], vec![]);
    for (stage, step) in joint.steps {
        match steps.last_mut().filter(|last| holds_after(last, stage, &step)) {
            Some((_, deploy)) => {
                for kind in ["soak", "watch"] {
                    if let Some(span) = step.get(kind) {
                        set(deploy, kind, span.clone());
                    }
                }
            }
            None => steps.push((stage, step)),
        }
        places.push(steps.len() - 1);
    }
    Joint { steps, became: joint.became.into_iter().filter_map(|step| places.get(step).copied()).collect() }
}

fn holds_after((stage, deploy): &Part, at: usize, settle: &Value) -> bool {
    let right_after = *stage == at
        && (word(deploy, "do"), word(settle, "do")) == ("deploy", "settle")
        && deploy.get("environment") == settle.get("environment");
    // What soaks does not fail; what was watched is not let soak afterwards.
    let alike = settle.get("watch").is_none() || deploy.get("on-failure") == settle.get("on-failure");
    let in_order = deploy.get("watch").is_none() && (settle.get("soak").is_none() || deploy.get("soak").is_none());
    right_after && alike && in_order
}

/// Writes a field of a part.
pub(in crate::domain::release) fn set(part: &mut Value, field: &str, value: impl Into<Value>) {
    if let Some(fields) = part.as_object_mut() {
        fields.insert(field.to_owned(), value.into());
    }
}

/// The word that a field of a part holds; empty if there is none.
pub(in crate::domain::release) fn word<'a>(part: &'a Value, field: &str) -> &'a str {
    part.get(field).and_then(Value::as_str).unwrap_or_default()
}
