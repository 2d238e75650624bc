//! `/help`: what people can say.

use commands::Help;

use crate::{
    domain::message::{Block, Message, Tone},
    handlers::{Asked, Refusal},
};

impl Asked<'_> {
    pub(super) fn help(&self, asked: Help) -> Result<Message, Refusal> {
        let Some(about) = asked.command else {
            let lines = commands::help_lines().into_iter().map(Into::into).collect();
            return Ok(Message::new(Tone::Plain, "What you can say").block(Block::List(lines)));
        };
        let spec = commands::find(&about).map_err(|error| error.to_string())?;
        let lines = spec.explained().into_iter().skip(2).map(Into::into).collect();
        Ok(Message::new(Tone::Plain, spec.usage()).text(spec.help).block(Block::List(lines)))
    }
}
