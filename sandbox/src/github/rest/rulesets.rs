//! `rulesets`, and the rules that hold for a branch.

use serde_json::{Value, json};

use super::{number, ruleset_form::check};
use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
    stamp,
};

pub(crate) fn for_branch(hub: &GitHub, ask: &Ask, branch: &str) -> Answered {
    Answer::list(ask, hub.rules_for(&format!("refs/heads/{branch}")))
}

pub(crate) fn list(hub: &GitHub, ask: &Ask) -> Answered {
    let mut sets = hub.state().rulesets.clone();
    if let Some(targets) = ask.query("targets") {
        sets.retain(|set| targets.split(',').any(|target| set["target"] == target));
    }
    // The list is short: what a ruleset says is only in the ruleset itself.
    for set in sets.iter_mut().filter_map(|set| set.as_object_mut()) {
        for key in ["rules", "conditions", "bypass_actors", "current_user_can_bypass"] {
            set.remove(key);
        }
    }
    Answer::list(ask, sets)
}

pub(crate) fn create(hub: &GitHub, ask: &Ask) -> Answered {
    let fields = ask.fields(&["name", "enforcement"], &["target", "bypass_actors", "conditions", "rules"])?;
    check(hub, ask, &fields, None)?;
    let name = fields.need("name")?;
    let id = hub.state().next_id();
    let now = stamp(hub.now());
    let source = format!("{}/{}", hub.settings().owner, hub.name());
    let mut set = json!({
        "id": id, "node_id": format!("RRS_{id}"), "name": name, "target": "branch", "source_type": "Repository",
        "source": source, "enforcement": "active", "bypass_actors": [], "rules": [], "conditions": {},
        "created_at": now, "updated_at": now,
        "_links": {
            "self": {"href": hub.url(&format!("/rulesets/{id}"))},
            "html": {"href": hub.html(&format!("/rules/{id}"))},
        },
    });
    fields.merge_into(&mut set);
    complete(&mut set);
    hub.state().count(format!("ruleset {name}"));
    hub.state().rulesets.push(set.clone());
    hub.send("repository_ruleset", &ask.actor, json!({"action": "created", "repository_ruleset": set}));
    Answer::created(shown(hub, ask, set))
}

pub(crate) fn get(hub: &GitHub, ask: &Ask, id: &str) -> Answered {
    Answer::ok(shown(hub, ask, find(hub, id)?))
}

pub(crate) fn update(hub: &GitHub, ask: &Ask, id: &str) -> Answered {
    let fields = ask.fields(&[], &["name", "enforcement", "target", "bypass_actors", "conditions", "rules"])?;
    let before = find(hub, id)?;
    check(hub, ask, &fields, before["id"].as_u64())?;
    let mut after = before.clone();
    fields.merge_into(&mut after);
    complete(&mut after);
    after["updated_at"] = json!(stamp(hub.now()));
    if let Some(set) = hub.state().rulesets.iter_mut().find(|set| set["id"] == before["id"]) {
        *set = after.clone();
    }
    let mut changes = json!({});
    for key in ["name", "enforcement"] {
        if before[key] != after[key] {
            changes[key] = json!({"from": before[key]});
        }
    }
    let payload = json!({"action": "edited", "repository_ruleset": after, "changes": changes});
    hub.send("repository_ruleset", &ask.actor, payload);
    hub.wake_queue();
    Answer::ok(shown(hub, ask, after))
}

pub(crate) fn delete(hub: &GitHub, ask: &Ask, id: &str) -> Answered {
    let set = find(hub, id)?;
    hub.state().rulesets.retain(|known| known["id"] != set["id"]);
    hub.wake_queue();
    hub.send("repository_ruleset", &ask.actor, json!({"action": "deleted", "repository_ruleset": set}));
    Answer::nothing()
}

fn find(hub: &GitHub, id: &str) -> Result<Value, Refusal> {
    let id = number(id)?;
    let found = hub.state().rulesets.iter().find(|set| set["id"] == id).cloned();
    found.ok_or_else(Refusal::not_found)
}

/// Writes down what was left out of a bypass list.
fn complete(set: &mut Value) {
    for entry in set["bypass_actors"].as_array_mut().into_iter().flatten() {
        if entry["bypass_mode"].is_null() {
            entry["bypass_mode"] = json!("always");
        }
        if entry["actor_id"].is_null() {
            entry["actor_id"] = Value::Null;
        }
    }
}

/// A ruleset as whoever asks sees it.
fn shown(hub: &GitHub, ask: &Ask, mut set: Value) -> Value {
    set["current_user_can_bypass"] = json!(hub.bypass(&ask.actor, &set).word());
    if !hub.administrates(&ask.actor)
        && let Some(set) = set.as_object_mut()
    {
        // Who may pass is only for those to know who may change it.
        set.remove("bypass_actors");
    }
    set
}
