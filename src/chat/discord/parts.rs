//! Splits what is too long for one Discord message over several; nothing is cut.

use super::{
    buttons::button_rows,
    divide::{Share, divided},
    escape::escaped,
    limits::{ALL_EMBEDS, EMBEDS, FIELD_NAME, FIELD_VALUE, FIELDS, ROWS, TEXT, TITLE, shortened, units},
    render::sections,
};
use crate::domain::message::{Block, Button, Line, Message};

/// How much of a long title stands above each part; the whole of it begins the text.
const SHORT_TITLE: usize = 100;
/// Room for ` (12 of 12)`.
const NUMBER: usize = 16;

/// The same message in as many parts as Discord needs; each fits into one Discord message. The first pings, the last
/// has the buttons. One part is the rule.
pub fn parts(message: &Message) -> Vec<Message> {
    let mut blocks = message.body.clone();
    if is_long(&message.title) {
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
    if parts.last().is_some_and(|last| !last.body.is_empty() && !fits(last)) {
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
    let title = if is_long(&message.title) { shortened(&message.title, SHORT_TITLE) } else { message.title.clone() };
    for (index, part) in parts.iter_mut().enumerate() {
        part.title = format!("{title} ({} of {all})", index + 1).trim_start().to_owned();
    }
}

/// Whether a title is too long to stand above the text in full.
fn is_long(title: &str) -> bool {
    units(&escaped(title, false)) > TITLE - NUMBER
}

/// Whether Discord takes this in one message.
pub(super) fn fits(message: &Message) -> bool {
    let sections = sections(message);
    let fields = || sections.iter().flat_map(|section| &section.fields);
    let of_fields = fields().map(|(name, value)| units(name) + units(value)).sum::<usize>();
    let all = TITLE + sections.iter().map(|section| units(&section.text)).sum::<usize>() + of_fields;
    all <= ALL_EMBEDS
        && sections.len() <= EMBEDS
        && sections.iter().all(|section| units(&section.text) <= TEXT && section.fields.len() <= FIELDS)
        && fields().all(|(name, value)| units(name) <= FIELD_NAME && units(value) <= FIELD_VALUE)
}

/// The block in pieces that fit into a message each; the block itself if it fits.
fn pieces(message: &Message, block: Block) -> Vec<Block> {
    let mut pieces = Vec::new();
    let mut waiting = vec![block];
    while let Some(block) = waiting.pop() {
        let alone = Message { body: vec![block.clone()], ..empty_part(message) };
        if fits(&alone) {
            pieces.push(block);
            continue;
        }
        let length = sections(&alone).iter().map(|section| units(&section.text)).sum();
        match divided(block, Share { length }) {
            Ok((first, rest)) => waiting.extend([rest, first]),
            Err(indivisible) => pieces.push(indivisible),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        chat::discord::{limits::FIELDS, render::render},
        domain::{
            message::{Look, Tone, line},
            team::people::People,
        },
    };

    fn words(count: usize) -> String {
        (0..count).map(|number| format!("word{number} *_`|")).collect::<Vec<_>>().join(" ")
    }

    /// What people read, without the ways it is divided.
    fn letters(parts: &[Message]) -> String {
        let text = parts.iter().flat_map(sections).map(|section| {
            let fields = section.fields.into_iter().map(|(_, value)| value).collect::<String>();
            section.text + &fields
        });
        text.collect::<String>().chars().filter(|letter| letter.is_alphanumeric()).collect()
    }

    fn check(message: &Message) -> Vec<Message> {
        let parts = parts(message);
        for part in &parts {
            assert!(fits(part), "{} fits", part.title);
            let shown = render(part, &People::default());
            let embeds = serde_json::to_value(&shown.embeds).unwrap_or_default();
            assert!(embeds[0]["title"].as_str().is_some_and(|title| units(title) <= TITLE && !title.is_empty()));
            assert!(shown.rows.len() <= ROWS);
        }
        parts
    }

    #[test]
    fn what_fits_stays_whole() {
        let message = Message::new(Tone::Good, "Done")
            .text(words(50))
            .row(vec![Button::open("Page", "https://x.io")])
            .ping(vec!["ana".to_owned()]);
        assert_eq!(check(&message), [message]);
    }

    #[test]
    fn everything_long_is_divided_and_nothing_is_lost() {
        let long = words(2000);
        let expected: String = long.chars().filter(char::is_ascii_alphanumeric).collect();
        let blocks = [
            Block::Text(long.as_str().into()),
            Block::Text(line().bold(long.as_str())),
            Block::List(vec![long.as_str().into()]),
            Block::List(long.split(' ').map(Line::from).collect()),
            Block::Checklist(vec![(true, long.as_str().into())]),
            Block::Fields(vec![("a".to_owned(), long.as_str().into())]),
            Block::Code(long.clone()),
            Block::Quote(long.replace("word1", "\nword1")),
            Block::Heading(long.clone()),
        ];
        for block in blocks {
            let message = Message::new(Tone::Plain, "Notes").block(block);
            let parts = check(&message);
            // Code is shorter for want of escaping; fields hold less.
            assert!((7..=14).contains(&parts.len()), "{}", parts.len());
            assert_eq!(parts.first().map(|part| part.title.clone()), Some(format!("Notes (1 of {})", parts.len())));
            assert_eq!(letters(&parts), expected);
        }
    }

    #[test]
    fn text_without_any_space_is_divided() {
        let long = "é".repeat(9000);
        assert_eq!(letters(&check(&Message::new(Tone::Plain, "t").text(long.as_str()))), long);
        let url = format!("https://x.io/{}", "a".repeat(9000));
        check(&Message::new(Tone::Plain, "t").block(Block::Text(line().link("here", url))));
    }

    #[test]
    fn many_fields_are_divided() {
        let fields = (0..FIELDS * 3).map(|number| (format!("f{number}"), Line::from("v"))).collect();
        assert_eq!(check(&Message::new(Tone::Plain, "t").block(Block::Fields(fields))).len(), 4);
        let name = "n".repeat(500);
        check(&Message::new(Tone::Plain, "t").block(Block::Fields(vec![(name, "v".into())])));
    }

    #[test]
    fn a_long_title_is_repeated_whole() {
        let title = words(40);
        let parts = check(&Message::new(Tone::Plain, title.clone()));
        assert_eq!(parts.first().map(|part| part.body.clone()), Some(vec![Block::Text(line().bold(title))]));
    }

    #[test]
    fn the_first_pings_and_the_last_has_the_buttons() {
        let button = |number: usize| Button::open(format!("b{number}"), "https://x.io");
        let mut message = Message::new(Tone::Asking, "t").text(words(2000)).ping(vec!["ana".to_owned()]);
        message.buttons = vec![(0..12).map(button).collect()];
        let parts = check(&message);
        let pings: Vec<usize> = parts.iter().map(|part| part.pings.len()).collect();
        let rows: Vec<usize> = parts.iter().map(|part| part.buttons.len()).collect();
        assert_eq!((pings.first(), pings.iter().sum()), (Some(&1), 1));
        assert_eq!((rows.last(), rows.iter().sum()), (Some(&3), 3));
        assert_eq!(parts.last().map(|part| part.buttons.concat().len()), Some(12));
        assert!(parts.iter().flat_map(|part| part.buttons.concat()).all(|button| button.look == Look::Plain));
    }

    #[test]
    fn a_heading_goes_with_what_it_heads() {
        let message =
            Message::new(Tone::Plain, "t").text(words(200)).block(Block::Heading("Fixes".to_owned())).text(words(200));
        let parts = check(&message);
        assert_eq!(parts.last().and_then(|part| part.body.first()), Some(&Block::Heading("Fixes".to_owned())));
    }
}
