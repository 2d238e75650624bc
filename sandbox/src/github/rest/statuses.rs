//! Commit statuses: `statuses/{sha}`, and what they come to together.

use serde_json::{Value, json};

use super::is_sha;
use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
    stamp,
};

/// So many statuses a commit may have under one context.
const MOST: usize = 1000;

pub(crate) async fn create(hub: &GitHub, ask: &Ask, sha: &str) -> Answered {
    let fields = ask.fields(&["state"], &["target_url", "description", "context"])?;
    let found = if is_sha(sha) { hub.repository().commit(sha).await? } else { None };
    let commit = found.ok_or_else(|| Refusal::invalid(format!("No commit found for SHA: {sha}")))?;
    let state = fields.need("state")?;
    let (description, target) = (fields.text("description")?, fields.text("target_url")?);
    let context = fields.text("context")?.unwrap_or_else(|| "default".to_owned());
    check(&state, description.as_deref(), target.as_deref(), &context)?;
    let same = |status: &&Value| status["sha"] == sha && status["context"] == context;
    if hub.state().statuses.iter().filter(same).count() >= MOST {
        let message = "This SHA and context has reached the maximum number of statuses.";
        return Err(Refusal::custom("Status", message));
    }
    let id = hub.state().next_id();
    let now = stamp(hub.now());
    let status = json!({
        "url": hub.url(&format!("/statuses/{sha}")), "avatar_url": format!("{}/avatars/{}", hub.api_url(), ask.actor.id),
        "id": id, "node_id": format!("SC_{id}"), "state": state, "description": description, "target_url": target,
        "context": context, "created_at": now, "updated_at": now, "creator": hub.user_json(&ask.actor),
    });
    let mut kept = status.clone();
    kept["sha"] = json!(sha);
    kept["app_id"] = json!(hub.settings().app.filter(|_| ask.by_app()).map(|app| app.id));
    hub.state().statuses.push(kept);
    let at = hub.branches().into_iter().filter(|branch| branch.commit == sha);
    let branches: Vec<Value> = at.map(|branch| hub.branch_json(&branch.name, sha)).collect();
    let payload = json!({
        "id": id, "sha": sha, "name": format!("{}/{}", hub.settings().owner, hub.name()),
        "target_url": target, "context": context, "description": description, "state": state,
        "commit": hub.commit_json(&commit), "branches": branches, "created_at": now, "updated_at": now,
    });
    hub.send("status", &ask.actor, payload);
    hub.wake_queue();
    Answer::created(status)
}

fn check(state: &str, description: Option<&str>, target: Option<&str>, context: &str) -> Result<(), Refusal> {
    if !["error", "failure", "pending", "success"].contains(&state) {
        return Err(Refusal::field("Status", "state", "inclusion"));
    }
    let description = description.unwrap_or_default();
    for (name, text, most) in [("description", description, 140), ("context", context, 255)] {
        if text.chars().count() > most {
            let message = format!("{name} is too long (maximum is {most} characters)");
            return Err(wrong(name, &message));
        }
        if text.chars().any(|sign| sign.len_utf8() == 4) {
            return Err(wrong(name, &format!("{name} doesn't accept 4-byte Unicode")));
        }
    }
    let web = |url: &str| url.is_empty() || url.starts_with("http://") || url.starts_with("https://");
    if target.is_some_and(|url| !web(url)) {
        return Err(wrong("target_url", "target_url must use http(s) scheme"));
    }
    Ok(())
}

fn wrong(field: &str, message: &str) -> Refusal {
    let mut refusal = Refusal::custom("Status", message);
    for error in &mut refusal.errors {
        error["field"] = json!(field);
    }
    refusal
}

/// Every status of a commit, latest first.
async fn of(hub: &GitHub, name: &str) -> Result<(String, Vec<Value>), Refusal> {
    let sha = hub.commit_named(name).await?;
    let mut found: Vec<Value> =
        hub.state().statuses.iter().rev().filter(|status| status["sha"] == sha).cloned().collect();
    for status in found.iter_mut().filter_map(Value::as_object_mut) {
        status.remove("sha");
        status.remove("app_id");
    }
    Ok((sha, found))
}

pub(crate) async fn list(hub: &GitHub, ask: &Ask, name: &str) -> Answered {
    Answer::list(ask, of(hub, name).await?.1)
}

pub(crate) async fn combined(hub: &GitHub, ask: &Ask, name: &str) -> Answered {
    let (sha, mut latest) = of(hub, name).await?;
    // GitHub's description of the combined status (`simple-commit-status`) has no creator; the list of statuses has.
    for status in latest.iter_mut().filter_map(Value::as_object_mut) {
        status.remove("creator");
    }
    let mut seen = Vec::new();
    latest.retain(|status| {
        let new = !seen.contains(&status["context"]);
        seen.push(status["context"].clone());
        new
    });
    let any = |words: &[&str]| latest.iter().any(|status| words.iter().any(|word| status["state"] == *word));
    let state = match () {
        () if any(&["failure", "error"]) => "failure",
        () if latest.is_empty() || any(&["pending"]) => "pending",
        () => "success",
    };
    let total = latest.len();
    let body = json!({
        "state": state, "statuses": ask.slice(latest), "sha": sha, "total_count": total,
        "repository": hub.repository_json(), "commit_url": hub.url(&format!("/commits/{sha}")),
        "url": hub.url(&format!("/commits/{sha}/status")),
    });
    Ok(Answer::page(ask, body, total))
}
