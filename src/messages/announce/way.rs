//! What is told on the way through the environments.

use crate::domain::{
    message::{Block, Message, Tone, line},
    release::Release,
};

use super::{LISTED, emoji, span};
use crate::messages::spoken;

/// A release has begun: what is in, and through which environments it goes.
pub(super) fn begun(release: &Release) -> Message {
    let spec = &release.spec;
    let way: Vec<String> = spec.plan.environments().into_iter().map(spoken).collect();
    let way = way.join(" \u{2192} ");
    let mut message = Message::new(Tone::Working, format!("{} {} begins", emoji(release), release.name()))
        .text(line().bold("The way").plain(format!(": {way}. Target{}: ", from_now(release))).time(release.target()));
    let contains = release.state.notes.lines();
    if !contains.is_empty() {
        let since = spec.previous_tag.as_ref().map(|tag| format!(" since {tag}")).unwrap_or_default();
        let listed = contains.iter().take(LISTED).map(|entry| line().plain(entry)).collect();
        message = message.block(Block::Heading(format!("What is in{since}"))).block(Block::List(listed));
        if contains.len() > LISTED {
            message = message.text(format!("\u{2026} and {} more.", contains.len() - LISTED));
        }
    }
    message
}

/// How much time is left until the target, as long as there is some.
fn from_now(release: &Release) -> String {
    let now = release.facts.last().map_or(release.spec.at, |last| last.at);
    let left = release.target() - now;
    if left > chrono::Duration::zero() { format!(" ({} from now)", span(left)) } else { String::new() }
}

/// What the playbook says in its own words.
pub(super) fn said(release: &Release, text: Option<&str>) -> Message {
    Message::new(Tone::Good, format!("{} {}: {}", emoji(release), release.name(), text.unwrap_or_default()))
}
