//! Plans in words: what a dry run answers.

use super::count;
use crate::domain::{
    message::{Block, Line, Message, Tone, line},
    release::Brief,
};

/// Exactly what a release would do.
pub fn dry_run(brief: &Brief, notes: &[String]) -> Message {
    let mut message =
        Message::new(Tone::Plain, format!("Plan for {} {} (nothing has been done)", brief.project, brief.tag)).text(
            line()
                .plain(format!("From {} at ", brief.source))
                .code(brief.source_commit.get(..7).unwrap_or_default())
                .plain(format!(
                    ", after {}; {} since then.",
                    brief.previous_tag.as_deref().unwrap_or("no earlier tag"),
                    count(notes.len(), "change")
                )),
        );
    for (number, stage) in brief.plan.stages.iter().enumerate() {
        let steps = brief.plan.steps.iter().filter(|planned| planned.stage == number);
        let lines: Vec<Line> = steps.map(|planned| planned.step.in_words().into()).collect();
        message = message.block(Block::Heading(format!("{}. {}", number + 1, stage.name))).block(Block::List(lines));
    }
    message
}

/// The release has been started.
pub fn started(brief: &Brief) -> Message {
    Message::new(Tone::Good, format!("{} {} is on its way", brief.project, brief.tag))
        .text("Its card in the release channel shows where it stands.")
}
