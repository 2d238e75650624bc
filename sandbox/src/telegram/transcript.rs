//! A chat as people see it, written as text.

use super::{
    Telegram, keyboard,
    state::State,
    things::{Chat, Entry, Message},
};
use crate::chat::{self, Button, Seen};

impl Telegram {
    /// Everything that happened in a chat, topic by topic, in order: messages in their present form, and the buttons
    /// that people pressed. Empty if there is no such chat.
    pub fn transcript(&self, chat: &str) -> String {
        self.write(chat, true)
    }

    /// What is on the screen in a chat: like the transcript, without the presses.
    pub fn visible(&self, chat: &str) -> String {
        self.write(chat, false)
    }

    fn write(&self, title: &str, presses: bool) -> String {
        self.0.shared.look(|state| {
            let Some(chat) = state.chats.iter().find(|chat| chat.title == title) else { return String::new() };
            let topics = chat.topics.iter().map(|topic| (Some(topic.id), topic.name.as_str()));
            let mut all = Vec::new();
            for (topic, name) in std::iter::once((None, "General")).chain(topics) {
                let entries = state.write(chat, topic, presses);
                if !entries.is_empty() && chat.is_forum() {
                    all.push(format!("— topic {name} —"));
                }
                all.extend(entries);
            }
            all.join("\n")
        })
    }
}

impl State {
    fn write(&self, chat: &Chat, topic: Option<i64>, presses: bool) -> Vec<String> {
        let mut entries = Vec::new();
        for entry in &chat.log {
            match entry {
                Entry::Message(id) => {
                    let message = chat.message(*id).filter(|message| message.topic == topic);
                    entries.extend(message.map(|message| self.entry(chat, message)));
                }
                Entry::Press(number) => {
                    let query = self.queries.get(*number).filter(|query| presses && query.topic == topic);
                    entries.extend(query.map(|query| {
                        let toast = query.toast.as_ref().filter(|toast| !toast.text.is_empty());
                        let sign = |alert| if alert { "a window" } else { "a toast" };
                        let shown = toast.map(|toast| format!(" → {}: “{}”", sign(toast.alert), toast.text));
                        format!("{}{}", query.what, shown.unwrap_or_default())
                    }));
                }
            }
        }
        entries
    }

    fn entry(&self, chat: &Chat, message: &Message) -> String {
        let mut who = self.name_of(message.from);
        if chat.pinned.contains(&message.id) {
            who.push_str(" (pinned)");
        }
        let mut lines = self.text_of(chat, message);
        let rows = keyboard::rows(&message.markup.keyboard);
        lines.extend(rows.iter().map(|row| row.iter().map(Button::drawn).collect::<Vec<_>>().join(" ")));
        if message.markup.force_reply {
            lines.push(match self.asked(chat, message) {
                None => "(asks for a reply)".to_owned(),
                Some(names) if names.is_empty() => "(asks nobody for a reply)".to_owned(),
                Some(names) => format!("(asks {} for a reply)", names.join(" and ")),
            });
        }
        lines.extend(message.reaction.iter().map(|sign| format!("(shipmate: {sign})")));
        if !message.pings.is_empty() {
            let names: Vec<String> = message.pings.iter().map(|user| format!("@{}", self.name_of(*user))).collect();
            let how = if message.silent { "pings silently" } else { "pings" };
            lines.push(format!("{how}: {}", names.join(" ")));
        }
        chat::said(&who, &lines)
    }

    /// The lines of a message: what it replies to, text, file.
    fn text_of(&self, chat: &Chat, message: &Message) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(replied) = message.reply_to {
            let first = chat.message(replied).map(|replied| chat::excerpt(&self.readable(&replied.rich)));
            lines.push(format!("↳ reply to “{}”", first.unwrap_or_else(|| "a deleted message".to_owned())));
        }
        lines.extend(message.document.iter().map(|(name, _)| format!("📎 {name}")));
        if message.notice_of.is_some() {
            lines.push("pinned a message".to_owned());
        }
        lines.extend(self.readable(&message.rich).lines().map(str::to_owned));
        lines
    }

    /// The messages of a chat, for a page.
    pub(super) fn seen(&self, chat: &Chat) -> Vec<Seen> {
        let seen = |message: &Message| Seen {
            id: message.id.to_string(),
            thread: chat.topic_name(message.topic).map(str::to_owned),
            author: self.name_of(message.from),
            at: message.at,
            text: self.text_of(chat, message).join("\n"),
            buttons: keyboard::rows(&message.markup.keyboard),
            only_for: None,
        };
        chat.messages.iter().map(seen).collect()
    }
}
