//! An incident's button *Roll back*.

use commands::{Argument, IncidentRollback, Reason, ReleaseRollback};

use crate::{
    domain::{deploy::report::bare, incident::matter::Way, message::Message},
    handlers::{Asked, Refusal, incident::place},
    messages,
};

impl Asked<'_> {
    pub(in crate::handlers) async fn incident_rollback(
        &self,
        asked: IncidentRollback,
    ) -> Result<Option<Message>, Refusal> {
        let matter = self.incident(asked.incident, Way::RollBack)?;
        let (project, environment) = place(&matter)?;
        let reason = Reason::parse(&messages::matter::name(&matter))?;
        let (_, _, playbook) = self.project(Some(&project))?;
        let of = matter.version.as_deref().map(|version| playbook.tag_of(bare(version)));
        let project = Some(project);
        let asked = ReleaseRollback { environment, reason, project, to: None, of: None, bad: None, dry_run: false };
        self.roll_back(asked, of).await
    }
}
