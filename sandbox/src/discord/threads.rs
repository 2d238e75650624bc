//! Threads, and what else can be changed about a channel.

use serde_json::{Map, Value, json};

use super::{
    problem::{Form, Problem},
    request::Body,
    state::State,
    things::{Channel, Denied, Entry, Home},
};

impl State {
    /// `POST channels/{channel}/messages/{id}/threads`
    pub(super) fn open_thread(&mut self, channel: u64, id: u64, body: &Body) -> Result<Value, Problem> {
        self.message(channel, id)?;
        if self.channel(channel)?.parent.is_some() {
            return Err(Problem::bad(50024));
        }
        if matches!(self.denied(channel), Some(Denied::Threads)) {
            return Err(Problem::forbidden(50013));
        }
        let object = body.object()?;
        check_thread(object, true)?;
        self.channels.retain(|channel| channel.id != id || !channel.gone);
        if self.channels.iter().any(|channel| channel.id == id) {
            return Err(Problem::bad(160004));
        }
        let name = object["name"].as_str().unwrap_or_default().to_owned();
        let home = self.channel(channel)?.home;
        let mut thread = Channel::new(id, home, name, Some(channel));
        thread.auto_archive = object.get("auto_archive_duration").and_then(Value::as_u64).unwrap_or(1440);
        let mut json = self.channel_json(&thread);
        json["newly_created"] = json!(true);
        self.channels.push(thread);
        Ok(json)
    }

    /// `POST users/@me/channels`
    pub(super) fn private_talk(&mut self, body: &Body) -> Result<Value, Problem> {
        let person = body.object()?.get("recipient_id").and_then(Value::as_str).and_then(|id| id.parse().ok());
        let talk =
            self.channels.iter().find(|channel| person.is_some_and(|person| channel.home == Home::Private(person)));
        talk.map(|talk| self.channel_json(talk)).ok_or_else(|| Problem::unknown(10013))
    }

    /// `PATCH channels/{id}`
    pub(super) fn change_channel(&mut self, id: u64, body: &Body) -> Result<Value, Problem> {
        let object = body.object()?;
        check_thread(object, false)?;
        let channel = self.channel(id)?;
        let text = |key: &str| object.get(key).and_then(Value::as_str);
        let flag = |key: &str| object.get(key).and_then(Value::as_bool);
        channel.name = text("name").unwrap_or(&channel.name).to_owned();
        channel.topic = text("topic").unwrap_or(&channel.topic).to_owned();
        channel.archived = flag("archived").unwrap_or(channel.archived);
        channel.locked = flag("locked").unwrap_or(channel.locked);
        channel.auto_archive =
            object.get("auto_archive_duration").and_then(Value::as_u64).unwrap_or(channel.auto_archive);
        let channel = self.channels.iter().find(|channel| channel.id == id);
        channel.map(|channel| self.channel_json(channel)).ok_or_else(|| Problem::unknown(10003))
    }

    /// The messages and acts of a channel, in order.
    pub(super) fn log(&self, channel: u64) -> &[Entry] {
        self.channels.iter().find(|known| known.id == channel).map(|known| known.log.as_slice()).unwrap_or_default()
    }
}

fn check_thread(object: &Map<String, Value>, new: bool) -> Result<(), Problem> {
    let mut form = Form::default();
    let name = object.get("name").unwrap_or(&Value::Null);
    if new || !name.is_null() {
        form.text("name", name, 1, 100);
    }
    let archive = object.get("auto_archive_duration").filter(|minutes| !minutes.is_null());
    if archive.is_some_and(|minutes| !matches!(minutes.as_u64(), Some(60 | 1440 | 4320 | 10080))) {
        let message = "Value must be one of {60, 1440, 4320, 10080}.";
        form.wrong("auto_archive_duration", "BASE_TYPE_CHOICES", message);
    }
    form.finish()
}
