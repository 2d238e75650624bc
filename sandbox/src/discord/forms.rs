//! What people can press, choose and fill in on a message.

use serde_json::{Value, json};

use super::state::Message;
use crate::chat::Refused;

fn components(message: &Message) -> impl Iterator<Item = &Value> {
    message.components.iter().filter_map(|row| row["components"].as_array()).flatten()
}

pub(super) fn buttons(message: &Message) -> impl Iterator<Item = &Value> {
    components(message).filter(|component| component["type"] == 2)
}

pub(super) fn menus(message: &Message) -> impl Iterator<Item = &Value> {
    components(message).filter(|component| component["type"] == 3)
}

/// What is written on a button.
pub(super) fn label(button: &Value) -> String {
    let emoji = button["emoji"]["name"].as_str().unwrap_or_default();
    format!("{emoji} {}", button["label"].as_str().unwrap_or_default()).trim().to_owned()
}

/// The data of a sent form, and what the transcript says about it.
pub(super) fn filled_in(user: &str, modal: &Value, fields: &[(&str, &str)]) -> Result<(Value, String), Refused> {
    let rows = modal["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    let inputs: Vec<&Value> = rows.iter().filter_map(|row| row["components"].get(0)).collect();
    let title = modal["title"].as_str().unwrap_or_default();
    let named = |input: &Value, name: &str| input["custom_id"] == name || input["label"] == name;
    if let Some((name, _)) = fields.iter().find(|(name, _)| !inputs.iter().any(|input| named(input, name))) {
        return Refused::because(format!("the form “{title}” has no field {name}"));
    }
    let mut what = format!("{user} sends the form “{title}”");
    let mut sent = Vec::new();
    for input in inputs {
        let given = fields.iter().find(|(name, _)| named(input, name)).map(|(_, text)| *text);
        let text = given.or(input["value"].as_str()).unwrap_or_default();
        let label = input["label"].as_str().unwrap_or_default();
        let length = text.chars().count() as u64;
        let least = input["min_length"].as_u64().unwrap_or_default();
        let most = input["max_length"].as_u64().unwrap_or(4000);
        if length == 0 && input["required"] != false {
            return Refused::because(format!("the form “{title}” wants an answer to “{label}”"));
        }
        if length > most || (length > 0 && length < least) {
            return Refused::because(format!("“{label}” takes {least} to {most} characters"));
        }
        what.push_str(&format!("\n  {label}: {text}"));
        let value = json!({"type": 4, "custom_id": input["custom_id"], "value": text});
        sent.push(json!({"type": 1, "components": [value]}));
    }
    Ok((json!({"custom_id": modal["custom_id"], "components": sent}), what))
}
