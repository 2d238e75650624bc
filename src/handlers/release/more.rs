//! `/release more`: what else can be done about a release.

use commands::ReleaseMore;

use crate::{
    domain::message::Message,
    handlers::{Asked, Refusal},
    messages::card::more,
};

impl Asked<'_> {
    pub(in crate::handlers) fn more(&self, asked: ReleaseMore) -> Result<Message, Refusal> {
        if let Some(answer) = self.nothing_open(asked.project.as_ref(), asked.version.is_some())? {
            return Ok(answer);
        }
        let release = self.release(asked.project.as_ref(), asked.version.as_ref())?;
        let surroundings = self.context.surroundings(&release)?;
        Ok(more(&release, &surroundings, &self.context.people, self.context.clock.now()))
    }
}
