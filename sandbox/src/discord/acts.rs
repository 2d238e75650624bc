//! How an act of a person becomes an interaction, and what they can press.

use std::time::Instant;

use serde_json::{Value, json};

use super::{
    gateway::Frame,
    records::InteractionId,
    state::State,
    things::{Act, Entry, Interaction, Message},
};
use crate::{
    cast::Person,
    chat::{self, Refused},
};

/// What a new interaction is about.
pub(super) struct Doing {
    pub kind: u8,
    pub channel: u64,
    pub what: String,
    pub source: Option<u64>,
    pub data: Value,
    pub focused: Option<u64>,
}

impl State {
    /// Lets a person do something, and tells the bot if it is there to hear.
    pub(super) fn act(&mut self, person: Person, doing: Doing) -> InteractionId {
        let id = self.id();
        let mut interaction = Interaction {
            id,
            token: format!("interaction-token-{id}"),
            kind: doing.kind,
            user: person.discord,
            channel: doing.channel,
            what: doing.what.clone(),
            source: doing.source,
            sent: Instant::now(),
            sent_at: self.now(),
            delivered: false,
            response: None,
            ephemeral: false,
            original: None,
            promised: false,
            choices: Vec::new(),
            focused: doing.focused,
            modal: None,
            modal_title: None,
        };
        let event = self.interaction_json(&interaction, person, &doing.data);
        interaction.delivered = self.broadcast(&Frame::Event("INTERACTION_CREATE", event));
        self.interactions.push(interaction);
        if let (2 | 3 | 5, Some(channel)) = (doing.kind, self.channels.iter_mut().find(|c| c.id == doing.channel)) {
            channel.log.push(Entry::Act(Act { text: doing.what, interaction: id }));
        }
        InteractionId(id)
    }

    pub(super) fn press(&mut self, person: Person, message: u64, button: &Value) -> Result<InteractionId, Refused> {
        let source = self.messages.get(&message).ok_or_else(|| Refused("the message is gone".to_owned()))?;
        let what = format!("{} presses [{}] on “{}”", person.name, label(button), self.headline(source));
        let data = json!({"custom_id": button["custom_id"], "component_type": 2});
        let channel = source.channel;
        Ok(self.act(person, Doing { kind: 3, channel, what, source: Some(message), data, focused: None }))
    }

    /// The messages a person sees there, newest first; for a thread also the message it hangs on.
    pub(super) fn visible_messages(&self, person: Person, place: &str) -> Result<Vec<u64>, Refused> {
        let place = self.place_of(person, place)?;
        let ids = place.log.iter().rev().filter_map(|entry| match entry {
            Entry::Message(id) => Some(*id),
            Entry::Act(_) => None,
        });
        let seen =
            |id: &u64| self.messages.get(id).is_some_and(|m| m.only_for.is_none_or(|only| only == person.discord));
        let starter = place.parent.map(|_| place.id);
        Ok(ids.chain(starter).filter(seen).collect())
    }

    pub(super) fn find_button(&self, person: Person, place: &str, wanted: &str) -> Result<(u64, Value), Refused> {
        let ids = self.visible_messages(person, place)?;
        let all = || ids.iter().filter_map(|id| self.messages.get(id)).flat_map(|m| buttons(m).map(|b| (m.id, b)));
        let exact = |button: &Value| button["label"] == wanted || label(button) == wanted;
        let fits = |button: &Value| label(button).contains(wanted);
        let usable = |button: &Value| button["disabled"] != true && button["style"] != 5;
        let found = all().find(|(_, b)| exact(b) && usable(b)).or_else(|| all().find(|(_, b)| fits(b) && usable(b)));
        if let Some((id, button)) = found {
            return Ok((id, button.clone()));
        }
        let who = person.name;
        Refused::because(match all().find(|(_, b)| fits(b)) {
            Some((_, button)) if button["style"] == 5 => format!("[{wanted}] is a link, {who} cannot press it"),
            Some(_) => format!("[{wanted}] in {place} is disabled, {who} cannot press it"),
            None => format!("{who} sees no button [{wanted}] in {place} on Discord"),
        })
    }

    /// What a message is called when somebody presses a button on it.
    fn headline(&self, message: &Message) -> String {
        let title = message.embeds.iter().find_map(|embed| embed["title"].as_str().or(embed["description"].as_str()));
        let text = if message.content.is_empty() { title.unwrap_or_default() } else { &message.content };
        chat::excerpt(&self.readable(text))
    }
}

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
