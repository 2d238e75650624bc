//! `/schedule`: what recurs in a project, and the dates of its releases.

mod except;
mod list;
mod moving;
mod preview;
mod skip;

use std::sync::Arc;

use super::{Asked, Refusal};
use crate::{
    context::Context,
    domain::{
        release::Release,
        team::project::Project,
        time::{
            agenda::{Does, Entry, Exception, Timetable},
            dates::DateSpec,
        },
    },
    messages::either,
};

impl Asked<'_> {
    /// The regular release of a project that is under way.
    fn running(&self, project: &str) -> Result<Option<Arc<Release>>, Refusal> {
        let mut open = self.context.store.open_releases()?.into_iter();
        Ok(open.find(|release| release.spec.project == project && !release.is_hotfix()))
    }

    /// The entry of a date or schedule of this name; none for a date that only follows another one.
    fn known_date(&self, project: &Project, name: &str) -> Result<Option<Entry>, Refusal> {
        if let Some(entry) = of_project(self.context, &project.name).find(|entry| entry.name == name) {
            return Ok(Some(entry.clone()));
        }
        let specs =
            self.context.playbooks.get(&project.playbook).map(|playbook| playbook.dates.as_slice()).unwrap_or_default();
        if specs.iter().any(|spec| spec.name == name) {
            return Ok(None);
        }
        let mut known: Vec<&str> = specs_names(specs);
        known.extend(
            of_project(self.context, &project.name).filter(|entry| says(entry)).map(|entry| entry.name.as_str()),
        );
        Err(unknown(&project.name, name, &known).into())
    }
}

/// Everything that recurs in a project.
pub(super) fn of_project<'a>(context: &'a Context, project: &'a str) -> impl Iterator<Item = &'a Entry> {
    context.agenda.iter().filter(move |entry| entry.project == project)
}

/// What the dates of a project follow from, if its playbook has any.
pub(super) fn timetable<'a>(
    context: &'a Context,
    project: &'a Project,
    exceptions: &'a [Exception],
) -> Option<Timetable<'a>> {
    let playbook = context.playbooks.get(&project.playbook)?;
    let zone = playbook.zone_or(context.zone).ok()?;
    let timetable =
        Timetable { project: &project.name, specs: &playbook.dates, zone, holidays: &context.holidays, exceptions };
    (!playbook.dates.is_empty()).then_some(timetable)
}

fn says(entry: &Entry) -> bool {
    matches!(entry.does, Does::Says { .. })
}

fn specs_names(specs: &[DateSpec]) -> Vec<&str> {
    specs.iter().map(|spec| spec.name.as_str()).collect()
}

fn unknown(of: &str, name: &str, known: &[&str]) -> String {
    let known: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
    match known.as_slice() {
        [] => format!("{of} has no dates and no schedules; write them in its playbook, or under [[schedules]]."),
        _ => format!("{of} has no date \u{201c}{name}\u{201d}; it has {}.", either(&known)),
    }
}
