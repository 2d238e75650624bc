//! `rulesets`, and the rules that hold for a branch.

use serde_json::{Value, json};

use super::number;
use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::{Ask, Fields},
    stamp,
};

pub fn for_branch(hub: &GitHub, ask: &Ask, branch: &str) -> Answered {
    Answer::list(ask, hub.rules_for(&format!("refs/heads/{branch}")))
}

pub fn list(hub: &GitHub, ask: &Ask) -> Answered {
    let mut sets = hub.state().rulesets.clone();
    // The list is short: what a ruleset says is only in the ruleset itself.
    for set in sets.iter_mut().filter_map(|set| set.as_object_mut()) {
        for key in ["rules", "conditions", "bypass_actors"] {
            set.remove(key);
        }
    }
    Answer::list(ask, sets)
}

pub fn create(hub: &GitHub, ask: &Ask) -> Answered {
    let fields = ask.fields(&["name", "enforcement"], &["target", "bypass_actors", "conditions", "rules"])?;
    check(&fields)?;
    let name = fields.need("name")?;
    if hub.state().rulesets.iter().any(|set| set["name"] == name) {
        return Err(Refusal::invalid("Validation Failed: Name must be unique"));
    }
    let id = hub.state().next_id();
    let now = stamp(hub.now());
    let source = format!("{}/{}", hub.settings().owner, hub.settings().name);
    let mut set = json!({
        "id": id, "node_id": format!("RRS_{id}"), "name": name, "target": "branch", "source_type": "Repository",
        "source": source, "enforcement": "active", "bypass_actors": [], "rules": [], "conditions": {},
        "current_user_can_bypass": "never", "created_at": now, "updated_at": now,
        "_links": {
            "self": {"href": hub.url(&format!("/rulesets/{id}"))},
            "html": {"href": hub.html(&format!("/rules/{id}"))},
        },
    });
    fields.merge_into(&mut set);
    hub.state().count(format!("ruleset {name}"));
    hub.state().rulesets.push(set.clone());
    Answer::created(set)
}

pub fn get(hub: &GitHub, ask: &Ask, id: &str) -> Answered {
    let mut set = find(hub, id)?;
    if !hub.administrates(&ask.actor)
        && let Some(set) = set.as_object_mut()
    {
        // Who may pass is only for those to know who may change it.
        set.remove("bypass_actors");
    }
    Answer::ok(set)
}

fn find(hub: &GitHub, id: &str) -> Result<Value, Refusal> {
    let id = number(id)?;
    let found = hub.state().rulesets.iter().find(|set| set["id"] == id).cloned();
    found.ok_or_else(Refusal::not_found)
}

pub fn update(hub: &GitHub, ask: &Ask, id: &str) -> Answered {
    let fields = ask.fields(&[], &["name", "enforcement", "target", "bypass_actors", "conditions", "rules"])?;
    check(&fields)?;
    let known = number(id)?;
    let now = stamp(hub.now());
    if let Some(set) = hub.state().rulesets.iter_mut().find(|set| set["id"] == known) {
        fields.merge_into(set);
        set["updated_at"] = json!(now);
    }
    get(hub, ask, id)
}

pub fn delete(hub: &GitHub, id: &str) -> Answered {
    find(hub, id)?;
    let id = number(id)?;
    hub.state().rulesets.retain(|set| set["id"] != id);
    Answer::nothing()
}

fn check(fields: &Fields) -> Result<(), Refusal> {
    if let Some(word) =
        fields.text("enforcement")?.filter(|word| !["active", "disabled", "evaluate"].contains(&word.as_str()))
    {
        return Err(Refusal::invalid(format!("Invalid request.\n\n{word} is not an enforcement.")));
    }
    if let Some(word) = fields.text("target")?.filter(|word| !["branch", "tag", "push"].contains(&word.as_str())) {
        return Err(Refusal::invalid(format!("Invalid request.\n\n{word} is not a target.")));
    }
    Ok(())
}
