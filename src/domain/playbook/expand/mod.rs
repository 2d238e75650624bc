//! Reads the steps of a stage. Some words stand for several steps: `deploy` asks and waits, `drill` goes back and comes again.

use serde_json::{Value, json};

use super::words::{Words, fill};
use crate::domain::{freeze::enforcement::CONTEXT, message::place::spoken, release::plan::Step};

/// The steps that one table stands for.
///
/// # Errors
/// A sentence that names the mistake.
pub(super) fn steps(value: &Value, words: &Words) -> Result<Vec<Step>, String> {
    let mut value = fill(value, words)?;
    let back = value.as_object_mut().and_then(|fields| fields.remove("back"));
    let follows: &[&str] = match value.as_object_mut().and_then(|fields| fields.remove("on-failure")) {
        None => &[],
        Some(answer) if value["do"] == "deploy" || value["do"] == "watch" => match answer.as_str() {
            Some("roll-back") => &["start-roll-back", "await-roll-back"],
            Some("hold") => &["hold"],
            _ => return Err(format!("`on-failure` is `roll-back`, `hold` or left out, not `{answer}`")),
        },
        Some(_) => return Err("`on-failure` is for `deploy` and `watch`".to_owned()),
    };
    let environment = value["environment"].clone();
    if back.is_some() && !follows.contains(&"start-roll-back") {
        return Err("`back` says how a roll-back is asked for: it needs on-failure = \"roll-back\"".to_owned());
    }
    let of = |step: &str| match &back {
        Some(inputs) if step == "start-roll-back" => {
            read(json!({ "do": step, "environment": environment, "inputs": inputs }))
        }
        _ => read(json!({ "do": step, "environment": environment })),
    };
    let mut steps = match value["do"].as_str() {
        Some("deploy") => {
            value["do"] = "start-deploy".into();
            vec![read(value)?, of("await-deploy")?]
        }
        // Without an earlier version there is nothing to go back to.
        Some("drill") if words["previous-tag"].is_empty() => vec![],
        Some("drill") => drill(&value, words)?,
        _ => vec![read(value)?],
    };
    for step in follows {
        steps.push(of(step)?);
    }
    let own = |step: &Step| matches!(step, Step::AwaitChecks { named, .. } if named.iter().any(|name| name == CONTEXT));
    if steps.iter().any(own) {
        return Err(format!("await-checks: `{CONTEXT}` is the bot's own status and no check; leave it out of `named`"));
    }
    Ok(steps)
}

/// Deploys the version before, has people verify it, and comes back.
fn drill(value: &Value, words: &Words) -> Result<Vec<Step>, String> {
    let (environment, previous) = (&value["environment"], &words["previous-tag"]);
    let known = ["do", "environment", "git-ref", "build", "name", "roles", "checklist"];
    if let Some(key) = value.as_object().and_then(|fields| fields.keys().find(|key| !known.contains(&key.as_str()))) {
        return Err(format!("drill: unknown field `{key}`, expected one of {}", known[1..].join(", ")));
    }
    let shown = spoken(environment.as_str().unwrap_or_default());
    let back = format!("roll {shown} back to {previous}, as a drill");
    let name = value["name"].as_str().unwrap_or("drill");
    let gate = json!({
        "do": "sign-off", "name": name, "title": format!("drill: {previous} in {shown}"),
        "roles": value["roles"], "checklist": value.get("checklist").cloned().unwrap_or_else(|| json!([])),
    });
    let deploys = |git_ref: &Value, title: &str| {
        let asks = json!({ "do": "start-deploy", "environment": environment, "git-ref": git_ref, "title": title });
        [asks, json!({ "do": "await-deploy", "environment": environment })]
    };
    let mut all = deploys(&json!(previous), &back).to_vec();
    all.push(gate);
    if let Some(git_ref) = value.get("git-ref") {
        let title = format!("bring {shown} back to {}", git_ref.as_str().unwrap_or_default());
        let mut come_back = deploys(git_ref, &title);
        // What comes from a branch is not named like what will come from the tag.
        come_back[0]["build"] = value.get("build").cloned().unwrap_or_else(|| "".into());
        all.extend(come_back);
    }
    all.into_iter().map(read).collect()
}

fn read(value: Value) -> Result<Step, String> {
    let shown = value["do"].as_str().unwrap_or("a step without `do`").to_owned();
    serde_json::from_value(value).map_err(|mistake| format!("{shown}: {mistake}"))
}

#[cfg(test)]
mod tests;
