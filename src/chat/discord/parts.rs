//! Splits what is too long for one Discord message over several; nothing is cut.

use super::render::{
    ALL_EMBEDS, EMBEDS, FIELD_NAME, FIELD_VALUE, FIELDS, ROWS, TEXT, button_rows, sections, shortened, title, units,
};
use crate::domain::message::{Block, Button, Line, Message, Span};

/// How much of a title is repeated above a later part.
const TITLE_AGAIN: usize = 120;
/// A title this long, or one that escaping makes too long, is repeated whole in the text.
const WHOLE_TITLE: usize = 220;
/// Addresses longer than this stand as text, where they can be split.
const LONGEST_LINK: usize = 1000;

/// The same message in as many parts as Discord needs; each fits into one Discord message. The first pings, the last
/// has the buttons. One part is the rule.
pub fn parts(message: &Message) -> Vec<Message> {
    let mut blocks = message.body.clone();
    if units(&title(&message.title)) > WHOLE_TITLE {
        blocks.insert(0, Block::Text(Line::default().bold(message.title.as_str())));
    }
    let mut parts = vec![empty_part(message)];
    for block in blocks.into_iter().flat_map(|block| pieces(message, block)) {
        add(message, &mut parts, block);
    }
    let mut rows = button_rows(message).chunks(ROWS).map(<[Vec<Button>]>::to_vec).collect::<Vec<_>>().into_iter();
    if let (Some(last), Some(rows)) = (parts.last_mut(), rows.next()) {
        last.buttons = rows;
    }
    if parts.last().is_some_and(|last| last.body.len() > 1 && !fits(last)) {
        // Addresses that no button can carry are told below the text, which may fill the part.
        let buttons = parts.last_mut().map(|last| std::mem::take(&mut last.buttons)).unwrap_or_default();
        parts.push(Message { buttons, ..empty_part(message) });
    }
    parts.extend(rows.map(|buttons| Message { buttons, ..empty_part(message) }));
    number(message, &mut parts);
    parts
}

fn empty_part(message: &Message) -> Message {
    Message { body: vec![], buttons: vec![], pings: vec![], question: None, ..message.clone() }
}

/// Adds a block to the last part, or to a new one when that is full. A heading goes with what it heads.
fn add(message: &Message, parts: &mut Vec<Message>, block: Block) {
    let Some(last) = parts.last_mut() else { return };
    last.body.push(block);
    if last.body.len() == 1 || fits(last) {
        return;
    }
    let mut next = empty_part(message);
    next.body.extend(last.body.pop());
    if last.body.len() > 1 && matches!(last.body.last(), Some(Block::Heading(_))) {
        next.body.splice(0..0, last.body.pop());
    }
    parts.push(next);
}

fn number(message: &Message, parts: &mut [Message]) {
    let all = parts.len();
    if let Some(first) = parts.first_mut() {
        first.pings.clone_from(&message.pings);
    }
    if all == 1 {
        return;
    }
    for (index, part) in parts.iter_mut().enumerate() {
        part.title = format!("{} ({} of {all})", shortened(&message.title, TITLE_AGAIN), index + 1);
    }
    // What the numbers displaced from a long title is repeated like the rest of it.
    let repeated = units(&title(&message.title)) > WHOLE_TITLE;
    if let (Some(first), false) = (parts.first_mut(), repeated) {
        first.title = format!("{} (1 of {all})", message.title);
    }
}

/// Whether Discord takes this in one message.
fn fits(message: &Message) -> bool {
    let sections = sections(message);
    let fields = || sections.iter().flat_map(|section| &section.fields);
    let of_fields = fields().map(|(name, value)| units(name) + units(value)).sum::<usize>();
    // Room for the title, and its number.
    let all = WHOLE_TITLE + 30 + sections.iter().map(|section| units(&section.text)).sum::<usize>() + of_fields;
    all <= ALL_EMBEDS
        && sections.len() <= EMBEDS
        && sections.iter().all(|section| units(&section.text) <= TEXT && section.fields.len() <= FIELDS)
        && fields().all(|(name, value)| units(name) <= FIELD_NAME && units(value) <= FIELD_VALUE)
}

/// The block in pieces that fit into a message each; the block itself if it fits.
fn pieces(message: &Message, block: Block) -> Vec<Block> {
    let alone = Message { body: vec![block.clone()], ..empty_part(message) };
    if fits(&alone) {
        return vec![block];
    }
    match halves(block) {
        Ok((first, second)) => [pieces(message, first), pieces(message, second)].concat(),
        Err(indivisible) => vec![indivisible],
    }
}

/// The block in two, or the block itself if it cannot be divided.
fn halves(block: Block) -> Result<(Block, Block), Block> {
    match block {
        Block::Text(words) => both(halves_of_line(words), Block::Text),
        Block::Heading(words) => both(halves_of_text(words), Block::Heading),
        Block::Quote(words) => both(halves_of_text(words), Block::Quote),
        Block::Code(words) => both(halves_of_text(words), Block::Code),
        Block::List(items) => both(halves_of_items(items, halves_of_line), Block::List),
        Block::Checklist(items) => {
            let one = |(ticked, item)| both(halves_of_line(item), |half| (ticked, half));
            both(halves_of_items(items, one), Block::Checklist)
        }
        Block::Fields(fields) => {
            let one = |(name, value): (String, Line)| {
                if units(&name) > FIELD_NAME / 2 {
                    // A name that long is no name.
                    let value = Line([vec![Span::Bold(name), Span::Plain("\n".to_owned())], value.0].concat());
                    return Ok(((String::new(), value), (String::new(), Line::default())));
                }
                both(halves_of_line(value), |half| (name.clone(), half))
            };
            both(halves_of_items(fields, one), Block::Fields)
        }
    }
}

fn both<T, U>(halves: Result<(T, T), T>, wrap: impl Fn(T) -> U) -> Result<(U, U), U> {
    match halves {
        Ok((first, second)) => Ok((wrap(first), wrap(second))),
        Err(whole) => Err(wrap(whole)),
    }
}

fn halves_of_items<T>(mut items: Vec<T>, one: impl FnOnce(T) -> Result<(T, T), T>) -> Result<(Vec<T>, Vec<T>), Vec<T>> {
    if items.len() > 1 {
        let second = items.split_off(items.len() / 2);
        return Ok((items, second));
    }
    match items.pop() {
        Some(item) => both(one(item), |half| vec![half]),
        None => Err(items),
    }
}

fn halves_of_line(Line(mut spans): Line) -> Result<(Line, Line), Line> {
    if spans.len() > 1 {
        let second = spans.split_off(spans.len() / 2);
        return Ok((Line(spans), Line(second)));
    }
    let halves = match spans.pop() {
        Some(Span::Plain(text)) => both(halves_of_text(text), Span::Plain),
        Some(Span::Bold(text)) => both(halves_of_text(text), Span::Bold),
        Some(Span::Code(text)) => both(halves_of_text(text), Span::Code),
        Some(Span::Link { text, url }) if units(&url) > LONGEST_LINK => Ok((Span::Plain(text), Span::Plain(url))),
        Some(Span::Link { text, url }) => both(halves_of_text(text), |text| Span::Link { text, url: url.clone() }),
        Some(Span::Time(at)) => Err(Span::Time(at)),
        None => return Err(Line::default()),
    };
    both(halves, |span| Line(vec![span]))
}

/// Divides at the line break nearest to the middle, else at the space, else between two letters.
fn halves_of_text(text: String) -> Result<(String, String), String> {
    let middle = text.len() / 2;
    let nearest = |fits: fn(char) -> bool| {
        let places = text.char_indices().filter(|(at, letter)| *at > 0 && fits(*letter)).map(|(at, _)| at);
        places.min_by_key(|at| at.abs_diff(middle)).filter(|at| at.abs_diff(middle) <= middle / 2)
    };
    let place = nearest(|letter| letter == '\n').or_else(|| nearest(char::is_whitespace));
    let between = || text.char_indices().map(|(at, _)| at).filter(|at| *at > 0).min_by_key(|at| at.abs_diff(middle));
    match place.or_else(between) {
        Some(place) => {
            let (first, second) = text.split_at(place);
            let second = second.strip_prefix('\n').or_else(|| second.strip_prefix(' ')).unwrap_or(second);
            Ok((first.to_owned(), second.to_owned()))
        }
        None => Err(text),
    }
}
