//! `/why`: what a release waits for.

use commands::Why;

use crate::{
    domain::{aside::Row, message::Message},
    handlers::{Asked, Refusal},
    messages::{self, releases},
};

impl Asked<'_> {
    pub(super) fn why(&self, asked: Why) -> Result<Message, Refusal> {
        let message = self.waits_for(asked)?;
        // There is one limit for all repositories.
        let scarcity = self.context.projects.values().next().and_then(|(_, repository)| repository.scarcity());
        Ok(scarcity.map(messages::away::scarce).into_iter().fold(message, Message::text))
    }

    fn waits_for(&self, asked: Why) -> Result<Message, Refusal> {
        if let Some(answer) = self.nothing_open(asked.project.as_ref(), asked.version.is_some())? {
            return Ok(answer);
        }
        let release = self.release(asked.project.as_ref(), asked.version.as_ref())?;
        // What is set aside waits for nothing.
        if let Some(aside) = self.context.store.aside(&Row::Release(release.spec.id))? {
            return Ok(messages::aside::aside(&aside));
        }
        let surroundings = self.context.surroundings(&release)?;
        Ok(releases::why(&release, &surroundings, &self.context.people, self.context.clock.now()))
    }
}
