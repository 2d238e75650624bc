//! Reads interactions that serenity cannot: whatever Discord adds to its messages, a press still says its command.

use serde_json::{Value, json};
use serenity::{
    all::{Context, Event, EventHandler, Interaction, PartialChannel, RawEventHandler},
    async_trait,
};

use super::answer::Ear;
use crate::logging;

/// What we do not need of an interaction, and so must not stop us.
const UNNEEDED: [&str; 4] = ["guild", "guild_locale", "app_permissions", "authorizing_integration_owners"];

#[async_trait]
impl RawEventHandler for Ear {
    async fn raw_event(&self, context: Context, event: Event) {
        let Event::Unknown(unknown) = event else { return };
        if unknown.kind != "INTERACTION_CREATE" {
            return;
        }
        match without_unneeded(unknown.value) {
            Ok(interaction) => self.interaction_create(context, interaction).await,
            // What is wrong with it may be said in its own words.
            Err(_) => {
                logging::of_strangers(|left_out| {
                    tracing::warn!(left_out, "an interaction from Discord cannot be read, so nobody answers it");
                });
            }
        }
    }
}

/// Reads only what we need.
fn without_unneeded(mut interaction: Value) -> Result<Interaction, serde_json::Error> {
    if let Some(fields) = interaction.as_object_mut() {
        fields.retain(|key, _| !UNNEEDED.contains(&key.as_str()));
        let (channel, context) = (fields.remove("channel"), fields.remove("context"));
        fields.extend(channel.as_ref().and_then(bare_channel).map(|channel| ("channel".to_owned(), channel)));
        let context = context.filter(|context| context.as_u64().is_some_and(|context| context <= u64::from(u8::MAX)));
        fields.extend(context.map(|context| ("context".to_owned(), context)));
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

/// What says whether the channel is a thread, and of which; none if even that cannot be read.
fn bare_channel(channel: &Value) -> Option<Value> {
    let bare = json!({"id": channel["id"], "type": channel["type"], "parent_id": channel["parent_id"]});
    serde_json::from_value::<PartialChannel>(bare.clone()).is_ok().then_some(bare)
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
        read::{did, scene},
        samples::{press, read, slash},
    };
    use crate::domain::team::here::Within;

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
    fn where_it_was_is_kept_as_far_as_it_can_be_read() {
        let mut strange = press("approve|gate=qa");
        strange["message"]["embeds"] = json!("new");
        strange["channel"] = json!({"id": "20", "type": 11, "parent_id": "30", "thread_metadata": "new"});
        let there = without_unneeded(strange.clone()).ok().as_ref().and_then(scene).map(|scene| scene.2);
        assert_eq!(there, Some(Within::Server { id: 10, thread_of: Some(30) }));
        if let Some(fields) = strange.as_object_mut() {
            fields.retain(|key, _| !["member", "guild_id"].contains(&key.as_str()));
            fields.insert("user".to_owned(), json!({"id": "7", "username": "bo"}));
        }
        for (context, within) in [(json!(1), Within::Private), (json!("new"), Within::Nothing)] {
            strange["context"] = context;
            assert_eq!(
                without_unneeded(strange.clone()).ok().as_ref().and_then(scene).map(|scene| scene.2),
                Some(within)
            );
        }
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
