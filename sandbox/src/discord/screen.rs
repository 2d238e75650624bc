//! A channel as one person sees it, in pieces, for a page that draws it.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{
    Discord, InteractionId,
    state::State,
    things::{Act, Entry, Message},
};
use crate::chat;

/// One message on somebody's screen.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Post {
    /// Its id.
    pub id: String,
    /// Who wrote it, by the name in the cast; the bot under its own name.
    pub author: String,
    /// Whether the bot wrote it.
    pub bot: bool,
    /// When it was written, on the sandbox's clock.
    pub at: DateTime<Utc>,
    /// Whether it has been changed since.
    pub edited: bool,
    /// Its text, in Discord's markdown.
    pub content: String,
    /// Its embeds, as they came.
    pub embeds: Vec<Value>,
    /// Its rows of buttons and menus, as they came.
    pub components: Vec<Value>,
    /// The names of its files.
    pub files: Vec<String>,
    /// Only the person whose screen this is sees it.
    pub private: bool,
    /// The bot has promised this message, and it has not come yet.
    pub thinking: bool,
    /// Whether it pings the person whose screen this is.
    pub pings_me: bool,
    /// The author and the first words of the message that it replies to.
    pub reply_to: Option<(String, String)>,
    /// Who typed which command that it answers.
    pub answers: Option<(String, String)>,
    /// The thread that hangs on it.
    pub thread: Option<Thread>,
}

/// A thread that hangs on a message.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Thread {
    /// Its name.
    pub name: String,
    /// Whether it is closed.
    pub archived: bool,
    /// What is written in it.
    pub posts: Vec<Post>,
}

impl Discord {
    /// What a person sees in a channel, oldest first; empty if there is no such channel.
    pub fn screen(&self, channel: &str, viewer: &str) -> Vec<Post> {
        self.0.shared.look(|state| {
            let viewer = state.person(viewer).map(|person| person.discord).unwrap_or_default();
            state.place(channel).map(|channel| state.screen(channel.id, viewer)).unwrap_or_default()
        })
    }

    /// What a mention reads as: the inside of `<…>`, such as `@1001`, `#2` or `t:0`; None if it is no mention.
    pub fn mention(&self, inside: &str) -> Option<String> {
        self.0.shared.look(|state| state.resolve(inside))
    }

    /// The registered commands, as the bot described them.
    pub fn commands(&self) -> Vec<Value> {
        self.0
            .shared
            .look(|state| state.guild_commands.values().flatten().chain(&state.global_commands).cloned().collect())
    }

    /// The newest form that the bot has opened for a person and that has not been sent.
    pub fn open_form(&self, user: &str) -> Option<(InteractionId, Value)> {
        self.0.shared.look(|state| {
            let person = state.person(user).ok()?.discord;
            let mut mine = state.interactions.iter().rev().filter(|known| known.user == person);
            mine.find_map(|known| Some((InteractionId(known.id), known.modal.clone()?)))
        })
    }
}

impl State {
    fn screen(&self, channel: u64, viewer: u64) -> Vec<Post> {
        let post = |entry: &Entry| match entry {
            Entry::Message(id) => {
                let message = self.messages.get(id)?;
                message.only_for.is_none_or(|only| only == viewer).then(|| self.post(message, viewer))
            }
            Entry::Act(act) => self.unanswered(act, viewer),
        };
        self.log(channel).iter().filter_map(post).collect()
    }

    fn post(&self, message: &Message, viewer: u64) -> Post {
        let command = message.interaction.and_then(|id| self.interaction(id)).filter(|known| known.kind == 2);
        let replied = message.reply_to.map(|id| match self.messages.get(&id) {
            Some(replied) => (self.name_of(replied.author), chat::excerpt(&self.text_of(replied).join(" "))),
            None => (String::new(), "a deleted message".to_owned()),
        });
        let thread = self.channels.iter().find(|channel| channel.id == message.id);
        Post {
            id: message.id.to_string(),
            author: self.name_of(message.author),
            bot: message.author == self.settings.application,
            at: message.at,
            edited: message.edited.is_some(),
            content: message.content.clone(),
            embeds: message.embeds.clone(),
            components: message.components.clone(),
            files: message.attachments.iter().map(|attachment| attachment.name.clone()).collect(),
            private: message.only_for.is_some(),
            thinking: message.is_loading(),
            pings_me: message.pings.contains(&viewer),
            reply_to: replied,
            answers: command.and_then(|known| {
                let (who, what) = known.what.split_once(": ")?;
                Some((who.to_owned(), what.to_owned()))
            }),
            thread: thread.map(|thread| Thread {
                name: thread.name.clone(),
                archived: thread.archived,
                posts: self.screen(thread.id, viewer),
            }),
        }
    }

    /// What a person's own client tells them when the bot did not answer.
    fn unanswered(&self, act: &Act, viewer: u64) -> Option<Post> {
        let known = self.interaction(act.interaction)?;
        (known.user == viewer && known.failed(self.now())).then(|| Post {
            id: known.id.to_string(),
            author: self.settings.bot_name.clone(),
            bot: true,
            at: known.sent_at,
            content: if known.kind == 3 { "This interaction failed" } else { "The application did not respond" }.into(),
            private: true,
            answers: known.what.split_once(": ").map(|(who, what)| (who.to_owned(), what.to_owned())),
            ..Post::default()
        })
    }
}
