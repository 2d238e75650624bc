//! `actions/artifacts`: what workflow runs have built.

use serde_json::{Value, json};

use super::number;
use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
    stamp,
    state::Run,
};

/// How far an artifact's id is from that of its run.
const APART: u64 = 800_000_000;

pub(crate) fn list(hub: &GitHub, ask: &Ask, run: &str) -> Answered {
    let id = number(run)?;
    let run = hub.state().run(id).cloned().ok_or_else(Refusal::not_found)?;
    let named = |artifact: &Value| ask.query("name").is_none_or(|name| artifact["name"] == name);
    Answer::counted(ask, "artifacts", json(hub, &run).into_iter().filter(named).collect())
}

pub(crate) fn get(hub: &GitHub, id: &str) -> Answered {
    let run = number(id)?.checked_sub(APART).ok_or_else(Refusal::not_found)?;
    let run = hub.state().run(run).cloned().ok_or_else(Refusal::not_found)?;
    Answer::ok(json(hub, &run).ok_or_else(Refusal::not_found)?)
}

/// The one artifact of a run that has built something.
fn json(hub: &GitHub, run: &Run) -> Option<Value> {
    let shipped = hub.shipped(run.deployment?)?;
    let id = run.id + APART;
    let url = hub.url(&format!("/actions/artifacts/{id}"));
    let repository = hub.repository_json()["id"].clone();
    let expires = run.updated + chrono::TimeDelta::days(90);
    Some(json!({
        "id": id, "node_id": format!("A_{id}"), "name": hub.settings().name, "size_in_bytes": 12_345_678,
        "url": url, "archive_download_url": format!("{url}/zip"), "expired": expires <= hub.now(),
        "digest": shipped.digest, "created_at": stamp(run.updated), "updated_at": stamp(run.updated),
        "expires_at": stamp(expires),
        "workflow_run": {
            "id": run.id, "repository_id": repository, "head_repository_id": repository, "head_branch": run.branch,
            "head_sha": run.sha,
        },
    }))
}
