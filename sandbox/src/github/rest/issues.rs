//! `issues/{n}`: a pull request's labels, assignees and comments.

use serde_json::{Value, json};

use super::{labels, number, pulls};
use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
    stamp,
    state::Pull,
};

pub(crate) fn get(hub: &GitHub, of: &str) -> Answered {
    let pull = pulls::find(hub, of)?;
    Answer::ok(hub.issue_json(&pull))
}

pub(crate) async fn update(hub: &GitHub, ask: &Ask, of: &str) -> Answered {
    let fields =
        ask.fields(&[], &["title", "body", "state", "state_reason", "labels", "assignees", "assignee", "milestone"])?;
    let pull = pulls::find(hub, of)?;
    let (title, body) = (fields.text("title")?, fields.text("body")?);
    hub.change_pull(pull.number, |pull| {
        pull.title = title.unwrap_or_else(|| pull.title.clone());
        pull.body = body.or_else(|| pull.body.clone());
    });
    if let Some(names) = fields.texts("labels")? {
        put_labels(hub, ask, &pull, names, true).await?;
    }
    if let Some(logins) = fields.texts("assignees")? {
        hub.change_pull(pull.number, |pull| pull.assignees = logins);
    }
    if let Some(state) = fields.text("state")? {
        pulls::set_state(hub, ask, &pull, &state).await?;
    }
    get(hub, of)
}

pub(crate) fn labels(hub: &GitHub, ask: &Ask, of: &str) -> Answered {
    let pull = pulls::find(hub, of)?;
    Answer::list(ask, labels_json(hub, &pull))
}

fn labels_json(hub: &GitHub, pull: &Pull) -> Vec<Value> {
    let state = hub.state();
    pull.labels.iter().filter_map(|name| state.label(name).cloned()).collect()
}

/// Adds labels, or sets exactly these. GitHub makes those that do not exist.
pub(crate) async fn add_labels(hub: &GitHub, ask: &Ask, of: &str, exactly: bool) -> Answered {
    let pull = pulls::find(hub, of)?;
    // GitHub takes both `{"labels": [..]}` and the bare list.
    let names = match &ask.body {
        Some(Value::Array(names)) => names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect(),
        _ => ask.fields(&["labels"], &[])?.texts("labels")?.unwrap_or_default(),
    };
    put_labels(hub, ask, &pull, names, exactly).await?;
    let pull = pulls::find(hub, of)?;
    Answer::ok(Value::Array(labels_json(hub, &pull)))
}

async fn put_labels(hub: &GitHub, ask: &Ask, pull: &Pull, names: Vec<String>, exactly: bool) -> Result<(), Refusal> {
    if exactly {
        for gone in pull.labels.iter().filter(|name| !names.contains(name)) {
            take_label(hub, ask, pull.number, gone).await?;
        }
    }
    for name in names {
        if pull.labels.iter().any(|had| had.eq_ignore_ascii_case(&name)) {
            continue;
        }
        let label = labels::find_or_make(hub, &name);
        hub.change_pull(pull.number, |pull| pull.labels.push(name));
        hub.send_pull(&ask.actor, pull.number, "labeled", json!({"label": label})).await?;
    }
    Ok(())
}

pub(crate) async fn remove_label(hub: &GitHub, ask: &Ask, of: &str, name: &str) -> Answered {
    let pull = pulls::find(hub, of)?;
    if !pull.labels.iter().any(|had| had == name) {
        return Err(Refusal::new(404, "Label does not exist"));
    }
    take_label(hub, ask, pull.number, name).await?;
    let pull = pulls::find(hub, of)?;
    Answer::ok(Value::Array(labels_json(hub, &pull)))
}

async fn take_label(hub: &GitHub, ask: &Ask, number: u64, name: &str) -> Result<(), Refusal> {
    let label = hub.state().label(name).cloned();
    hub.change_pull(number, |pull| pull.labels.retain(|had| had != name));
    Ok(hub.send_pull(&ask.actor, number, "unlabeled", json!({"label": label})).await?)
}

pub(crate) async fn assign(hub: &GitHub, ask: &Ask, of: &str) -> Answered {
    let pull = pulls::find(hub, of)?;
    for login in ask.fields(&["assignees"], &[])?.texts("assignees")?.unwrap_or_default() {
        // GitHub silently ignores people who cannot be assigned.
        if hub.state().user(&login).is_none() || pull.assignees.contains(&login) {
            continue;
        }
        let assignee = hub.login_json(&login);
        hub.change_pull(pull.number, |pull| pull.assignees.push(login));
        hub.send_pull(&ask.actor, pull.number, "assigned", json!({"assignee": assignee})).await?;
    }
    let pull = pulls::find(hub, of)?;
    Answer::created(hub.issue_json(&pull))
}

pub(crate) async fn unassign(hub: &GitHub, ask: &Ask, of: &str) -> Answered {
    let gone = ask.fields(&["assignees"], &[])?.texts("assignees")?.unwrap_or_default();
    let pull = pulls::find(hub, of)?;
    hub.change_pull(pull.number, |pull| pull.assignees.retain(|login| !gone.contains(login)));
    get(hub, of)
}

pub(crate) fn comments(hub: &GitHub, ask: &Ask, of: &str) -> Answered {
    let number = pulls::find(hub, of)?.number;
    let since = ask.query("since").unwrap_or_default();
    let fits = |comment: &Value| comment["updated_at"].as_str().is_some_and(|updated| updated >= since);
    let state = hub.state();
    let of = state.comments.iter().filter(|(of, comment)| *of == number && fits(comment));
    Answer::list(ask, of.map(|(_, comment)| comment.clone()).collect())
}

pub(crate) fn add_comment(hub: &GitHub, ask: &Ask, of: &str) -> Answered {
    let body = ask.fields(&["body"], &[])?.need("body")?;
    let pull = pulls::find(hub, of)?;
    let number = pull.number;
    let id = hub.state().next_id();
    let now = stamp(hub.now());
    let comment = json!({
        "id": id, "node_id": format!("IC_{id}"), "url": hub.url(&format!("/issues/comments/{id}")),
        "html_url": hub.html(&format!("/pull/{number}#issuecomment-{id}")), "body": body,
        "user": hub.user_json(&ask.actor), "created_at": now, "updated_at": now,
        "issue_url": hub.url(&format!("/issues/{number}")), "author_association": "MEMBER",
        "performed_via_github_app": null,
    });
    {
        let mut state = hub.state();
        state.count(format!("comment on {number}"));
        state.comments.push((number, comment.clone()));
    }
    let payload = json!({"action": "created", "issue": hub.issue_json(&pull), "comment": comment});
    hub.send("issue_comment", &ask.actor, payload);
    Answer::created(comment)
}

pub(crate) fn comment(hub: &GitHub, id: &str) -> Answered {
    let id = number(id)?;
    let found = hub.state().comments.iter().find(|(_, comment)| comment["id"] == id).map(|(_, found)| found.clone());
    Answer::ok(found.ok_or_else(Refusal::not_found)?)
}

pub(crate) fn edit_comment(hub: &GitHub, ask: &Ask, id: &str) -> Answered {
    let body = ask.fields(&["body"], &[])?.need("body")?;
    let now = stamp(hub.now());
    let known = number(id)?;
    if let Some((_, found)) = hub.state().comments.iter_mut().find(|(_, comment)| comment["id"] == known) {
        found["body"] = json!(body);
        found["updated_at"] = json!(now);
    }
    comment(hub, id)
}

pub(crate) fn delete_comment(hub: &GitHub, id: &str) -> Answered {
    comment(hub, id)?;
    let id = number(id)?;
    hub.state().comments.retain(|(_, comment)| comment["id"] != id);
    Answer::nothing()
}
