//! Cuts blocks, lines and text into pieces that fit; all pieces together say all of it.

use super::size::{LIMIT, block_size, in_groups, line_size};
use crate::domain::message::{Block, Line, Span};

/// A block as blocks that take at most `room` each.
pub(super) fn block(whole: &Block, room: usize) -> Vec<Block> {
    if block_size(whole) <= room {
        return vec![whole.clone()];
    }
    match whole {
        Block::Text(text) => lines(text, room).into_iter().map(Block::Text).collect(),
        Block::List(items) => {
            let items: Vec<Line> = items.iter().flat_map(|item| lines(item, room - 2)).collect();
            in_groups(&items, room, |item| block_size(&Block::List(vec![item.clone()])))
                .into_iter()
                .map(Block::List)
                .collect()
        }
        Block::Checklist(items) => {
            let cut = |(done, item): &(bool, Line)| {
                lines(item, room - 2).into_iter().map(|line| (*done, line)).collect::<Vec<_>>()
            };
            let items: Vec<(bool, Line)> = items.iter().flat_map(cut).collect();
            let size = |item: &(bool, Line)| block_size(&Block::Checklist(vec![item.clone()]));
            in_groups(&items, room, size).into_iter().map(Block::Checklist).collect()
        }
        Block::Fields(fields) => {
            let size = |field: &(String, Line)| block_size(&Block::Fields(vec![field.clone()]));
            in_groups(fields, room, size).into_iter().flat_map(|group| field_group(group, room)).collect()
        }
        Block::Code(text) => pieces(text, room, Block::Code),
        Block::Heading(text) => pieces(text, room, Block::Heading),
        Block::Quote(text) => pieces(text, room, Block::Quote),
    }
}

/// A group of fields; a single field that is too long becomes paragraphs.
fn field_group(group: Vec<(String, Line)>, room: usize) -> Vec<Block> {
    match group.as_slice() {
        [(name, value)] if block_size(&Block::Fields(group.clone())) > room => {
            let mut paragraph = Line::default().bold(format!("{name}:")).plain(" ");
            paragraph.0.extend(value.0.iter().cloned());
            lines(&paragraph, room).into_iter().map(Block::Text).collect()
        }
        _ => vec![Block::Fields(group)],
    }
}

/// A line as lines that take at most `room` each.
fn lines(whole: &Line, room: usize) -> Vec<Line> {
    if line_size(whole) <= room {
        return vec![whole.clone()];
    }
    let spans: Vec<Span> = whole.0.iter().flat_map(|one| span(one, room)).collect();
    in_groups(&spans, room, span_size).into_iter().map(Line).collect()
}

fn span(whole: &Span, room: usize) -> Vec<Span> {
    if span_size(whole) <= room {
        return vec![whole.clone()];
    }
    match whole {
        Span::Plain(text) => pieces(text, room, Span::Plain),
        Span::Bold(text) => pieces(text, room, Span::Bold),
        Span::Code(text) => pieces(text, room, Span::Code),
        Span::Link { text, url } => pieces(&format!("{text} ({url})"), room, Span::Plain),
        Span::Time(_) | Span::Moment { .. } | Span::Left(_) => vec![whole.clone()],
    }
}

fn span_size(span: &Span) -> usize {
    line_size(&Line(vec![span.clone()]))
}

/// What a cut text is made into again.
trait Piece {
    fn size(&self) -> usize;
}

impl Piece for Block {
    fn size(&self) -> usize {
        block_size(self)
    }
}

impl Piece for Span {
    fn size(&self) -> usize {
        span_size(self)
    }
}

/// A text in pieces that fit, cut between lines or words where that is possible.
fn pieces<T: Piece>(text: &str, room: usize, make: impl Fn(String) -> T) -> Vec<T> {
    let mut made = vec![];
    let mut rest = text;
    while !rest.is_empty() {
        let longest = first(rest, |start| make(start.to_owned()).size() <= room);
        let start = if longest.len() == rest.len() { longest } else { whole_words(longest) };
        made.push(make(start.to_owned()));
        rest = rest.get(start.len()..).unwrap_or_default();
    }
    made
}

/// The longest start of a text that fits; at least one letter, so that cutting always ends.
pub(super) fn first(text: &str, fits: impl Fn(&str) -> bool) -> &str {
    // Telegram takes no longer message, so no longer piece is tried.
    let ends: Vec<usize> = text.char_indices().take(LIMIT).map(|(at, letter)| at + letter.len_utf8()).collect();
    let start = |end: &usize| text.get(..*end).unwrap_or_default();
    let fitting = ends.partition_point(|end| fits(start(end)));
    ends.get(fitting.saturating_sub(1)).map(start).unwrap_or_default()
}

/// The text up to its last line end, else its last space, unless that would waste more than half of it.
fn whole_words(text: &str) -> &str {
    let end = |mark: char| text.rfind(mark).map(|at| at + mark.len_utf8()).filter(|end| *end > text.len() / 2);
    end('\n').or_else(|| end(' ')).and_then(|end| text.get(..end)).unwrap_or(text)
}
