//! An incident's button that lets deploys in again.

use commands::{IncidentResume, ReleaseResume};

use crate::{
    domain::{incident::matter::Way, message::Message},
    handlers::{Asked, Refusal, incident::place},
};

impl Asked<'_> {
    pub(in crate::handlers) async fn incident_resume(&self, asked: IncidentResume) -> Result<Option<Message>, Refusal> {
        let matter = self.incident(asked.incident, Way::Resume)?;
        let ((project, environment), reason) = (place(&matter)?, asked.reason);
        self.resume(ReleaseResume { environment, reason, project: Some(project), forget_bad: false }).await
    }
}
