//! The buttons of an incident: what they say is what the commands of the same names do, for the incident's environment.

use commands::{
    Argument, EnvironmentName, Hotfix, IncidentHotfix, IncidentResume, IncidentRollback, ProjectName, Reason,
    ReleaseResume, ReleaseRollback,
};

use super::{Asked, Refusal};
use crate::{
    domain::{
        deploy::report::bare,
        incident::matter::{Incident, Way},
        message::Message,
    },
    messages,
};

impl Asked<'_> {
    pub(super) async fn incident_rollback(&self, asked: IncidentRollback) -> Result<Option<Message>, Refusal> {
        let matter = self.incident(asked.incident, Way::RollBack)?;
        let (project, environment) = place(&matter)?;
        let reason = Reason::parse(&messages::matter::name(&matter)).ok();
        let (_, _, playbook) = self.project(Some(&project))?;
        let of = matter.version.as_deref().map(|version| playbook.tag_of(bare(version)));
        let project = Some(project);
        let asked = ReleaseRollback { environment, reason, project, to: None, of: None, bad: None, dry_run: false };
        self.roll_back(asked, of).await
    }

    pub(super) async fn incident_hotfix(&self, asked: IncidentHotfix) -> Result<Option<Message>, Refusal> {
        let matter = self.incident(asked.incident, Way::Hotfix)?;
        let (project, description) = (project(&matter)?, asked.description);
        let project = Some(project);
        self.hotfix(Hotfix { description, severity: None, project, version: None, dry_run: false }).await
    }

    pub(super) async fn incident_resume(&self, asked: IncidentResume) -> Result<Option<Message>, Refusal> {
        let matter = self.incident(asked.incident, Way::Resume)?;
        let ((project, environment), reason) = (place(&matter)?, asked.reason);
        self.resume(ReleaseResume { environment, reason, project: Some(project), forget_bad: false }).await
    }

    /// The incident, if this still helps.
    fn incident(&self, number: u32, way: Way) -> Result<Incident, Refusal> {
        let found = self.context.store.matter(u64::from(number))?;
        let matter = found.ok_or_else(|| "This is long over; nothing is known of it any more.".to_owned())?;
        if matter.ways().contains(&way) { Ok(matter) } else { Err(gone_on(&messages::matter::name(&matter)).into()) }
    }
}

fn gone_on(what: &str) -> String {
    format!("This has gone on meanwhile: {what}. The message above says what helps now.")
}

fn project(matter: &Incident) -> Result<ProjectName, Refusal> {
    let name = matter.project.as_deref().ok_or_else(|| "This belongs to no project.".to_owned())?;
    Ok(ProjectName::parse(name)?)
}

fn place(matter: &Incident) -> Result<(ProjectName, EnvironmentName), Refusal> {
    let name = matter.environment.as_deref().ok_or_else(|| "This belongs to no environment.".to_owned())?;
    Ok((project(matter)?, EnvironmentName::parse(name)?))
}
