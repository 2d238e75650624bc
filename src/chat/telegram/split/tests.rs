//! Long messages, and the parts they are divided into.
#![allow(clippy::unwrap_used)]
use chrono_tz::Tz;

use super::*;
use crate::{
    chat::{telegram::render::Reader, units::units},
    domain::{
        message::{Button, Line, Span, Tone},
        team::people::People,
    },
};

fn shown(message: &Message) -> String {
    let people = People::default();
    Reader { zone: Tz::America__New_York, people: &people, knows_moments: false }.text(message)
}

fn letters(message: &Message) -> usize {
    shown(message).matches('x').count()
}

/// Checks what every division promises, and gives the parts.
fn divided(message: &Message) -> Vec<Message> {
    let parts = parts(message);
    for part in &parts {
        assert!(units(&shown(part)) <= LIMIT, "{} units", units(&shown(part)));
    }
    let (last, before) = parts.split_last().unwrap();
    assert_eq!(last.buttons, message.buttons);
    assert!(before.iter().all(|part| part.buttons.is_empty() && part.question.is_none()));
    assert!(parts.iter().map(letters).sum::<usize>() >= letters(message));
    let pinged: Vec<_> = parts.iter().flat_map(|part| part.pings.clone()).collect();
    assert_eq!(pinged.len(), message.pings.len());
    assert!(units(&shown(&fitting(message))) <= LIMIT);
    parts
}

#[test]
fn a_short_message_is_one_part() {
    let message = Message::new(Tone::Good, "Done").text("x").ping(vec!["Alice".into()]);
    assert_eq!(divided(&message), vec![message.clone()]);
    assert_eq!(fitting(&message), message);
}

#[test]
fn many_blocks_are_divided_between_blocks() {
    let row = || vec![Button::open("Run", "https://ci.test/1")];
    let mut message = Message::new(Tone::Working, "Notes").row(row());
    for number in 0..50 {
        message = message.block(Block::Heading(format!("H{number}"))).text("x & ".repeat(40));
    }
    let parts = divided(&message);
    assert_eq!(parts.len(), 5);
    assert_eq!(parts[0].title, "Notes (1/5)");
    assert!(parts.iter().all(|part| !matches!(part.body.last(), Some(Block::Heading(_)))));
    let blocks: Vec<Block> = parts.into_iter().flat_map(|part| part.body).collect();
    assert_eq!(blocks, message.body);
}

#[test]
fn one_long_block_of_each_kind_is_divided() {
    let long = "x<& 😀".repeat(1000);
    let lines = vec![long.as_str().into(), "x".into()];
    let checks = vec![(true, long.as_str().into()), (false, "x".into())];
    let link = Span::Link { text: long.clone(), url: "https://x.test".into() };
    for block in [
        Block::Text(long.as_str().into()),
        Block::Text(Line(vec![Span::Plain("x".into()), link, Span::Bold(long.clone()), Span::Code(long.clone())])),
        Block::List(lines.clone()),
        Block::List(vec!["x".repeat(100).as_str().into(); 500]),
        Block::Checklist(checks),
        Block::Fields(vec![("x".into(), long.as_str().into()), (long.clone(), "x".into())]),
        Block::Code(long.clone()),
        Block::Heading(long.clone()),
        Block::Quote(long.clone()),
    ] {
        assert!(divided(&Message::new(Tone::Bad, "T").block(block)).len() > 2);
    }
}

#[test]
fn a_long_title_goes_on_in_the_text() {
    let parts = divided(&Message::new(Tone::Bad, "x".repeat(5000)));
    assert_eq!(parts.len(), 2);
}

#[test]
fn many_pings_are_divided_too() {
    let names: Vec<String> = (0..200).map(|number| format!("Person {number}")).collect();
    divided(&Message::new(Tone::Asking, "Who?").text("x".repeat(4000)).ping(names));
}

#[test]
fn text_is_cut_between_lines() {
    let log = (0..1000).map(|number| format!("line {number}\n")).collect::<String>();
    let parts = divided(&Message::new(Tone::Bad, "Log").block(Block::Code(log.clone())));
    let whole: String = parts
        .iter()
        .flat_map(|part| &part.body)
        .map(|block| match block {
            Block::Code(text) if text.ends_with('\n') => text.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(whole, log);
}

#[test]
fn where_only_one_message_fits_it_says_what_is_missing() {
    let shown = shown(&fitting(&Message::new(Tone::Bad, "Log").text("x".repeat(9000))));
    assert!(shown.ends_with("<b>This message is too long for Telegram: 2 more of this size are missing here.</b>"));
}
