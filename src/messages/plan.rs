//! Plans in words: what a dry run answers.

use super::count;
use crate::domain::{
    message::{Block, Line, Message, Tone, line},
    release::ReleaseSpec,
};

/// Exactly what a release would do.
pub fn dry_run(spec: &ReleaseSpec, notes: &[String], closed: &[String]) -> Message {
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
    let message = Message::new(Tone::Asking, format!("There is nothing to release in {}", spec.project)).text(format!(
        "Nothing has changed on {} since {before}. {} would bring nothing new; nothing has begun.",
        spec.source, spec.tag
    ));
    stopped(message, closed)
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
