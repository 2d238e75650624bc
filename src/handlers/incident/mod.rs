//! The buttons of an incident: what they say is what the commands of the same names do, for the incident's environment.

mod hotfix;
mod resume;
mod rollback;

use commands::{Argument, EnvironmentName, ProjectName};

use super::{Asked, Refusal};
use crate::{
    domain::incident::matter::{Incident, Way},
    messages,
};

impl Asked<'_> {
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
