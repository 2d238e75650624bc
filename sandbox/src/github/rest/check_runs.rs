//! `check-runs` and `check-suites`.

use serde_json::{Value, json};

use super::number;
use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::{Ask, Fields},
    stamp,
};

const KEYS: [&str; 10] = [
    "name",
    "head_sha",
    "details_url",
    "external_id",
    "status",
    "started_at",
    "conclusion",
    "completed_at",
    "output",
    "actions",
];

pub(crate) async fn list(hub: &GitHub, ask: &Ask, name: &str) -> Answered {
    let sha = hub.commit_named(name).await?;
    let mut found: Vec<Value> = {
        let state = hub.state();
        state.checks.iter().rev().filter(|check| check["head_sha"] == sha).cloned().collect()
    };
    if ask.query("filter") != Some("all") {
        let mut seen = Vec::new();
        found.retain(|check| {
            let new = !seen.contains(&check["name"]);
            seen.push(check["name"].clone());
            new
        });
    }
    for (parameter, key) in [("check_name", "name"), ("status", "status")] {
        found.retain(|check| ask.query(parameter).is_none_or(|wanted| check[key] == wanted));
    }
    for check in &mut found {
        check["pull_requests"] = hub.mentioned_pulls_json(&sha);
    }
    Answer::counted(ask, "check_runs", found)
}

pub(crate) async fn suites(hub: &GitHub, ask: &Ask, name: &str) -> Answered {
    let sha = hub.commit_named(name).await?;
    let found = hub.state().suites.iter().filter(|suite| suite["head_sha"] == sha).cloned().collect();
    Answer::counted(ask, "check_suites", found)
}

pub(crate) async fn create(hub: &GitHub, ask: &Ask) -> Answered {
    let fields = ask.fields(&KEYS[..2], &KEYS[2..])?;
    let (name, sha) = (fields.need("name")?, fields.need("head_sha")?);
    if hub.repository().commit(&sha).await?.is_none() {
        return Err(Refusal::invalid(format!("No commit found for SHA: {sha}")));
    }
    let suite = json!({"id": null, "head_sha": sha, "status": "in_progress", "conclusion": null});
    let mut check = hub.new_check(&name, &sha, &suite);
    apply(hub, &fields, &mut check)?;
    let id = hub.keep_check(&ask.actor, check.clone());
    if check["status"] == "completed" {
        hub.send_check(&ask.actor, "completed", &check);
    }
    hub.state().count(format!("check {name}"));
    hub.wake_queue();
    get(hub, &id.to_string()).map(|answer| Answer { status: 201, ..answer })
}

pub(crate) fn update(hub: &GitHub, ask: &Ask, id: &str) -> Answered {
    let fields = ask.fields(&[], &KEYS)?;
    let known = number(id)?;
    let mut check = find(hub, known)?;
    let was_completed = check["status"] == "completed";
    apply(hub, &fields, &mut check)?;
    if let Some(place) = hub.state().checks.iter_mut().find(|check| check["id"] == known) {
        *place = check.clone();
    }
    if check["status"] == "completed" && !was_completed {
        hub.send_check(&ask.actor, "completed", &check);
    }
    hub.wake_queue();
    Answer::ok(check)
}

fn apply(hub: &GitHub, fields: &Fields, check: &mut Value) -> Result<(), Refusal> {
    for key in KEYS.iter().filter(|key| !["output", "actions", "head_sha"].contains(key)) {
        if let Some(text) = fields.text(key)? {
            check[*key] = json!(text);
        }
    }
    for (key, value) in fields.get("output").as_object().into_iter().flatten() {
        check["output"][key.as_str()] = value.clone();
    }
    // A conclusion makes a check complete, and a complete check needs a conclusion.
    if fields.text("conclusion")?.is_some() {
        check["status"] = json!("completed");
    } else if check["status"] == "completed" && check["conclusion"].is_null() {
        return Err(Refusal::invalid("Invalid request.\n\n\"conclusion\" wasn't supplied."));
    }
    if check["status"] == "completed" && check["completed_at"].is_null() {
        check["completed_at"] = json!(stamp(hub.now()));
    }
    if check["started_at"].is_null() {
        check["started_at"] = json!(stamp(hub.now()));
    }
    Ok(())
}

pub(crate) fn get(hub: &GitHub, id: &str) -> Answered {
    Answer::ok(find(hub, number(id)?)?)
}

fn find(hub: &GitHub, id: u64) -> Result<Value, Refusal> {
    let found = hub.state().checks.iter().find(|check| check["id"] == id).cloned();
    found.ok_or_else(Refusal::not_found)
}
