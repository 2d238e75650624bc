//! Takes in what Alertmanager notifies.

use super::{Taken, incident, noted, on_call};
use crate::{
    config::Hooks,
    desk::Desk,
    domain::{
        alert::{Group, PROJECT},
        post::Target,
        project::Project,
    },
    journal, messages,
    store::StoreProblem,
};

/// Takes one notification in: stored, and told if it brings anything.
pub(super) async fn take(desk: &Desk, hooks: &Hooks, group: Group) -> Result<Taken, StoreProblem> {
    let project = project(desk, hooks, &group);
    let places = project.map_or_else(|| hooks.places.clone(), |project| project.incident_places().to_vec());
    let (teller, project) = (desk.clone(), project.map(|project| project.name.clone()));
    desk.write(move |writing| {
        let now = teller.clock.now();
        let mut known = writing.alerts(&group.group_key)?;
        let change = known.take(&group, now);
        known.at = now;
        let Some(change) = change else {
            writing.put_alerts(&group.group_key, &known)?;
            return Ok(Taken::Known);
        };
        if let Some(project) = &project {
            noted::alerted(writing, project, &group, &change, &known)?;
        }
        let incident = incident(writing, known.incident, &messages::report::what(&group), &places, now)?;
        // Once nothing fires any more, whatever fires next is another incident.
        known.incident = (change.firing > 0).then_some(incident.number);
        writing.put_alerts(&group.group_key, &known)?;
        let mut message = messages::report::alerts(&group, &change, Some(&incident));
        if !change.fired.is_empty() {
            message = message.ping(on_call(&teller));
        }
        let key = format!("alerts/{}", writing.next_number("alerts-told")?);
        let target = |place| Target::Incident { place, incident: incident.number };
        journal::post_everywhere(&teller, writing, &key, &incident.places, target, &message)?;
        Ok(Taken::New)
    })
    .await
}

/// The project that a group is about.
pub(super) fn project<'a>(desk: &'a Desk, hooks: &Hooks, group: &Group) -> Option<&'a Project> {
    let routed = hooks.routes.iter().find(|route| group.label(&route.label) == Some(&route.value));
    let name = group.label(PROJECT).filter(|name| desk.projects.contains_key(*name));
    let name = name.or_else(|| routed.map(|route| route.project.as_str()));
    name.and_then(|name| desk.projects.get(name)).map(|(project, _)| project)
}
