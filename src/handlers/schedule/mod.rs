//! `/schedule list` and `/schedule preview`.

mod except;

use chrono::{DateTime, Utc};
use commands::{DateName, ScheduleList, SchedulePreview};

use super::{Asked, Refusal};
use crate::{
    context::Context,
    domain::{
        message::Message,
        release::Release,
        team::project::Project,
        time::{
            agenda::{Does, Entry, Exception, Timetable, Train},
            dates::{DateSpec, Dates},
        },
    },
    messages::{
        either,
        schedule::{self, Coming},
    },
};

/// How many times a preview shows unless one asks for more, and at most.
const SHOWN: (usize, usize) = (10, 50);

impl Asked<'_> {
    pub(super) fn schedule_list(&self, asked: ScheduleList) -> Result<Message, Refusal> {
        let (project, ..) = self.project(asked.project.as_ref())?;
        let exceptions = self.context.store.exceptions()?;
        let (now, open) = (self.context.clock.now(), self.running(&project.name)?);
        let entries = of_project(self.context, &project.name);
        let next = |entry: &&Entry| {
            let next = entry.occurrences(now, &self.context.holidays, &exceptions).next();
            ((*entry).clone(), next)
        };
        let train = timetable(self.context, project, &exceptions).and_then(|table| first_train(table, now));
        let entries: Vec<_> =
            entries.filter(|entry| train.is_none() || says(entry)).map(|entry| next(&entry)).collect();
        let specs = self.context.playbooks.get(&project.playbook).map(|playbook| playbook.dates.as_slice());
        let ahead: Vec<Exception> =
            exceptions.into_iter().filter(|one| one.slot > now && of(&one.entry, &project.name)).collect();
        let train = train.map(|train| (train, specs.unwrap_or_default()));
        Ok(schedule::list(&project.name, open.as_ref(), train.as_ref(), &entries, &ahead, now))
    }

    pub(super) fn schedule_preview(&self, asked: SchedulePreview) -> Result<Message, Refusal> {
        let (project, ..) = self.project(asked.project.as_ref())?;
        let count = asked.count.map_or(SHOWN.0, |count| (count as usize).clamp(1, SHOWN.1));
        let (now, exceptions) = (self.context.clock.now(), self.context.store.exceptions()?);
        let wanted = asked.date.as_ref().map(DateName::as_str);
        if let Some(name) = wanted {
            self.known_date(project, name)?;
        }
        let fits = |name: &str| wanted.is_none_or(|wanted| wanted == name);
        let mut coming: Vec<Coming> = vec![];
        let table = timetable(self.context, project, &exceptions);
        if let (Some(release), Some(table)) = (self.running(&project.name)?, table) {
            coming.extend(dates(table, &release.state.dates, Some(release.name())));
        }
        let until = now + chrono::Duration::days(800);
        for train in table.map(|table| table.trains(now, count, until)).into_iter().flatten().flatten() {
            coming.extend(table.map(|table| dates(table, &train.dates, None)).into_iter().flatten());
        }
        let trains = !coming.is_empty();
        for entry in of_project(self.context, &project.name).filter(|entry| says(entry) || !trains) {
            let next = entry.occurrences(now, &self.context.holidays, &exceptions).take(count);
            coming.extend(next.map(|one| Coming {
                at: one.at,
                title: entry.title.clone(),
                name: entry.name.clone(),
                of: None,
            }));
        }
        coming.retain(|one| one.at > now && fits(&one.name));
        coming.sort_by_key(|one| one.at);
        coming.truncate(count);
        let reader = self.known.as_ref().and_then(|known| self.context.people.named(&known.name)?.time_zone);
        Ok(schedule::preview(&project.name, wanted, &coming, self.context.zone, reader))
    }

    /// The regular release of a project that is under way.
    fn running(&self, project: &str) -> Result<Option<Release>, Refusal> {
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

fn first_train(table: Timetable<'_>, now: DateTime<Utc>) -> Option<Train> {
    table.trains(now, 1, now + chrono::Duration::days(800)).into_iter().flatten().next()
}

fn dates(table: Timetable<'_>, dates: &Dates, of: Option<String>) -> Vec<Coming> {
    let coming = table.specs.iter().filter_map(|spec| {
        Some(Coming { at: dates.get(&spec.name)?, title: spec.title.clone(), name: spec.name.clone(), of: of.clone() })
    });
    coming.collect()
}

fn says(entry: &Entry) -> bool {
    matches!(entry.does, Does::Says { .. })
}

fn of(key: &str, project: &str) -> bool {
    key.strip_prefix(project).is_some_and(|rest| rest.starts_with('/'))
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
