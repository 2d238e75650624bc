//! What is told of a repository that is not where it was.

use chrono::{DateTime, Utc};

use super::span;
use crate::domain::{
    message::{Message, Tone, line},
    platform::Outage,
};

/// What is wrong with a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Astray {
    /// It can only be read.
    Archived,
    /// It is called otherwise by now.
    Renamed(String),
    /// GitHub does not find it.
    Gone,
    /// GitHub does not let the bot see it, and says so.
    Hidden(String),
    /// Another store is the one that writes to it, since then.
    WrittenByAnother(DateTime<Utc>),
}

impl Astray {
    /// Whether nothing of it can be seen.
    pub fn is_out_of_sight(&self) -> bool {
        match self {
            Self::Gone | Self::Hidden(_) => true,
            Self::Archived | Self::Renamed(_) | Self::WrittenByAnother(_) => false,
        }
    }
}

/// A repository of which nothing could be seen is there again.
pub fn seen_again(repository: &str, outage: &Outage, now: DateTime<Utc>) -> Message {
    Message::new(Tone::Good, format!("GitHub shows {repository} again"))
        .text(format!("It did not for {}. What is open goes on by itself.", span(now - outage.since)))
}

/// The sentence about it in `/readyz`.
pub fn sentence(repository: &str, outage: &Outage) -> String {
    format!("{repository} since {}: {}", outage.since.format("%Y-%m-%d %H:%M UTC"), outage.why)
}

/// What is wrong with a project's repository, and the way on.
pub fn astray(project: &str, repository: &str, how: &Astray) -> Message {
    let (title, text) = match how {
        Astray::Archived => (
            format!("{repository} is archived on GitHub"),
            format!(
                "Nothing can be changed there: releases of {project} stop at their next step. Unarchive it in its settings \
                 on GitHub, then /release retry; or end what is open with /release cancel."
            ),
        ),
        Astray::Renamed(name) => (
            format!("{repository} is called {name} by now"),
            format!(
                "GitHub sends requests on, and its webhooks are heard under the new name, so {project} goes on. Write \
                 `repository = \"{name}\"` for it into bot.toml and restart, before somebody else takes the old name."
            ),
        ),
        Astray::WrittenByAnother(since) => {
            let text = line()
                .plain("It has a store of its own since ")
                .time(*since)
                .plain(format!(
                    ". Two would deploy twice and open each other's freezes, so this one changes nothing there, and nothing of \
                     {project} goes on here. Stop one of the two; start the one that is to go on with ",
                ))
                .code("shipmate run --take-over")
                .plain(" if it is this one, or if the other store is lost.");
            return Message::new(Tone::Bad, format!("\u{26a0} Another Shipmate writes to {repository}")).text(text);
        }
        Astray::Hidden(words) => (
            format!("GitHub does not let me see {repository}"),
            format!(
                "It says: {}. Nothing is known of what {project} waits for until the bot's token may see it again; what is \
                 open goes on then by itself.",
                words.trim_end_matches('.')
            ),
        ),
        Astray::Gone => (
            format!("GitHub does not find {repository}"),
            format!(
                "It was deleted, or the bot's token may not see it any more: nothing is known of what {project} waits for. \
                 Give the token access, or put the repository's name right in bot.toml and restart; /release cancel ends \
                 what is open."
            ),
        ),
    };
    Message::new(Tone::Bad, format!("\u{26a0} {title}")).text(text)
}
