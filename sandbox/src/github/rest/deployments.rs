//! `deployments` and `environments`.

use serde_json::{Value, json};

use super::{merges, number};
use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::{Ask, Fields, encode},
};

/// The longest description of a status, in characters.
const LONGEST: usize = 140;

pub(crate) fn list(hub: &GitHub, ask: &Ask) -> Answered {
    let fits = |found: &&Value| {
        ["sha", "ref", "task", "environment"]
            .iter()
            .all(|key| ask.query(key).is_none_or(|wanted| found[*key] == wanted))
    };
    let found = hub.state().deployments.iter().rev().filter(fits).cloned().collect();
    Answer::list(ask, found)
}

pub(crate) async fn create(hub: &GitHub, ask: &Ask) -> Answered {
    let optional = [
        "task",
        "auto_merge",
        "required_contexts",
        "payload",
        "environment",
        "description",
        "transient_environment",
        "production_environment",
    ];
    let fields = ask.fields(&["ref"], &optional)?;
    let reference = fields.need("ref")?;
    let (more, required) = (read(&fields)?, fields.texts("required_contexts")?);
    let missing = || Refusal::invalid(format!("No ref found for: {reference}"));
    let sha = hub.repository().resolve(&reference).await?.ok_or_else(missing)?;
    let merges = !fields.has("auto_merge") || fields.flag("auto_merge")?;
    if merges && let Some(answer) = catch_up(hub, ask, &reference).await? {
        return Ok(answer);
    }
    let contexts = match required {
        Some(contexts) => contexts.iter().all(|name| hub.check_state(&sha, name) == Some("success")),
        None => hub.all_green(&sha),
    };
    if !contexts {
        let message = format!("Conflict: Commit status checks failed for {reference}.");
        return Err(Refusal::new(409, message));
    }
    let deployment = hub.create_deployment(&ask.actor, &reference, &sha, more, None);
    hub.take_on(&deployment);
    Answer::created(deployment)
}

/// What a deployment shall be, each key with its type.
fn read(fields: &Fields) -> Result<Value, Refusal> {
    let mut more = json!({});
    for key in ["task", "environment", "description"] {
        if let Some(text) = fields.text(key)? {
            more[key] = json!(text);
        }
    }
    for key in ["transient_environment", "production_environment"] {
        if fields.has(key) {
            more[key] = json!(fields.flag(key)?);
        }
    }
    match fields.get("payload") {
        Value::Null => {}
        payload @ (Value::Object(_) | Value::String(_)) => more["payload"] = payload.clone(),
        other => {
            let said = format!("Invalid request.\n\nFor 'properties/payload', {other} is not of type object, string.");
            return Err(Refusal::invalid(said));
        }
    }
    if !fields.has("production_environment") {
        let environment = more["environment"].as_str().unwrap_or("production");
        more["production_environment"] = json!(environment == "production");
    }
    Ok(more)
}

/// Merges the default branch into a branch that is behind it, as GitHub does unless `auto_merge` is false; then nothing
/// is deployed yet.
async fn catch_up(hub: &GitHub, ask: &Ask, branch: &str) -> Result<Option<Answer>, Refusal> {
    let default = &hub.settings().default_branch;
    let (tips, repository) = ((hub.repository().branch(default), hub.repository().branch(branch)), hub.repository());
    let (Some(ahead), Some(tip)) = tips else { return Ok(None) };
    if repository.is_ancestor(&ahead, &tip).await? {
        return Ok(None);
    }
    let message = format!("Merge {default} into {branch}");
    merges::merge(hub, &ask.actor, branch, default, message)
        .await
        .map_err(|_| Refusal::new(409, format!("Conflict merging {default} into {branch}.")))?;
    let said = format!("Auto-merged {default} into {branch} on deployment.");
    Ok(Some(Answer::with(202, &json!({"message": said}))))
}

fn find(hub: &GitHub, id: &str) -> Result<Value, Refusal> {
    let id = number(id)?;
    let found = hub.state().deployments.iter().find(|found| found["id"] == id).cloned();
    found.ok_or_else(Refusal::not_found)
}

pub(crate) fn get(hub: &GitHub, id: &str) -> Answered {
    Answer::ok(find(hub, id)?)
}

pub(crate) fn statuses(hub: &GitHub, ask: &Ask, id: &str) -> Answered {
    find(hub, id)?;
    let id = number(id)?;
    let state = hub.state();
    let of = state.deployment_statuses.iter().rev().filter(|(of, _)| *of == id);
    Answer::list(ask, of.map(|(_, status)| status.clone()).collect())
}

pub(crate) fn status(hub: &GitHub, id: &str, status: &str) -> Answered {
    let (id, status) = (number(id)?, number(status)?);
    let state = hub.state();
    let found = state.deployment_statuses.iter().find(|(of, found)| *of == id && found["id"] == status);
    Answer::ok(found.map(|(_, found)| found.clone()).ok_or_else(Refusal::not_found)?)
}

pub(crate) fn add_status(hub: &GitHub, ask: &Ask, id: &str) -> Answered {
    let optional = ["target_url", "log_url", "description", "environment", "environment_url", "auto_inactive"];
    let fields = ask.fields(&["state"], &optional)?;
    find(hub, id)?;
    let state = fields.need("state")?;
    if !["error", "failure", "inactive", "in_progress", "queued", "pending", "success"].contains(&state.as_str()) {
        return Err(Refusal::field("DeploymentStatus", "state", "invalid"));
    }
    if fields.text("description")?.is_some_and(|text| text.chars().count() > LONGEST) {
        let said = format!("description is too long (maximum is {LONGEST} characters)");
        return Err(Refusal::custom("DeploymentStatus", said));
    }
    let mut more = json!({});
    for key in &optional[..5] {
        if let Some(text) = fields.text(key)? {
            more[*key] = json!(text);
        }
    }
    Answer::created(hub.add_deployment_status(&ask.actor, number(id)?, &state, more))
}

pub(crate) fn environments(hub: &GitHub, ask: &Ask) -> Answered {
    let all = hub.environment_names().iter().map(|name| json(hub, name)).collect();
    Answer::counted(ask, "environments", all)
}

pub(crate) fn environment(hub: &GitHub, name: &str) -> Answered {
    let known = hub.environment_names().iter().any(|known| known == name);
    if known { Answer::ok(json(hub, name)) } else { Err(Refusal::not_found()) }
}

/// An environment.
pub(crate) fn json(hub: &GitHub, name: &str) -> Value {
    let path = encode(name);
    json!({
        "id": 160_000_000 + name.len(), "node_id": format!("EN_{name}"), "name": name,
        "url": hub.url(&format!("/environments/{path}")), "html_url": hub.html(&format!("/deployments/{path}")),
        "created_at": "2020-03-02T09:00:00Z", "updated_at": "2020-03-02T09:00:00Z", "protection_rules": [],
        "deployment_branch_policy": null,
    })
}
