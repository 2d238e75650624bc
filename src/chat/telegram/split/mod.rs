//! Divides what is too long for one Telegram message; nothing is cut silently.

use super::{
    cut,
    size::{LIMIT, block_size, in_groups, mention_size, size, words},
};
use crate::domain::message::{Block, Message, line};

/// A title may take this much of it; a longer one is continued in the text.
const TITLE: usize = 300;
/// All mentions of one part may take this much of it.
const MENTIONS: usize = 1000;
/// Kept free in every part: its number, gaps, and the remark of [`fitting`].
const SPARE: usize = 150;
/// The room for blocks is never less than this.
const LEAST_ROOM: usize = 1000;

/// The message in as many parts as Telegram needs, each at most 4096 characters once it is rendered. A short message is
/// one part. The parts are numbered; buttons, question and (as far as they fit) pings are on the last.
pub fn parts(message: &Message) -> Vec<Message> {
    if size(message) <= LIMIT {
        return vec![message.clone()];
    }
    let mut whole = message.clone();
    let short = cut::first(&message.title, |title| words(title) <= TITLE);
    if short.len() < message.title.len() {
        whole.body.insert(0, Block::Text(message.title.as_str().into()));
        whole.title = format!("{short}…");
    }
    let mut pings = in_groups(&message.pings, MENTIONS, |name| mention_size(name)).into_iter().rev();
    let last = Message { body: vec![], pings: pings.next().unwrap_or_default(), ..whole.clone() };
    let room = LIMIT.saturating_sub(size(&last) + SPARE).max(LEAST_ROOM);
    let pieces: Vec<Block> = whole.body.iter().flat_map(|block| cut::block(block, room)).collect();
    let bare = || Message { tone: message.tone, ..Message::new(message.tone, &*whole.title) };
    let mut parts: Vec<Message> = pings.map(|pings| bare().ping(pings)).collect();
    parts.extend(packed(pieces, room).into_iter().map(|body| Message { body, ..bare() }));
    match parts.pop() {
        Some(end) => parts.push(Message { body: end.body, ..last }),
        None => parts.push(last),
    }
    let count = parts.len();
    for (index, part) in parts.iter_mut().enumerate() {
        part.title = format!("{} ({}/{count})", part.title, index + 1).trim_start().to_owned();
    }
    parts
}

/// The message as one that fits, for places that hold a single one; it says so when there is more.
pub fn fitting(message: &Message) -> Message {
    if size(message) <= LIMIT {
        return message.clone();
    }
    let mut parts = parts(message);
    let rest = parts.len() - 1;
    let Some(last) = parts.pop() else { return message.clone() };
    let start = parts.into_iter().find(|part| !part.body.is_empty()).unwrap_or_else(|| last.clone());
    let remark = format!("This message is too long for Telegram: {rest} more of this size are missing here.");
    Message { body: start.body, title: start.title, ..last }.text(line().bold(remark))
}

/// Blocks in groups that fit; a heading stays with what it heads.
fn packed(blocks: Vec<Block>, room: usize) -> Vec<Vec<Block>> {
    let mut groups = in_groups(&blocks, room, block_size);
    for index in 1..groups.len() {
        let ends_with_heading = matches!(groups[index - 1].as_slice(), [_, .., Block::Heading(_)]);
        if ends_with_heading && let Some(heading) = groups[index - 1].pop() {
            groups[index].insert(0, heading);
        }
    }
    groups
}

#[cfg(test)]
mod tests;
