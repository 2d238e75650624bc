//! What the two chats share: pings, refusals by a person's own client, and a state that can be waited on.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::sync::watch;

/// How long a person waits for the bot before giving up, in real time.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A person's own client did not let them do it: no such button, a missing option, an unknown name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

impl Refused {
    pub(crate) fn because<T>(why: impl Into<String>) -> Result<T, Self> {
        Err(Self(why.into()))
    }
}

/// Somebody's telephone buzzed: a message that mentions them arrived.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Ping {
    /// When, on the sandbox's clock.
    pub at: DateTime<Utc>,
    /// Whose telephone, by the name in the cast.
    pub person: String,
    /// The channel, thread, chat or topic, by name.
    pub place: String,
    /// The id of the message in its chat.
    pub message: String,
    /// The beginning of the message.
    pub text: String,
    /// Delivered without a sound.
    pub silent: bool,
}

/// A button as somebody sees it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Button {
    /// What is written on it.
    pub label: String,
    /// What a press sends: Discord's `custom_id` or Telegram's `callback_data`. None for a link.
    pub id: Option<String>,
    /// Where a link leads.
    pub url: Option<String>,
    /// Whether it can be pressed.
    pub enabled: bool,
}

impl Button {
    /// As the transcripts draw it: `[Approve]`, `(Approve)` if it is disabled, `[Board ↗]` if it is a link.
    pub fn drawn(&self) -> String {
        match (self.enabled, self.url.is_some()) {
            (true, true) => format!("[{} ↗]", self.label),
            (true, false) => format!("[{}]", self.label),
            (false, _) => format!("({})", self.label),
        }
    }
}

/// A message as somebody sees it, for a page that shows the chat.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Seen {
    /// The id of the message in its chat.
    pub id: String,
    /// The topic or thread it stands in, if it stands in one.
    pub thread: Option<String>,
    /// Who wrote it, by the name in the cast; the bot under its own name.
    pub author: String,
    /// When it was written, on the sandbox's clock.
    pub at: DateTime<Utc>,
    /// The whole text as in the transcript, without author and buttons.
    pub text: String,
    /// The buttons, row by row.
    pub buttons: Vec<Vec<Button>>,
    /// The only person who sees it, if it is private.
    pub only_for: Option<String>,
}

/// A state behind a lock, which tells everybody who waits when it has changed.
pub(crate) struct Shared<T> {
    state: Mutex<T>,
    changes: watch::Sender<u64>,
}

impl<T> Shared<T> {
    pub(crate) fn new(state: T) -> Self {
        Self { state: Mutex::new(state), changes: watch::Sender::new(0) }
    }

    pub(crate) fn look<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.lock())
    }

    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut self.lock());
        self.changes.send_modify(|version| *version += 1);
        result
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Waits until `find` finds something; gives up after [`PATIENCE`] and says what was missing.
    pub(crate) async fn until<R>(&self, missing: &str, find: impl Fn(&T) -> Option<R>) -> Result<R, Refused> {
        let search = async {
            let mut changes = self.changes();
            loop {
                changes.borrow_and_update();
                if let Some(found) = self.look(&find) {
                    return found;
                }
                // The sender lives in `self`, so this cannot fail.
                let _ = changes.changed().await;
            }
        };
        tokio::time::timeout(PATIENCE, search).await.map_err(|_| Refused(missing.to_owned()))
    }

    fn lock(&self) -> MutexGuard<'_, T> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first words of a text, on one line, to recognise it by.
pub(crate) fn excerpt(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    if line.chars().count() <= 40 {
        return line.to_owned();
    }
    let mut short = String::new();
    for word in line.split_whitespace() {
        if !short.is_empty() && short.chars().count() + word.chars().count() > 38 {
            break;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    short.chars().take(40).collect::<String>() + "…"
}

/// A moment as the transcripts write it.
pub(crate) fn utc(moment: DateTime<Utc>) -> String {
    moment.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// Writes `text` after `who:`, with the further lines indented.
pub(crate) fn said(who: &str, lines: &[String]) -> String {
    let mut all = who.to_owned();
    all.push(':');
    for (at, line) in lines.iter().enumerate() {
        all.push_str(if at == 0 { " " } else { "\n  " });
        all.push_str(line);
    }
    all.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// Puts `margin` before every line that is not empty.
pub(crate) fn indent(text: &str, margin: &str) -> String {
    let put = |line: &str| if line.is_empty() { String::new() } else { format!("{margin}{line}") };
    text.lines().map(put).collect::<Vec<_>>().join("\n")
}
