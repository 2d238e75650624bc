//! Interactions as Discord sends them, for tests.

use serde_json::{Value, json};
use serenity::model::application::Interaction;

/// Reads an interaction the way the gateway does.
pub(super) fn read(interaction: Value) -> Interaction {
    serde_json::from_value(interaction).unwrap_or_else(|problem| panic!("an interaction that Discord sends: {problem}"))
}

/// A slash command by Ana in channel 20.
pub(super) fn slash(name: &str, options: Value) -> Value {
    interaction(2, json!({"id": "500", "name": name, "type": 1, "options": options}))
}

/// Ana types the option that has `"focused": true`.
pub(super) fn typing(name: &str, options: Value) -> Value {
    interaction(4, json!({"id": "500", "name": name, "type": 1, "options": options}))
}

/// Ana presses a button.
pub(super) fn press(custom_id: &str) -> Value {
    let mut press = interaction(3, json!({"custom_id": custom_id, "component_type": 2}));
    if let Some(fields) = press.as_object_mut() {
        fields.insert("message".to_owned(), message());
    }
    press
}

/// Ana sends a form with one field.
pub(super) fn form(custom_id: &str, field: &str, words: &str) -> Value {
    let input = json!({"type": 4, "custom_id": field, "value": words});
    interaction(5, json!({"custom_id": custom_id, "components": [{"type": 1, "components": [input]}]}))
}

fn interaction(kind: u8, data: Value) -> Value {
    json!({
        "id": "700", "application_id": "600", "type": kind, "data": data, "token": "a-token", "version": 1,
        "guild_id": "10", "channel_id": "20", "channel": {"id": "20", "type": 0},
        "member": {
            "user": {"id": "1001", "username": "ana", "global_name": "Ana", "discriminator": "0", "avatar": null},
            "nick": "Ana (on call)", "roles": ["31", "32"], "deaf": false, "mute": false, "flags": 0,
            "joined_at": "2026-01-01T00:00:00Z", "permissions": "0",
        },
        "locale": "en-GB", "guild_locale": "en-GB", "entitlements": [], "attachment_size_limit": 8_388_608,
        "app_permissions": "0", "authorizing_integration_owners": {}, "context": 0,
    })
}

fn message() -> Value {
    json!({
        "id": "800", "channel_id": "20", "author": {"id": "600", "username": "shipmate", "bot": true}, "content": "",
        "timestamp": "2026-01-01T00:00:00Z", "edited_timestamp": null, "tts": false, "mention_everyone": false,
        "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": false, "type": 0,
    })
}
