//! `/schedule list`: what comes next, and what people changed.

use chrono::{DateTime, Utc};
use commands::ScheduleList;

use super::{of_project, says, timetable};
use crate::{
    domain::{
        message::Message,
        time::agenda::{Entry, Exception, Timetable, Train},
    },
    handlers::{Asked, Refusal},
    messages::schedule,
};

impl Asked<'_> {
    pub(in crate::handlers) fn schedule_list(&self, asked: ScheduleList) -> Result<Message, Refusal> {
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
        Ok(schedule::list(&project.name, open.as_deref(), train.as_ref(), &entries, &ahead, now))
    }
}

fn first_train(table: Timetable<'_>, now: DateTime<Utc>) -> Option<Train> {
    table.trains(now, 1, now + chrono::Duration::days(800)).into_iter().flatten().next()
}

fn of(key: &str, project: &str) -> bool {
    key.strip_prefix(project).is_some_and(|rest| rest.starts_with('/'))
}
