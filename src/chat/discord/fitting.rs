//! Makes one Discord message of what may be too long for it, for messages that are edited in place.

use super::{
    buttons::{address_of_unfit, button_rows},
    divide::{Share, divided},
    limits::{ROWS, units},
    parts::{fits, parts},
    render::sections,
};
use crate::domain::message::{Block, Message, line};

/// The message as one that Discord takes; it says so when something is missing. What fits stays as it is.
pub fn fitting(message: &Message) -> Message {
    let mut parts = parts(message).into_iter();
    let (Some(first), rest) = (parts.next(), parts.len()) else { return message.clone() };
    if rest == 0 {
        return first;
    }
    let mut buttons = button_rows(message);
    buttons.truncate(ROWS);
    let mut whole = Message { title: message.title.clone(), buttons, pings: message.pings.clone(), ..first };
    let remark = "This message is too long for Discord: the rest of it is missing here.";
    whole.body.push(Block::Text(line().bold(remark)));
    while !fits(&whole) {
        let last = whole.body.len().checked_sub(2).map(|last| whole.body.remove(last));
        match last.map(shorter) {
            Some(block) => {
                let place = whole.body.len() - 1;
                whole.body.splice(place..place, block);
            }
            // Addresses that no button can carry.
            None => {
                let all = whole.buttons.concat().len();
                let fit = |row: &mut Vec<_>| row.retain(|button| address_of_unfit(button).is_none());
                whole.buttons.iter_mut().for_each(fit);
                if whole.buttons.concat().len() == all {
                    break;
                }
            }
        }
    }
    whole
}

/// The beginning of a block; nothing if it is too short to be cut.
fn shorter(block: Block) -> Option<Block> {
    let alone = Message { body: vec![block.clone()], ..Message::new(crate::domain::message::Tone::Plain, "") };
    let length: usize = sections(&alone).iter().map(|section| units(&section.text)).sum();
    // A short block is not worth being cut again and again.
    let short = length < 200 && !matches!(block, Block::Fields(_));
    if short { None } else { divided(block, Share { length }).ok().map(|(first, _)| first) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::{Button, Line, Tone};

    fn check(message: &Message) -> Message {
        let fitting = fitting(message);
        assert!(fits(&fitting), "{}", fitting.title);
        assert!(fitting.buttons.len() <= ROWS);
        fitting
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        let message = Message::new(Tone::Bad, "t").text("short").row(vec![Button::open("b", "https://x.io")]);
        assert_eq!(check(&message), message);
    }

    #[test]
    fn what_is_long_is_one_message_with_its_buttons() {
        for letters in ["word ", "*_`|~>", "\u{1f525}\u{1f468}\u{200d}\u{1f469}", "\u{e9}", "[a](b)", "@everyone "] {
            let long = letters.repeat(6000);
            let fields = (0..40).map(|nth| (format!("{letters}{nth}"), Line::from(&*letters.repeat(150)))).collect();
            let blocks = [
                Block::Text(long.as_str().into()),
                Block::List(vec![long.as_str().into(); 3]),
                Block::List((0..500).map(|_| Line::from(&*letters.repeat(20))).collect()),
                Block::Fields(fields),
                Block::Fields(vec![("name".to_owned(), long.as_str().into())]),
                Block::Quote(long.clone()),
                Block::Code(long.clone()),
                Block::Heading(long.clone()),
            ];
            for block in &blocks {
                let message = Message::new(Tone::Bad, letters.repeat(500)).text("first").block(block.clone());
                let message = message.block(block.clone()).row(vec![Button::open("b", "https://x.io")]);
                let shown = check(&message);
                assert!(shown.plain_text().contains("too long for Discord"));
                assert_eq!(shown.buttons, message.buttons);
            }
            let all = Message { body: blocks.to_vec(), ..Message::new(Tone::Bad, long.clone()) };
            let unfit = vec![Button::open("b", format!("https://x.io/{long}")), Button::open("c", "https://x.io")];
            assert_eq!(check(&all.row(unfit)).buttons.concat().len(), 1);
        }
    }
}
