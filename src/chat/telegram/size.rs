//! How much of a Telegram message things take, and what fits into one together.

use chrono_tz::Tz;

use super::{html, render::Reader};
use crate::{
    chat::units::units,
    domain::{
        message::{Block, Line, Message, Tone},
        team::people::People,
    },
};

/// Telegram takes at most this many UTF-16 units in one message.
pub(super) const LIMIT: usize = 4096;

/// How much a block takes in a message, with the gap before it.
pub(super) fn block_size(block: &Block) -> usize {
    let message = Message::new(Tone::Plain, "").block(block.clone());
    size(&message)
}

/// How much a line takes.
pub(super) fn line_size(line: &Line) -> usize {
    block_size(&Block::Text(line.clone()))
}

/// The size of a message in the longest form it can have: every ping is a mention, every zone has a long name.
pub(super) fn size(message: &Message) -> usize {
    let people = People::default();
    let reader = Reader { zone: Tz::Pacific__Chatham, people: &people, knows_moments: false };
    let mentions: usize = message.pings.iter().map(|name| mention_size(name)).sum();
    units(&reader.text(message)) + mentions
}

pub(super) fn mention_size(name: &str) -> usize {
    units(&html::mention(name, u64::MAX)) + 2
}

pub(super) fn words(text: &str) -> usize {
    units(&html::words(text))
}

/// Things in groups whose sizes add up to at most `room`, in their order.
pub(super) fn in_groups<T: Clone>(things: &[T], room: usize, size: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let mut groups: Vec<Vec<T>> = vec![];
    let mut used = 0;
    for thing in things {
        let needed = size(thing);
        match groups.last_mut() {
            Some(group) if used + needed <= room => group.push(thing.clone()),
            _ => {
                groups.push(vec![thing.clone()]);
                used = 0;
            }
        }
        used += needed;
    }
    groups
}
