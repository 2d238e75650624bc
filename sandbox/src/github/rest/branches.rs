//! `branches`, their protection, and `tags`.

use serde_json::{Value, json};

use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::{Ask, encode},
    stamp,
};

pub(crate) fn all(hub: &GitHub, ask: &Ask) -> Answered {
    let mut branches = hub.branches();
    if let Some(wanted) = ask.query("protected") {
        branches.retain(|branch| hub.is_protected(&branch.name).to_string() == wanted);
    }
    Answer::list(ask, branches.iter().map(|branch| hub.branch_json(&branch.name, &branch.commit)).collect())
}

pub(crate) async fn get(hub: &GitHub, name: &str) -> Answered {
    let sha = hub.repository().branch(name).ok_or_else(|| Refusal::new(404, "Branch not found"))?;
    let commit = hub.repository().commit(&sha).await?.ok_or_else(Refusal::not_found)?;
    let mut json = hub.branch_json(name, &sha);
    json["commit"] = hub.commit_json(&commit);
    let path = format!("/branches/{}", encode(name));
    json["_links"] = json!({"self": hub.url(&path), "html": hub.html(&format!("/tree/{}", encode(name)))});
    Answer::ok(json)
}

pub(crate) fn where_head(hub: &GitHub, ask: &Ask, sha: &str) -> Answered {
    let at = hub.branches().into_iter().filter(|branch| branch.commit == sha);
    Answer::list(ask, at.map(|branch| hub.branch_json(&branch.name, sha)).collect())
}

pub(crate) fn tags(hub: &GitHub, ask: &Ask) -> Answered {
    let mut tags = hub.tags();
    // GitHub lists tags in reverse alphabetical order.
    tags.reverse();
    let json = |tag: &crate::github::RefView| {
        let name = encode(&tag.name);
        json!({
            "name": tag.name, "node_id": format!("REF_{}", tag.name),
            "commit": {"sha": tag.commit, "url": hub.url(&format!("/commits/{}", tag.commit))},
            "zipball_url": hub.url(&format!("/zipball/refs/tags/{name}")),
            "tarball_url": hub.url(&format!("/tarball/refs/tags/{name}")),
        })
    };
    Answer::list(ask, tags.iter().map(json).collect())
}

pub(crate) fn protection(hub: &GitHub, name: &str) -> Answered {
    must_exist(hub, name)?;
    let found = hub.state().protections.get(name).cloned();
    Answer::ok(found.ok_or_else(|| Refusal::new(404, "Branch not protected"))?)
}

pub(crate) fn protect(hub: &GitHub, ask: &Ask, name: &str) -> Answered {
    let required = ["required_status_checks", "enforce_admins", "required_pull_request_reviews", "restrictions"];
    let flags = [
        "required_linear_history",
        "allow_force_pushes",
        "allow_deletions",
        "block_creations",
        "required_conversation_resolution",
        "lock_branch",
        "allow_fork_syncing",
    ];
    let fields = ask.fields(&required, &flags)?;
    must_exist(hub, name)?;
    let url = hub.url(&format!("/branches/{}/protection", encode(name)));
    let mut json = json!({
        "url": url,
        "enforce_admins": {"url": format!("{url}/enforce_admins"), "enabled": fields.flag("enforce_admins")?},
    });
    for flag in flags {
        json[flag] = json!({"enabled": fields.flag(flag)?});
    }
    let mut checks = fields.get("required_status_checks").clone();
    if !checks.is_null() {
        checks["checks"] = sourced(hub, &checks);
        checks["contexts"] = list(&checks["checks"]).map(|check| check["context"].clone()).collect();
        checks["url"] = json!(format!("{url}/required_status_checks"));
        checks["contexts_url"] = json!(format!("{url}/required_status_checks/contexts"));
        json["required_status_checks"] = checks;
    }
    let mut reviews = fields.get("required_pull_request_reviews").clone();
    if !reviews.is_null() {
        reviews["url"] = json!(format!("{url}/required_pull_request_reviews"));
        json["required_pull_request_reviews"] = reviews;
    }
    let before = hub.state().protections.insert(name.to_owned(), json.clone());
    tell(hub, ask, if before.is_some() { "edited" } else { "created" }, name, &json);
    Answer::ok(json)
}

/// The required checks with the app that each has to come from. GitHub's description of the request: where `app_id` is left
/// out, and for all `contexts`, it is "the GitHub App that has recently provided this check, or any app if it was not set by
/// a GitHub App"; -1 allows any.
fn sourced(hub: &GitHub, checks: &Value) -> Value {
    let recent = |context: &Value| hub.latest_app(context.as_str().unwrap_or_default());
    let named = |context: &Value| json!({"context": context, "app_id": recent(context)});
    let asked = |check: &Value| {
        let context = &check["context"];
        let app = if check["app_id"].is_null() { recent(context) } else { check["app_id"].as_u64() };
        json!({"context": context, "app_id": app})
    };
    match checks["checks"].is_null() {
        true => list(&checks["contexts"]).map(named).collect(),
        false => list(&checks["checks"]).map(asked).collect(),
    }
}

fn list(all: &Value) -> impl Iterator<Item = &Value> {
    all.as_array().into_iter().flatten()
}

pub(crate) fn unprotect(hub: &GitHub, ask: &Ask, name: &str) -> Answered {
    must_exist(hub, name)?;
    let gone = hub.state().protections.remove(name);
    let gone = gone.ok_or_else(|| Refusal::new(404, "Branch not protected"))?;
    tell(hub, ask, "deleted", name, &gone);
    Answer::nothing()
}

fn tell(hub: &GitHub, ask: &Ask, action: &str, name: &str, protection: &Value) {
    let level = |on: bool| if on { "everyone" } else { "off" };
    let on = |key: &str| level(protection[key]["enabled"] == true);
    let there = |key: &str| level(!protection[key].is_null());
    let contexts: Vec<&Value> = {
        let checks = protection["required_status_checks"]["checks"].as_array();
        checks.into_iter().flatten().map(|check| &check["context"]).collect()
    };
    let reviews = &protection["required_pull_request_reviews"];
    let now = stamp(hub.now());
    let rule = json!({
        "id": 7_000_000 + name.len(), "repository_id": hub.repository_json()["id"], "name": name, "created_at": now,
        "updated_at": now, "admin_enforced": protection["enforce_admins"]["enabled"] == true,
        "required_status_checks": contexts, "required_status_checks_enforcement_level": there("required_status_checks"),
        "pull_request_reviews_enforcement_level": there("required_pull_request_reviews"),
        "required_approving_review_count": reviews["required_approving_review_count"].as_u64().unwrap_or_default(),
        "allow_force_pushes_enforcement_level": on("allow_force_pushes"),
        "allow_deletions_enforcement_level": on("allow_deletions"), "lock_branch_enforcement_level": on("lock_branch"),
        "linear_history_requirement_enforcement_level": on("required_linear_history"),
        "merge_queue_enforcement_level": "off", "signature_requirement_enforcement_level": "off",
        "required_deployments_enforcement_level": "off", "required_conversation_resolution_level": "off",
        "authorized_actors_only": false, "authorized_actor_names": [], "create_protected": false,
        "dismiss_stale_reviews_on_push": reviews["dismiss_stale_reviews"] == true,
        "ignore_approvals_from_contributors": false, "require_code_owner_review": false,
        "strict_required_status_checks_policy": protection["required_status_checks"]["strict"] == true,
    });
    hub.send("branch_protection_rule", &ask.actor, json!({"action": action, "rule": rule}));
}

fn must_exist(hub: &GitHub, name: &str) -> Result<(), Refusal> {
    let found = hub.repository().branch(name);
    found.map(|_| ()).ok_or_else(|| Refusal::new(404, "Branch not found"))
}
