//! `deployments` and `environments`.

use serde_json::{Value, json};

use super::number;
use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::{Ask, encode},
};

pub fn list(hub: &GitHub, ask: &Ask) -> Answered {
    let fits = |found: &&Value| {
        ["sha", "ref", "task", "environment"]
            .iter()
            .all(|key| ask.query(key).is_none_or(|wanted| found[*key] == wanted))
    };
    let found = hub.state().deployments.iter().rev().filter(fits).cloned().collect();
    Answer::list(ask, found)
}

pub async fn create(hub: &GitHub, ask: &Ask) -> Answered {
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
    let missing = || Refusal::invalid(format!("No ref found for: {reference}"));
    let sha = hub.repository().resolve(&reference).await?.ok_or_else(missing)?;
    let contexts = match fields.texts("required_contexts")? {
        Some(contexts) => contexts.iter().all(|name| hub.check_state(&sha, name) == Some("success")),
        None => hub.all_green(&sha),
    };
    if !contexts {
        let message = format!("Conflict: Commit status checks failed for {reference}.");
        return Err(Refusal::new(409, message));
    }
    let mut more = json!({});
    for key in ["task", "payload", "environment", "description", "transient_environment", "production_environment"] {
        if fields.has(key) {
            more[key] = fields.get(key).clone();
        }
    }
    let deployment = hub.create_deployment(&ask.actor, &reference, &sha, more, None);
    hub.take_on(&deployment);
    Answer::created(deployment)
}

fn find(hub: &GitHub, id: &str) -> Result<Value, Refusal> {
    let id = number(id)?;
    let found = hub.state().deployments.iter().find(|found| found["id"] == id).cloned();
    found.ok_or_else(Refusal::not_found)
}

pub fn get(hub: &GitHub, id: &str) -> Answered {
    Answer::ok(find(hub, id)?)
}

pub fn statuses(hub: &GitHub, ask: &Ask, id: &str) -> Answered {
    find(hub, id)?;
    let id = number(id)?;
    let state = hub.state();
    let of = state.deployment_statuses.iter().rev().filter(|(of, _)| *of == id);
    Answer::list(ask, of.map(|(_, status)| status.clone()).collect())
}

pub fn add_status(hub: &GitHub, ask: &Ask, id: &str) -> Answered {
    let optional = ["target_url", "log_url", "description", "environment", "environment_url", "auto_inactive"];
    let fields = ask.fields(&["state"], &optional)?;
    find(hub, id)?;
    let state = fields.need("state")?;
    if !["error", "failure", "inactive", "in_progress", "queued", "pending", "success"].contains(&state.as_str()) {
        return Err(Refusal::field("DeploymentStatus", "state", "invalid"));
    }
    let mut more = json!({});
    for key in &optional[..5] {
        if let Some(text) = fields.text(key)? {
            more[*key] = json!(text);
        }
    }
    Answer::created(hub.add_deployment_status(&ask.actor, number(id)?, &state, more))
}

pub fn environments(hub: &GitHub, ask: &Ask) -> Answered {
    let all = hub.environment_names().iter().map(|name| json(hub, name)).collect();
    Answer::counted(ask, "environments", all)
}

pub fn environment(hub: &GitHub, name: &str) -> Answered {
    let known = hub.environment_names().iter().any(|known| known == name);
    if known { Answer::ok(json(hub, name)) } else { Err(Refusal::not_found()) }
}

fn json(hub: &GitHub, name: &str) -> Value {
    let path = encode(name);
    json!({
        "id": 160_000_000 + name.len(), "node_id": format!("EN_{name}"), "name": name,
        "url": hub.url(&format!("/environments/{path}")), "html_url": hub.html(&format!("/deployments/{path}")),
        "created_at": "2020-03-02T09:00:00Z", "updated_at": "2020-03-02T09:00:00Z", "protection_rules": [],
        "deployment_branch_policy": null,
    })
}
