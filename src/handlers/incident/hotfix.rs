//! An incident's button *Hotfix*.

use commands::{Hotfix, IncidentHotfix};

use crate::{
    domain::{incident::matter::Way, message::Message},
    handlers::{Asked, Refusal, incident::project},
};

impl Asked<'_> {
    pub(in crate::handlers) async fn incident_hotfix(&self, asked: IncidentHotfix) -> Result<Option<Message>, Refusal> {
        let matter = self.incident(asked.incident, Way::Hotfix)?;
        let (project, description) = (project(&matter)?, asked.description);
        let project = Some(project);
        Box::pin(self.hotfix(Hotfix { description, severity: None, project, version: None, dry_run: false })).await
    }
}
