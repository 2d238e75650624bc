//! A channel as people see it, written as text.

use serde_json::Value;

use super::{
    Discord,
    acts::{buttons, label},
    state::State,
    things::{Entry, Interaction, Message},
};
use crate::chat::{self, Button, Seen};

impl Discord {
    /// Everything that happened in a channel and its threads, in order: messages in their present form, and what
    /// people typed and pressed. Empty if there is no such channel.
    pub fn transcript(&self, channel: &str) -> String {
        self.write(channel, true)
    }

    /// What is on the screen in a channel and its threads: like the transcript, without what people did.
    pub fn visible(&self, channel: &str) -> String {
        self.write(channel, false)
    }

    /// The messages of a channel and its threads as everybody together sees them, for a page that shows them.
    pub fn messages(&self, channel: &str) -> Vec<Seen> {
        self.0.shared.look(|state| state.place(channel).map(|channel| state.seen(channel.id)).unwrap_or_default())
    }

    fn write(&self, channel: &str, acts: bool) -> String {
        self.0.shared.look(|state| {
            let Ok(place) = state.place(channel) else { return String::new() };
            state.write(place.id, acts).join("\n")
        })
    }
}

impl State {
    fn write(&self, channel: u64, acts: bool) -> Vec<String> {
        let mut entries = Vec::new();
        for entry in self.log(channel) {
            match entry {
                Entry::Act(act) if acts => {
                    let outcome = self.interaction(act.interaction).and_then(|known| self.outcome(known));
                    entries.push(format!("{}{}", act.text, outcome.map(|o| format!(" → {o}")).unwrap_or_default()));
                }
                Entry::Act(_) => {}
                Entry::Message(id) => entries.extend(self.messages.get(id).map(|message| self.entry(message, acts))),
            }
        }
        entries
    }

    fn entry(&self, message: &Message, acts: bool) -> String {
        let mut who = self.name_of(message.author);
        if message.is_loading() {
            who.push_str(" is thinking…");
        }
        if let Some(only) = message.only_for {
            who.push_str(&format!(" (only {} sees)", self.name_of(only)));
        }
        if message.is_loading() {
            return who;
        }
        let mut lines = self.text_of(message);
        lines.extend(rows(message).iter().map(|row| row.iter().map(Button::drawn).collect::<Vec<_>>().join(" ")));
        if !message.pings.is_empty() {
            let names: Vec<String> = message.pings.iter().map(|user| format!("@{}", self.name_of(*user))).collect();
            lines.push(format!("pings: {}", names.join(" ")));
        }
        if message.content.is_empty() && message.reply_to.is_none() {
            lines.insert(0, String::new());
        }
        let mut text = chat::said(&who, &lines);
        if let Some(thread) = self.channels.iter().find(|channel| channel.id == message.id) {
            text.push_str(&format!("\n  thread “{}”", thread.name));
            text.push_str(if thread.archived { ", archived:" } else { ":" });
            for entry in self.write(thread.id, acts) {
                text.push('\n');
                text.push_str(&chat::indent(&entry, "    "));
            }
        }
        text
    }

    /// What an act led to, where no message tells it.
    fn outcome(&self, interaction: &Interaction) -> Option<String> {
        if interaction.failed(self.now()) {
            let told =
                if interaction.kind == 3 { "This interaction failed" } else { "The application did not respond" };
            return Some(told.to_owned());
        }
        let title = interaction.modal_title.as_ref()?;
        Some(format!("opens the form “{title}”"))
    }

    /// The lines of a message: text, embeds, files.
    pub(super) fn text_of(&self, message: &Message) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(replied) = message.reply_to {
            let first = self.messages.get(&replied).map(|replied| chat::excerpt(&self.readable(&replied.content)));
            lines.push(format!("↳ reply to “{}”", first.unwrap_or_else(|| "a deleted message".to_owned())));
        }
        if message.notice_of.is_some() {
            lines.push("pinned a message to this channel".to_owned());
        }
        lines.extend(self.readable(&message.content).lines().map(str::to_owned));
        for embed in &message.embeds {
            lines.extend(self.embed(embed).lines().map(|line| format!("│ {line}")));
        }
        lines.extend(message.attachments.iter().map(|attachment| format!("📎 {}", attachment.name)));
        lines
    }

    fn embed(&self, embed: &Value) -> String {
        let text = |value: &Value| value.as_str().map(|text| self.readable(text)).filter(|text| !text.is_empty());
        let mut lines = Vec::new();
        lines.extend(text(&embed["author"]["name"]));
        let url = embed["url"].as_str().map(|url| format!(" ({url})")).unwrap_or_default();
        lines.extend(text(&embed["title"]).map(|title| format!("# {title}{url}")));
        lines.extend(text(&embed["description"]));
        for field in embed["fields"].as_array().into_iter().flatten() {
            let name = text(&field["name"]).unwrap_or_default();
            let value = text(&field["value"]).unwrap_or_default();
            lines.push(match value.contains('\n') {
                true => format!("{name}:\n{}", chat::indent(&value, "  ")),
                false => format!("{name}: {value}"),
            });
        }
        lines.extend(text(&embed["image"]["url"]).map(|image| format!("🖼 {image}")));
        lines.extend(text(&embed["footer"]["text"]).map(|footer| format!("— {footer}")));
        let time = embed["timestamp"].as_str().and_then(|time| time.parse().ok());
        lines.extend(time.map(|time| format!("— {}", chat::utc(time))));
        lines.join("\n")
    }

    /// The messages of a channel and its threads, for a page.
    pub(super) fn seen(&self, channel: u64) -> Vec<Seen> {
        let mut seen = Vec::new();
        let thread = self.channels.iter().find(|known| known.id == channel && known.parent.is_some());
        for entry in self.log(channel) {
            let Entry::Message(id) = entry else { continue };
            let Some(message) = self.messages.get(id) else { continue };
            seen.push(Seen {
                id: id.to_string(),
                thread: thread.map(|thread| thread.name.clone()),
                author: self.name_of(message.author),
                at: message.at,
                text: if message.is_loading() { "is thinking…".to_owned() } else { self.text_of(message).join("\n") },
                buttons: rows(message),
                only_for: message.only_for.map(|only| self.name_of(only)),
            });
            if self.channels.iter().any(|channel| channel.id == *id) {
                seen.extend(self.seen(*id));
            }
        }
        seen
    }
}

/// The buttons and menus of a message, row by row.
fn rows(message: &Message) -> Vec<Vec<Button>> {
    let mut rows = Vec::new();
    for row in &message.components {
        let mut one = message.clone();
        one.components = vec![row.clone()];
        let mut drawn: Vec<Button> = buttons(&one).map(button).collect();
        let menus = row["components"].as_array().into_iter().flatten().filter(|component| component["type"] != 2);
        drawn.extend(menus.map(menu));
        rows.push(drawn);
    }
    rows
}

fn button(button: &Value) -> Button {
    Button {
        label: label(button),
        id: button["custom_id"].as_str().map(str::to_owned),
        url: button["url"].as_str().map(str::to_owned),
        enabled: button["disabled"] != true,
    }
}

fn menu(menu: &Value) -> Button {
    let options = menu["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    let labels: Vec<&str> = options.iter().filter_map(|option| option["label"].as_str()).collect();
    let label = format!("{} ▾ {}", menu["placeholder"].as_str().unwrap_or_default(), labels.join(" | "));
    let id = menu["custom_id"].as_str().map(str::to_owned);
    Button { label: label.trim().to_owned(), id, url: None, enabled: menu["disabled"] != true }
}
