//! A story in short: who did what and what the bot said to it, routine by its short name, the rest as it was said. What
//! Telegram says as Discord did is not told twice.

use super::entry::{Entry, entries};

/// The places of a story in short.
pub(super) fn of(told: &str) -> String {
    let mut before: Vec<Entry> = vec![];
    let mut short = vec![];
    for place in format!("\n{told}").split("\n━━ ").skip(1) {
        let (heading, text) = place.trim_end().split_once('\n').unwrap_or((place, ""));
        // An incident is one box, and all of it is of interest.
        let entries = entries(text, heading.to_lowercase().ends_with("incidents ━━"));
        let twin = heading.starts_with("Telegram") && !before.is_empty();
        let lines = if twin { as_before(&entries, &before) } else { entries.iter().map(Entry::line).collect() };
        short.push(format!("━━ {heading}\n{}", lines.join("\n")));
        before = if twin { vec![] } else { entries };
    }
    short.join("\n\n")
}

/// What the second place of a pair tells that the first did not, whom it pings, and what it left out.
fn as_before(entries: &[Entry], before: &[Entry]) -> Vec<String> {
    let mut left: Vec<&Entry> = before.iter().filter(|entry| entry.by_the_bot && !entry.private).collect();
    let mut lines = vec![];
    for entry in entries {
        let same = left.iter().position(|known| entry.by_the_bot && known.key == entry.key);
        if let Some(place) = same {
            left.remove(place);
        }
        if same.is_none() || entry.pings.is_some() {
            lines.push(entry.named(same.is_none()));
        }
    }
    lines.extend(left.iter().map(|entry| format!("(not here: {})", entry.short)));
    lines
}
