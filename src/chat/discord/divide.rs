//! Divides a block that is too long in two, where it hurts least.

use super::limits::{FIELD_NAME, TEXT, units};
use crate::domain::message::{Block, Line, Span};

/// Addresses longer than this stand as text, where they can be split.
const LONGEST_LINK: usize = 1000;

/// Something in two pieces, or the whole if it cannot be divided.
type InTwo<T> = Result<(T, T), T>;

/// How much of something too long its first piece takes: nearly a full message, or a half where lengths do not say.
#[derive(Clone, Copy)]
pub(super) struct Share {
    /// The length of the whole as it is shown; 0 where that does not say.
    pub length: usize,
}

impl Share {
    fn of(self, count: usize) -> usize {
        let full = TEXT * 9 / 10;
        if self.length > full { count * full / self.length } else { count / 2 }
    }
}

/// The block in two, or the block itself if it cannot be divided.
pub(super) fn divided(block: Block, share: Share) -> InTwo<Block> {
    match block {
        Block::Text(words) => both(divided_line(words, share), Block::Text),
        Block::Heading(words) => both(divided_text(words, share), Block::Heading),
        Block::Quote(words) => both(divided_text(words, share), Block::Quote),
        Block::Code(words) => both(divided_text(words, share), Block::Code),
        Block::List(items) => both(divided_items(items, share, |item| divided_line(item, share)), Block::List),
        Block::Checklist(items) => {
            let one = |(ticked, item)| both(divided_line(item, share), |piece| (ticked, piece));
            both(divided_items(items, share, one), Block::Checklist)
        }
        Block::Fields(fields) => both(divided_items(fields, share, |field| divided_field(field, share)), Block::Fields),
    }
}

fn divided_field((name, value): (String, Line), share: Share) -> InTwo<(String, Line)> {
    if units(&name) > FIELD_NAME / 3 {
        // A name that long is no name.
        return Ok(((String::new(), Line::default().bold(name)), (String::new(), value)));
    }
    both(divided_line(value, share), |piece| (name.clone(), piece))
}

fn both<T, U>(pieces: InTwo<T>, wrap: impl Fn(T) -> U) -> InTwo<U> {
    match pieces {
        Ok((first, rest)) => Ok((wrap(first), wrap(rest))),
        Err(whole) => Err(wrap(whole)),
    }
}

fn divided_items<T>(mut items: Vec<T>, share: Share, one: impl FnOnce(T) -> InTwo<T>) -> InTwo<Vec<T>> {
    if items.len() > 1 {
        let rest = items.split_off(share.of(items.len()).clamp(1, items.len() - 1));
        return Ok((items, rest));
    }
    match items.pop() {
        Some(item) => both(one(item), |piece| vec![piece]),
        None => Err(items),
    }
}

fn divided_line(Line(spans): Line, share: Share) -> InTwo<Line> {
    let one = |span| match span {
        Span::Plain(text) => both(divided_text(text, share), Span::Plain),
        Span::Bold(text) => both(divided_text(text, share), Span::Bold),
        Span::Code(text) => both(divided_text(text, share), Span::Code),
        Span::Link { text, url } if units(&url) > LONGEST_LINK => Ok((Span::Plain(text), Span::Plain(url))),
        Span::Link { text, url } => both(divided_text(text, share), |text| Span::Link { text, url: url.clone() }),
        Span::Time(at) => Err(Span::Time(at)),
        Span::Moment { at, near } => Err(Span::Moment { at, near }),
        Span::Left(text) => Err(Span::Left(text)),
    };
    both(divided_items(spans, share, one), Line)
}

/// Divides before the share is full: at a line break, else at a space, else between two letters.
fn divided_text(text: String, share: Share) -> InTwo<String> {
    let most = share.of(text.len());
    let last = |fits: fn(char) -> bool| {
        let places = text.char_indices().filter(|(at, letter)| *at > most / 2 && *at <= most && fits(*letter));
        places.map(|(at, _)| at).next_back()
    };
    let between = || {
        let mut places = text.char_indices().map(|(at, _)| at).filter(|at| *at > 0);
        let first = places.next();
        places.take_while(|at| *at <= most).last().or(first)
    };
    match last(|letter| letter == '\n').or_else(|| last(char::is_whitespace)).or_else(between) {
        Some(place) => {
            let (first, rest) = text.split_at(place);
            let rest = rest.strip_prefix('\n').or_else(|| rest.strip_prefix(' ')).unwrap_or(rest);
            Ok((first.to_owned(), rest.to_owned()))
        }
        None => Err(text),
    }
}
