//! Reads interactions that serenity cannot: whatever Discord adds to its messages, a press still says its command.

use serde_json::{Value, json};
use serenity::{
    all::{Context, Event, EventHandler, Interaction, RawEventHandler},
    async_trait,
};

use super::answer::Ear;

/// What we do not need of an interaction, and so must not stop us.
const UNNEEDED: [&str; 6] =
    ["channel", "context", "guild", "guild_locale", "app_permissions", "authorizing_integration_owners"];

#[async_trait]
impl RawEventHandler for Ear {
    async fn raw_event(&self, context: Context, event: Event) {
        let Event::Unknown(unknown) = event else { return };
        if unknown.kind != "INTERACTION_CREATE" {
            return;
        }
        match without_unneeded(unknown.value) {
            Ok(interaction) => self.interaction_create(context, interaction).await,
            Err(problem) => {
                tracing::warn!(%problem, "an interaction from Discord cannot be read, so nobody answers it")
            }
        }
    }
}

/// Reads only what we need.
fn without_unneeded(mut interaction: Value) -> Result<Interaction, serde_json::Error> {
    if let Some(fields) = interaction.as_object_mut() {
        fields.retain(|key, _| !UNNEEDED.contains(&key.as_str()));
        if let Some(message) = fields.get_mut("message") {
            *message = bare(message);
        }
        if let Some(data) = fields.get_mut("data").and_then(Value::as_object_mut) {
            data.remove("resolved");
        }
        fields.insert("entitlements".to_owned(), json!([]));
        fields.insert("attachment_size_limit".to_owned(), json!(0));
        fields.entry("locale").or_insert_with(|| json!("en-US"));
    }
    serde_json::from_value(interaction)
}

/// The message with the pressed button, of which we need nothing.
fn bare(message: &Value) -> Value {
    json!({
        "id": message["id"], "channel_id": message["channel_id"], "author": {"id": "1", "username": ""},
        "content": "", "timestamp": "2015-01-01T00:00:00Z", "tts": false, "mention_everyone": false, "mentions": [],
        "mention_roles": [], "attachments": [], "embeds": [], "pinned": false, "type": 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::discord::{
        read::did,
        samples::{press, read, slash},
    };

    #[test]
    fn a_press_on_a_strange_message_is_read() {
        let mut strange = press("approve|gate=qa");
        strange["message"]["interaction_metadata"] = json!({"type": 99});
        strange["message"]["embeds"] = json!("new");
        strange["channel"] = json!({"type": "new"});
        assert!(serde_json::from_value::<Interaction>(strange.clone()).is_err());
        let recovered = without_unneeded(strange).ok();
        assert_eq!(recovered.as_ref().and_then(did), did(&read(press("approve|gate=qa"))));
    }

    #[test]
    fn a_command_without_what_we_do_not_need_is_read() {
        let whole = slash("whoami", json!([]));
        let mut less = whole.clone();
        if let Some(fields) = less.as_object_mut() {
            fields.retain(|key, _| !["attachment_size_limit", "entitlements", "locale"].contains(&key.as_str()));
        }
        assert_eq!(without_unneeded(less).ok().as_ref().and_then(did), did(&read(whole)));
        assert!(without_unneeded(json!({"type": 2})).is_err());
    }
}
