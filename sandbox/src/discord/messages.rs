//! Messages and threads: writing, editing, deleting, opening.

use serde_json::{Map, Value, json};

use super::{
    check_message,
    problem::{Form, Problem},
    request::Body,
    state::State,
    things::{Attachment, Denied, Home, Message},
};

const EPHEMERAL: u64 = 64;
const LOADING: u64 = 128;
/// Suppressed embeds, ephemeral, silent.
const FLAGS: u64 = 4 | EPHEMERAL | 4096;
/// How long a nonce is remembered.
const NONCE_MINUTES: i64 = 5;

impl State {
    /// `POST channels/{channel}/messages`
    pub(super) fn create_message(&mut self, channel: u64, body: &Body) -> Result<Value, Problem> {
        let locked = self.channel(channel)?.locked;
        if self.denied(channel) == Some(Denied::Send) {
            // Of somebody who takes no private messages: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
            let is_private = matches!(self.channel(channel)?.home, Home::Private(_));
            return Err(Problem::forbidden(if is_private { 50007 } else { 50013 }));
        }
        // A message opens an archived thread again, except a locked one, for which the bot has no Manage Threads.
        // https://discord.com/developers/docs/topics/threads#locked-threads, and JSON Error Code 160005
        if locked {
            return Err(Problem::bad(160_005));
        }
        let object = body.object()?;
        self.check_body(object, body, "")?;
        if let Some(earlier) = self.with_same_nonce(object) {
            return Ok(self.message_json(earlier));
        }
        let reply_to = object.get("message_reference").map(|reference| self.replied(channel, reference)).transpose()?;
        let message = self.blank_message(channel, None, reply_to.flatten());
        let id = message.id;
        self.add(message);
        self.fill(id, object, body);
        self.shown(id)
    }

    /// `PATCH channels/{channel}/messages/{id}`
    pub(super) fn edit_message(&mut self, channel: u64, id: u64, body: &Body) -> Result<Value, Problem> {
        let bot = self.settings.application;
        if self.message(channel, id)?.author != bot {
            return Err(Problem::forbidden(50005));
        }
        // JSON Error Code 50083: "an operation on an archived thread, such as editing a message".
        if self.channel(channel)?.archived {
            return Err(Problem::bad(50083));
        }
        self.change_message(id, body)?;
        self.shown(id)
    }

    /// `DELETE channels/{channel}/messages/{id}`
    pub(super) fn delete_message(&mut self, channel: u64, id: u64) -> Result<(), Problem> {
        self.message(channel, id)?;
        self.remove(id);
        Ok(())
    }

    /// `GET channels/{channel}/messages`, newest first.
    pub(super) fn list_messages(&mut self, channel: u64, query: &[(String, String)]) -> Result<Value, Problem> {
        self.channel(channel)?;
        let number = |key: &str| query.iter().find(|(k, _)| k == key).and_then(|(_, v)| v.parse::<u64>().ok());
        let limit = number("limit").unwrap_or(50);
        if !(1..=100).contains(&limit) {
            let mut form = Form::default();
            form.wrong("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.");
            form.finish()?;
        }
        let (before, after) = (number("before").unwrap_or(u64::MAX), number("after"));
        let fits = |m: &&Message| {
            m.channel == channel && m.only_for.is_none() && m.id < before && m.id > after.unwrap_or_default()
        };
        let mut found: Vec<&Message> = self.messages.values().filter(fits).collect();
        if after.is_none() {
            found.reverse();
        }
        found.truncate(limit as usize);
        found.sort_by_key(|message| std::cmp::Reverse(message.id));
        Ok(found.into_iter().map(|message| self.message_json(message)).collect())
    }

    /// Checks the body of a new message and notes what Discord does not know.
    pub(super) fn check_body(&self, object: &Map<String, Value>, body: &Body, base: &str) -> Result<(), Problem> {
        self.note_unknown(object);
        check_message::check(object, base)?;
        let something = |key: &str| match object.get(key) {
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(Value::Array(list)) => !list.is_empty(),
            _ => false,
        };
        if !["content", "embeds", "sticker_ids"].iter().any(|key| something(key)) && body.files.is_empty() {
            return Err(Problem::bad(50006));
        }
        Ok(())
    }

    /// A message by the bot with nothing in it yet.
    pub(super) fn blank_message(&mut self, channel: u64, interaction: Option<u64>, reply_to: Option<u64>) -> Message {
        Message {
            id: self.id(),
            channel,
            author: self.settings.application,
            content: String::new(),
            embeds: Vec::new(),
            components: Vec::new(),
            flags: 0,
            nonce: Value::Null,
            attachments: Vec::new(),
            at: self.now(),
            edited: None,
            only_for: None,
            reply_to,
            interaction,
            pings: Vec::new(),
            pinned: false,
            notice_of: None,
        }
    }

    /// Fills a new or a loading message and pings those it may ping.
    pub(super) fn fill(&mut self, id: u64, object: &Map<String, Value>, body: &Body) {
        self.overwrite(id, object, body);
        let Some(message) = self.messages.get(&id) else { return };
        let allowed = object.get("allowed_mentions").unwrap_or(&Value::Null);
        let pings = match message.only_for {
            None => self.pinged(&message.content, allowed, message.reply_to),
            Some(_) => Vec::new(),
        };
        let Some(message) = self.messages.get_mut(&id) else { return };
        message.flags &= !LOADING;
        message.pings = pings;
        let message = message.clone();
        self.log_pings(&message);
    }

    /// Applies an edit; edits never ping.
    pub(super) fn change_message(&mut self, id: u64, body: &Body) -> Result<(), Problem> {
        let object = body.object()?;
        self.note_unknown(object);
        check_message::check(object, "")?;
        let before = self.messages.get(&id).ok_or_else(|| Problem::unknown(10008))?.clone();
        self.overwrite(id, object, body);
        let now = self.now();
        let Some(message) = self.messages.get_mut(&id) else { return Err(Problem::unknown(10008)) };
        if message.content.is_empty() && message.embeds.is_empty() && message.attachments.is_empty() {
            *message = before;
            return Err(Problem::bad(50006));
        }
        message.edited = Some(now);
        Ok(())
    }

    /// A message as it is answered.
    pub(super) fn shown(&self, id: u64) -> Result<Value, Problem> {
        self.messages.get(&id).map(|message| self.message_json(message)).ok_or_else(|| Problem::unknown(10008))
    }

    fn overwrite(&mut self, id: u64, object: &Map<String, Value>, body: &Body) {
        let added: Vec<Attachment> = body
            .files
            .iter()
            .map(|(name, size)| Attachment { id: self.id(), name: name.clone(), size: *size })
            .collect();
        let Some(message) = self.messages.get_mut(&id) else { return };
        if let Some(content) = object.get("content") {
            message.content = content.as_str().unwrap_or_default().trim().to_owned();
        }
        if let Some(embeds) = object.get("embeds") {
            message.embeds = embeds.as_array().cloned().unwrap_or_default();
            for embed in &mut message.embeds {
                embed["type"] = json!("rich");
            }
        }
        if let Some(components) = object.get("components") {
            message.components = components.as_array().cloned().unwrap_or_default();
        }
        if let Some(flags) = object.get("flags").and_then(Value::as_u64) {
            message.flags = (message.flags & (EPHEMERAL | LOADING)) | (flags & (FLAGS & !EPHEMERAL));
        }
        if let Some(nonce) = object.get("nonce") {
            message.nonce = nonce.clone();
        }
        if let Some(kept) = object.get("attachments").and_then(Value::as_array) {
            let ids: Vec<String> = kept.iter().filter_map(|kept| kept["id"].as_str().map(str::to_owned)).collect();
            message.attachments.retain(|attachment| ids.contains(&attachment.id.to_string()));
        }
        message.attachments.extend(added);
    }

    fn with_same_nonce(&self, object: &Map<String, Value>) -> Option<&Message> {
        let nonce = object.get("nonce").filter(|nonce| !nonce.is_null())?;
        if object.get("enforce_nonce") != Some(&Value::Bool(true)) {
            return None;
        }
        let since = self.now() - chrono::Duration::minutes(NONCE_MINUTES);
        let bot = self.settings.application;
        self.messages.values().find(|m| m.author == bot && m.nonce == *nonce && m.at >= since)
    }

    fn replied(&self, channel: u64, reference: &Value) -> Result<Option<u64>, Problem> {
        if reference.is_null() {
            return Ok(None);
        }
        let id = reference["message_id"].as_str().and_then(|id| id.parse().ok());
        let found = id.filter(|id| self.messages.get(id).is_some_and(|m| m.channel == channel && m.only_for.is_none()));
        if found.is_none() && reference["fail_if_not_exists"] != false {
            let mut form = Form::default();
            form.wrong("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
            form.finish()?;
        }
        Ok(found)
    }

    fn note_unknown(&self, object: &Map<String, Value>) {
        for key in check_message::unknown_keys(object) {
            self.wire.misunderstood(format!("Discord: a message has the unknown key {key}"));
        }
        let flags = object.get("flags").and_then(Value::as_u64).unwrap_or_default();
        if flags & !FLAGS != 0 {
            self.wire.misunderstood(format!("Discord: a message has the flags {flags}, the sandbox knows {FLAGS}"));
        }
    }
}
