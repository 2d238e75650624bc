//! The repository itself, who may do what in it, and what does not belong to any repository.

use serde_json::{Value, json};

use crate::github::{
    GitHub, Permission,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
    people::User,
    people_do::MergeMethod,
};

pub(crate) fn get(hub: &GitHub, ask: &Ask) -> Answered {
    let mut json = hub.repository_json();
    json["permissions"] = with_permissions(hub, &ask.actor)["permissions"].clone();
    // How it may be merged is shown only to whoever may read and write contents (GitHub's description of this request).
    if hub.writes_contents(&ask.actor) {
        let methods = [("merge_commit", MergeMethod::Merge), ("squash_merge", MergeMethod::Squash)];
        for (key, method) in methods.into_iter().chain([("rebase_merge", MergeMethod::Rebase)]) {
            json[format!("allow_{key}")] = json!(hub.allows(method));
        }
        json["allow_auto_merge"] = json!(hub.state().auto_merge_allowed);
        json["delete_branch_on_merge"] = json!(false);
    }
    json["subscribers_count"] = json!(0);
    json["network_count"] = json!(0);
    Answer::ok(json)
}

pub(crate) fn me(hub: &GitHub, ask: &Ask) -> Answered {
    Answer::ok(profile(hub, &ask.actor))
}

pub(crate) fn user(hub: &GitHub, login: &str) -> Answered {
    let user = hub.state().user(login).cloned().ok_or_else(Refusal::not_found)?;
    Answer::ok(profile(hub, &user))
}

fn profile(hub: &GitHub, user: &User) -> Value {
    let mut json = hub.user_json(user);
    json["name"] = json!(user.name);
    for key in ["email", "blog", "company", "location", "hireable", "bio", "twitter_username"] {
        json[key] = Value::Null;
    }
    for key in ["public_repos", "public_gists", "followers", "following"] {
        json[key] = json!(0);
    }
    json["created_at"] = json!("2020-03-02T09:00:00Z");
    json["updated_at"] = json!("2020-03-02T09:00:00Z");
    json
}

pub(crate) fn rate_limit(hub: &GitHub) -> Answered {
    let state = hub.state();
    let rate = &state.rate;
    let core = json!({
        "limit": rate.limit, "remaining": rate.limit.saturating_sub(rate.used), "used": rate.used,
        "reset": rate.reset.timestamp(), "resource": "core",
    });
    let queries = json!({
        "limit": rate.limit, "remaining": rate.limit.saturating_sub(rate.by_query), "used": rate.by_query,
        "reset": rate.reset.timestamp(), "resource": "graphql",
    });
    Answer::ok(json!({"resources": {"core": core, "search": core, "graphql": queries}, "rate": core}))
}

pub(crate) fn zen() -> Answered {
    Ok(Answer::raw("text/plain;charset=utf-8", b"Anything added dilutes everything else.".to_vec()))
}

pub(crate) fn collaborators(hub: &GitHub, ask: &Ask) -> Answered {
    let users = hub.users();
    Answer::list(ask, users.iter().map(|user| with_permissions(hub, user)).collect())
}

pub(crate) fn collaborator(hub: &GitHub, login: &str) -> Answered {
    if hub.state().user(login).is_some() { Answer::nothing() } else { Err(Refusal::not_found()) }
}

pub(crate) fn permission(hub: &GitHub, login: &str) -> Answered {
    let missing = || Refusal::new(404, format!("{login} is not a user"));
    let user = hub.state().user(login).cloned().ok_or_else(missing)?;
    let mut json = with_permissions(hub, &user);
    let word = json!(user.permission);
    json["role_name"] = word.clone();
    Answer::ok(json!({"permission": word, "role_name": word, "user": json}))
}

fn with_permissions(hub: &GitHub, user: &User) -> Value {
    let mut json = hub.user_json(user);
    let admin = user.permission == Permission::Admin;
    let push = user.permission != Permission::Read;
    json["permissions"] = json!({"pull": true, "triage": push, "push": push, "maintain": admin, "admin": admin});
    json["role_name"] = json!(user.permission);
    json
}

pub(crate) fn hooks(hub: &GitHub, ask: &Ask) -> Answered {
    Answer::list(ask, vec![hub.hook_json()])
}
