//! Small things that every part of the page writes: moments, names, signs.

use chrono::{DateTime, TimeDelta, Utc};
use maud::{Markup, html};

use crate::world::ZONE;

/// Buttons that are there if somebody wants them, but for which nothing waits.
pub(super) const ASIDE: [&str; 6] = ["Lift", "Notes", "What is in", "Prepare again\u{2026}", "Why?", "More\u{2026}"];

/// How long ago a moment was, or how far ahead it is.
pub(super) fn relative(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let ahead = at > now;
    let seconds = (now - at).abs().num_seconds();
    let words = match seconds {
        // No seconds: what changes every second cannot be read, selected or pressed in peace.
        0..=59 if ahead => return "in a moment".to_owned(),
        0..=59 => return "just now".to_owned(),
        60..=3599 => format!("{} min", seconds / 60),
        3600..=86_399 => format!("{} h {:02} min", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{} d", seconds / 86_400),
    };
    if ahead { format!("in {words}") } else { format!("{words} ago") }
}

/// The time of day where the team is, and the day if it is another one than today.
pub(super) fn moment(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let there = at.with_timezone(&ZONE);
    if there.date_naive() == now.with_timezone(&ZONE).date_naive() {
        return there.format("%H:%M").to_string();
    }
    if (now - at).abs() < TimeDelta::days(180) {
        return there.format("%-d %b, %H:%M").to_string();
    }
    there.format("%-d %b %Y").to_string()
}

/// How many there are of something, in words.
pub(super) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// The first seven digits of a sha.
pub(super) fn short(sha: &str) -> &str {
    sha.get(..7).unwrap_or(sha)
}

/// A round picture with somebody's first letter.
pub(super) fn avatar(name: &str) -> Markup {
    let letter: String = name.chars().take(1).flat_map(char::to_uppercase).collect();
    html! { span class={ "avatar " (name) } aria-hidden="true" { @if name == "shipmate" { "🚢" } @else { (letter) } } }
}
