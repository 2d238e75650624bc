//! `/schedule preview`: the next times of everything, or of one date.

use commands::{DateName, SchedulePreview};

use super::{of_project, says, timetable};
use crate::{
    domain::{
        message::Message,
        time::{agenda::Timetable, dates::Dates},
    },
    handlers::{Asked, Refusal},
    messages::schedule::{self, Coming},
};

/// How many times a preview shows unless one asks for more, and at most.
const SHOWN: (usize, usize) = (10, 50);

impl Asked<'_> {
    pub(in crate::handlers) fn schedule_preview(&self, asked: SchedulePreview) -> Result<Message, Refusal> {
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
}

fn dates(table: Timetable<'_>, dates: &Dates, of: Option<String>) -> Vec<Coming> {
    let coming = table.specs.iter().filter_map(|spec| {
        Some(Coming { at: dates.get(&spec.name)?, title: spec.title.clone(), name: spec.name.clone(), of: of.clone() })
    });
    coming.collect()
}
