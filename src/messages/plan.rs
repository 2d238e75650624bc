//! Plans in words: what a dry run answers.

use super::{capital, count};
use crate::domain::{
    message::{Block, Line, Message, Tone, line},
    release::{ReleaseSpec, notes::Notes},
};

/// How many breaking changes are named.
const LISTED: usize = 10;

/// Exactly what a release would do.
pub fn dry_run(spec: &ReleaseSpec, notes: &Notes, closed: &[String]) -> Message {
    let mut message =
        Message::new(Tone::Plain, format!("Plan for {} {} (nothing has been done)", spec.project, spec.tag)).text(
            line()
                .plain(format!("From {} at ", spec.source))
                .code(spec.source_commit.get(..7).unwrap_or_default())
                .plain(format!(
                    ", after {}; {} since then.",
                    spec.previous_tag.as_deref().unwrap_or("no earlier tag"),
                    count(notes.len(), "change")
                )),
        );
    message = notes.gap().into_iter().fold(message, |message, gap| message.text(format!("{}.", capital(&gap))));
    for (number, stage) in spec.plan.stages.iter().enumerate() {
        let steps = spec.plan.steps.iter().filter(|planned| planned.stage == number);
        let lines: Vec<Line> = steps.map(|planned| planned.step.in_full().into()).collect();
        message = message.block(Block::Heading(format!("{}. {}", number + 1, stage.name))).block(Block::List(lines));
    }
    stopped(message, closed)
}

/// Nothing has changed: it is asked whether it is meant to begin.
pub fn nothing_new(spec: &ReleaseSpec, closed: &[String]) -> Message {
    let before = spec.previous_tag.as_deref().unwrap_or_default();
    let message = Message::new(Tone::Asking, format!("\u{270b} {} {} \u{b7} nothing new", spec.project, spec.tag))
        .text(
            line()
                .bold(&spec.requester)
                .plain(format!(": {} holds no change that {before} does not have. Nothing has begun.", spec.source)),
        );
    stopped(message, closed)
}

/// Something breaks in a version that does not say so: it is asked what it is to be called.
pub fn breaking(spec: &ReleaseSpec, breaking: &[String], closed: &[String]) -> Message {
    let changes = count(breaking.len(), "breaking change");
    let title = format!("{} {} would bring {changes} without being a major version", spec.project, spec.tag);
    let listed = breaking.iter().take(LISTED).map(|text| line().plain(text)).collect();
    let mut message = Message::new(Tone::Asking, title).block(Block::List(listed));
    if breaking.len() > LISTED {
        message = message.text(format!("\u{2026} and {} more.", breaking.len() - LISTED));
    }
    stopped(message.text("Nothing has begun: say what it is to be."), closed)
}

/// The release has been started.
pub fn started(spec: &ReleaseSpec, closed: &[String]) -> Message {
    let message = Message::new(Tone::Good, format!("{} {} is on its way", spec.project, spec.tag))
        .text("Its card in the release channel shows where it stands.");
    stopped(message, closed)
}

/// What will stop it, as far as that is known by now.
pub(super) fn stopped(message: Message, closed: &[String]) -> Message {
    match closed {
        [] => message,
        [one] => message.text(format!("In its way, as things stand: {one}.")),
        several => message
            .text("In its way, as things stand:")
            .block(Block::List(several.iter().map(|one| Line::from(one.as_str())).collect())),
    }
}
