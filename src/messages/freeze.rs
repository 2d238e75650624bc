//! What the bot says about freezes.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::domain::{
    freeze::Freeze,
    message::{Block, Button, Line, Look, Message, Tone, line},
};

/// `frozen by alice until Mon 9 Mar 11:00 EDT: QA week (freeze #3)`
pub fn in_words(freeze: &Freeze, zone: Tz) -> String {
    let until = freeze.until.map_or_else(
        || "no known end".to_owned(),
        |until| format!("until {}", until.with_timezone(&zone).format("%a %-d %b %H:%M %Z")),
    );
    format!("frozen by {}, {until}: {} (freeze #{})", freeze.owner, freeze.reason, freeze.id)
}

/// A freeze begins.
pub fn started(freeze: &Freeze) -> Message {
    let scope = if freeze.projects.is_empty() { "every project".to_owned() } else { freeze.projects.join(", ") };
    let lift = commands::Invocation::new("freeze lift").with("freeze", format!("#{}", freeze.id));
    Message::new(Tone::Asking, format!("\u{1f9ca} Code freeze: {scope}"))
        .text(line().plain(&freeze.reason))
        .text(until(line().plain(format!("Set by {}, ", freeze.owner)), freeze.until))
        .text("Releases do not go to production while it lasts; hotfixes pass.")
        .row(Button::say("Lift", Look::Plain, &lift).into_iter().collect())
}

/// A freeze has been lifted.
pub fn lifted(freeze: &Freeze, by: &str, others: usize) -> Message {
    let scope = if freeze.projects.is_empty() { "every project".to_owned() } else { freeze.projects.join(", ") };
    let (tone, title) = match others {
        0 => (Tone::Good, format!("\u{2600}\u{fe0f} Freeze lifted: {scope}")),
        1 => (Tone::Asking, "\u{1f9ca} One freeze lifted, another still holds".to_owned()),
        _ => (Tone::Asking, format!("\u{1f9ca} One freeze lifted, {others} others still hold")),
    };
    Message::new(tone, title).text(format!("{by} lifted freeze #{} ({}).", freeze.id, freeze.reason))
}

/// All active freezes.
pub fn status(freezes: &[Freeze]) -> Message {
    if freezes.is_empty() {
        return Message::new(Tone::Good, "No freeze is active");
    }
    let item = |freeze: &Freeze| -> Line {
        let scope = if freeze.projects.is_empty() { "every project".to_owned() } else { freeze.projects.join(", ") };
        until(
            line().bold(format!("#{} {scope}", freeze.id)).plain(format!(" by {}: {}; ", freeze.owner, freeze.reason)),
            freeze.until,
        )
    };
    Message::new(
        Tone::Asking,
        format!(
            "\u{1f9ca} {} active",
            if freezes.len() == 1 { "One freeze is".into() } else { format!("{} freezes are", freezes.len()) }
        ),
    )
    .block(Block::List(freezes.iter().map(item).collect()))
}

fn until(line: Line, until: Option<DateTime<Utc>>) -> Line {
    match until {
        Some(until) => line.plain("until ").time(until),
        None => line.plain("no known end"),
    }
}
