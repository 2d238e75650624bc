//! `/release status`: the card of a release.

use commands::ReleaseStatus;

use crate::{
    domain::message::Message,
    handlers::{Asked, Refusal},
    messages::card::card,
};

impl Asked<'_> {
    pub(in crate::handlers) fn status(&self, asked: ReleaseStatus) -> Result<Message, Refusal> {
        if let Some(answer) = self.nothing_open(asked.project.as_ref(), asked.version.is_some())? {
            return Ok(answer);
        }
        let release = self.release(asked.project.as_ref(), asked.version.as_ref())?;
        let surroundings = self.context.surroundings(&release)?;
        Ok(card(&release, &surroundings, &self.context.people, self.context.clock.now()))
    }
}
