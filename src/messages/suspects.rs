//! What a release brings that was not there before: where to look when it goes wrong.

use crate::domain::{
    changelog::Entry,
    message::{Block, Message, line},
    release::Release,
};

/// How many changes are listed before the rest is only counted.
const LISTED: usize = 10;

/// The message with what is new in a release, and who wrote it; as it was, when nothing is known of that.
pub fn with_suspects(message: Message, release: &Release) -> Message {
    let state = &release.state;
    let read = |entry: &Entry| {
        let scope = entry.scope.as_ref().map(|scope| format!("{scope}: ")).unwrap_or_default();
        line().plain(format!("{scope}{} ", entry.what)).code(&entry.sha).plain(format!(" {}", entry.author))
    };
    let noted = state.notes.groups.iter().flat_map(|(_, entries)| entries).map(read);
    let pushed = state.new_commits.iter().map(|commit| {
        let sha = commit.sha.get(..7).unwrap_or(&commit.sha);
        line().plain(format!("{} ", commit.subject)).code(sha).plain(format!(" {}", commit.author))
    });
    let new: Vec<_> = if state.notes.is_empty() { pushed.collect() } else { noted.collect() };
    if new.is_empty() {
        return message;
    }
    let since = release.brief.previous_tag.as_ref().map(|tag| format!(" since {tag}")).unwrap_or_default();
    let more = new.len().saturating_sub(LISTED);
    let message = message.block(Block::Heading(format!("What is new{since}")));
    let message = message.block(Block::List(new.into_iter().take(LISTED).collect()));
    if more > 0 { message.text(format!("\u{2026} and {more} more.")) } else { message }
}
