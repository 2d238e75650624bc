//! Reads the steps of a stage. Some words stand for several steps: `drill` goes back and comes again.

use serde_json::{Value, json};

use super::{
    plain::plain,
    words::{Words, fill},
};
use crate::domain::{
    freeze::enforcement::{CONTEXT, PASS},
    message::place::spoken,
    nearest::nearest,
    release::plan::Step,
    time::duration,
};

/// What a table may do.
const WORDS: [&str; 37] = [
    "snapshot",
    "tag",
    "notes",
    "await-time",
    "freeze",
    "thaw",
    "labels",
    "pull-request",
    "tick-timeline",
    "deploy",
    "start-deploy",
    "await-deploy",
    "start-roll-back",
    "await-roll-back",
    "hold",
    "soak",
    "watch",
    "drill",
    "compare",
    "await-checks",
    "branch",
    "pick",
    "merge",
    "cherry-pick",
    "check-fixes",
    "overlap",
    "await-tag",
    "announce",
    "sign-off",
    "await-fix",
    "catch-up-tag",
    "await-merge",
    "validate",
    "publish-release",
    "back-merge",
    "merge-when-green",
    "delete-branch",
];

/// The steps that one table stands for, with their words filled in.
///
/// # Errors
/// A sentence that names the mistake.
pub(super) fn steps(value: &Value, words: &Words) -> Result<Vec<Value>, String> {
    let mut value = fill(value, words)?;
    if let Some(unknown) = text(&value, "do").filter(|word| !WORDS.contains(word)) {
        return Err(match nearest(unknown, WORDS) {
            Some(meant) => format!("`{unknown}` is no step; did you mean `{meant}`?"),
            None => format!("`{unknown}` is no step; write one of {}", WORDS.join(", ")),
        });
    }
    for key in ["for", "soak", "watch"] {
        if let Some(length) = text(&value, key) {
            duration::read(length).map_err(|mistake| format!("`{key}`: {mistake}"))?;
        }
    }
    answer(&mut value)?;
    let does = text(&value, "do").unwrap_or_default();
    match (does, words.get("previous-tag").filter(|tag| !tag.is_empty())) {
        ("soak" | "watch", _) => only(&value, does, &["environment", "for", "on-failure"])?,
        ("drill", Some(previous)) => return drill(&value, previous),
        // Without an earlier version there is nothing to go back to.
        ("drill", None) => return Ok(vec![]),
        _ => {}
    }
    let named = value.get("named").and_then(Value::as_array);
    let own = [CONTEXT, PASS].into_iter().find(|own| named.is_some_and(|named| named.iter().any(|name| name == own)));
    if let Some(own) = own.filter(|_| does == "await-checks") {
        return Err(format!("await-checks: `{own}` is the bot's own status and no check; leave it out of `named`"));
    }
    Ok(vec![value])
}

/// Reads a step.
///
/// # Errors
/// A sentence that names the mistake.
pub(super) fn read(value: Value) -> Result<Step, String> {
    let shown = text(&value, "do").unwrap_or("a step without `do`").to_owned();
    serde_json::from_value(value.clone()).map_err(|mistake| {
        let message = mistake.to_string();
        format!("{shown}: {}", plain(&message, culprit(&value, &message)))
    })
}

/// The field over which a step cannot be read: without it, something else is wrong, or nothing.
fn culprit<'a>(value: &'a Value, message: &str) -> Option<&'a str> {
    let fields = value.as_object()?;
    let without = |key: &str| {
        let mut others = fields.clone();
        others.remove(key);
        serde_json::from_value::<Step>(others.into()).err().map(|mistake| mistake.to_string())
    };
    let differs = |key: &&String| *key != "do" && without(key).as_deref() != Some(message);
    fields.keys().find(differs).map(String::as_str)
}

/// Writes what follows a failure as the plan has it.
fn answer(value: &mut Value) -> Result<(), String> {
    let deploys = matches!(text(value, "do"), Some("deploy" | "start-deploy" | "watch"));
    let Some(fields) = value.as_object_mut() else { return Ok(()) };
    let (on_failure, back) = (fields.remove("on-failure"), fields.remove("back"));
    let answer = match (&on_failure, &back) {
        (None, None) => return Ok(()),
        (Some(_), _) if !deploys => return Err("`on-failure` is for `deploy` and `watch`".to_owned()),
        (Some(answer), _) => match (answer.as_str(), &back) {
            (Some("roll-back"), None) => json!({ "roll-back": {} }),
            (Some("roll-back"), Some(back)) => json!({ "roll-back": { "inputs": back } }),
            (Some("hold"), None) => json!("hold"),
            (Some("hold"), Some(_)) => return Err(only_with_roll_back()),
            _ => return Err(format!("`on-failure` is `roll-back`, `hold` or left out, not `{answer}`")),
        },
        (None, Some(_)) => return Err(only_with_roll_back()),
    };
    fields.insert("on-failure".to_owned(), answer);
    Ok(())
}

fn only_with_roll_back() -> String {
    "`back` says how a roll-back is asked for: it needs on-failure = \"roll-back\"".to_owned()
}

fn text<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field).and_then(Value::as_str)
}

/// Refuses a field that is not known.
fn only(value: &Value, kind: &str, known: &[&str]) -> Result<(), String> {
    let unknown = |fields: &serde_json::Map<String, Value>| {
        fields.keys().find(|key| *key != "do" && !known.contains(&key.as_str())).cloned()
    };
    match value.as_object().and_then(unknown) {
        Some(key) => Err(match nearest(&key, known.iter().copied()) {
            Some(meant) => format!("{kind}: `{key}` is not known here; did you mean `{meant}`?"),
            None => format!("{kind}: `{key}` is not known here; write one of `{}`", known.join("`, `")),
        }),
        None => Ok(()),
    }
}

/// Deploys the version before, has people verify it, and comes back.
fn drill(value: &Value, previous: &str) -> Result<Vec<Value>, String> {
    let own = ["environment", "git-ref", "build", "name", "roles", "checklist", "due", "remind", "escalate"];
    only(value, "drill", &own)?;
    let environment = value.get("environment").cloned().unwrap_or_default();
    let shown = spoken(environment.as_str().unwrap_or_default());
    let back = format!("roll {shown} back to {previous}, as a drill");
    let name = text(value, "name").unwrap_or("drill");
    let mut gate = json!({
        "do": "sign-off", "name": name, "title": format!("drill: {previous} in {shown}"),
        "roles": value.get("roles"), "checklist": value.get("checklist").cloned().unwrap_or_else(|| json!([])),
    });
    let nudges = ["due", "remind", "escalate"].into_iter().filter_map(|key| Some((key, value.get(key)?.clone())));
    if let Some(gate) = gate.as_object_mut() {
        gate.extend(nudges.map(|(key, said)| (key.to_owned(), said)));
    }
    let deploy = |git_ref: &Value, title: &str, build: &Value| json!({ "do": "deploy", "environment": environment, "git-ref": git_ref, "title": title, "build": build });
    let mut all = vec![deploy(&json!(previous), &back, &json!("")), gate];
    if let Some(git_ref) = value.get("git-ref") {
        let title = format!("bring {shown} back to {}", git_ref.as_str().unwrap_or_default());
        // What comes from a branch is not named like what will come from the tag.
        all.push(deploy(git_ref, &title, &value.get("build").cloned().unwrap_or_else(|| "".into())));
    }
    Ok(all)
}

#[cfg(test)]
mod tests;
