//! `labels`.

use serde_json::{Value, json};

use crate::github::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::{Ask, encode},
};

pub(crate) fn list(hub: &GitHub, ask: &Ask) -> Answered {
    let labels = hub.state().labels.clone();
    Answer::list(ask, labels)
}

pub(crate) fn get(hub: &GitHub, name: &str) -> Answered {
    let found = hub.state().label(name).cloned();
    Answer::ok(found.ok_or_else(Refusal::not_found)?)
}

pub(crate) fn create(hub: &GitHub, ask: &Ask) -> Answered {
    let fields = ask.fields(&["name"], &["color", "description"])?;
    let name = fields.need("name")?;
    if hub.state().label(&name).is_some() {
        return Err(Refusal::field("Label", "name", "already_exists"));
    }
    let color = fields.text("color")?.unwrap_or_else(|| "ededed".to_owned());
    let description = fields.text("description")?;
    check(&color, description.as_deref())?;
    Answer::created(make(hub, &name, &color, description.as_deref()))
}

pub(crate) fn update(hub: &GitHub, ask: &Ask, name: &str) -> Answered {
    let fields = ask.fields(&[], &["new_name", "color", "description"])?;
    let (new, color, description) = (fields.text("new_name")?, fields.text("color")?, fields.text("description")?);
    check(color.as_deref().unwrap_or("ededed"), description.as_deref())?;
    let renamed = new.clone().unwrap_or_else(|| name.to_owned());
    let url = hub.url(&format!("/labels/{}", encode(&renamed)));
    {
        let mut state = hub.state();
        let found = state.labels.iter_mut().find(|label| label["name"] == name).ok_or_else(Refusal::not_found)?;
        found["name"] = json!(renamed);
        found["url"] = json!(url);
        for (key, value) in [("color", color), ("description", description)] {
            if let Some(value) = value {
                found[key] = json!(value);
            }
        }
        for label in state.pulls.values_mut().flat_map(|pull| &mut pull.labels).filter(|label| *label == name) {
            label.clone_from(&renamed);
        }
    }
    get(hub, &renamed)
}

pub(crate) fn delete(hub: &GitHub, name: &str) -> Answered {
    get(hub, name)?;
    let mut state = hub.state();
    state.labels.retain(|label| label["name"] != name);
    state.pulls.values_mut().for_each(|pull| pull.labels.retain(|label| label != name));
    Answer::nothing()
}

/// The label with this name, made if it does not exist.
pub(crate) fn find_or_make(hub: &GitHub, name: &str) -> Value {
    let found = hub.state().label(name).cloned();
    found.unwrap_or_else(|| make(hub, name, "ededed", None))
}

fn make(hub: &GitHub, name: &str, color: &str, description: Option<&str>) -> Value {
    let id = hub.state().next_id();
    let label = hub.label_json(id, name, color, description);
    let mut state = hub.state();
    state.count(format!("label {name}"));
    state.labels.push(label.clone());
    label
}

fn check(color: &str, description: Option<&str>) -> Result<(), Refusal> {
    if color.len() != 6 || !color.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Refusal::field("Label", "color", "invalid"));
    }
    if description.is_some_and(|text| text.chars().count() > 100) {
        return Err(Refusal::field("Label", "description", "invalid"));
    }
    Ok(())
}
