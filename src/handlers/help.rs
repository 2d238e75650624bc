//! `/help` and `/start`: what people can say, and hello.

use commands::Help;

use crate::{
    domain::{
        message::{Block, Message, Tone},
        team::people::Account,
    },
    handlers::{Asked, Refusal},
    messages::help,
};

impl Asked<'_> {
    pub(super) fn help(&self, asked: Help) -> Result<Message, Refusal> {
        let Some(about) = asked.command else { return Ok(help::help()) };
        if let Some(topic) = help::topic(&about) {
            return Ok(topic);
        }
        let spec = commands::find(&about).map_err(|error| error.to_string())?;
        let lines = spec.explained().into_iter().skip(2).map(Into::into).collect();
        Ok(Message::new(Tone::Plain, spec.usage()).text(spec.help).block(Block::List(lines)))
    }

    pub(super) fn start(&self) -> Message {
        match (&self.known, &self.heard.speaker.account) {
            (Some(known), _) => help::hello(&known.name),
            (None, Account::Telegram(id)) => help::hello_stranger(&format!("telegram = {id}")),
            (None, Account::Discord(id)) => help::hello_stranger(&format!("discord = {id}")),
            (None, Account::GitHub(login)) => help::hello_stranger(&format!("github = {login}")),
        }
    }
}
