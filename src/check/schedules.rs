//! Schedules that say something each second, that are over, or that are called like a date of the playbook.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::Findings;
use crate::{
    config::Config,
    domain::{playbook::PlaybookMistake, team::project::Project, time::schedule::Schedule},
    playbooks::Shelf,
};

/// Nobody is told anything more often.
const SHORTEST: TimeDelta = TimeDelta::minutes(1);

/// Notes each of them.
pub(super) fn odd(config: &Config, shelf: &Shelf, now: DateTime<Utc>, found: &mut Findings) {
    let projects: BTreeMap<&str, &Project> =
        config.projects.iter().map(|project| (project.name.as_str(), project)).collect();
    let mut dates: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, playbook) in &shelf.playbooks {
        dates.insert(name, playbook.dates.iter().map(|date| date.name.as_str()).collect());
        for date in &playbook.dates {
            let schedule = date.cron.as_deref().and_then(|cron| Schedule::read(cron, chrono_tz::UTC).ok());
            if let Some(often) = schedule.as_ref().and_then(|schedule| too_often(schedule, now)) {
                let mistake = PlaybookMistake { at: None, words: format!("date `{}`: {often}", date.name) };
                found.problems.extend(shelf.problem(name, &mistake));
            }
        }
    }
    for (entry, named) in config.schedules.iter().zip(&config.places.schedules) {
        if let Some(often) = too_often(&entry.schedule, now) {
            found.problem(named, format!("`cron` of `{}`: {often}", entry.name));
        }
        // It was right once, and the bot has to start all the same.
        if entry.schedule.next_after(now).is_none() {
            let text = entry.schedule.text();
            found.doubt(named, format!("`{}` never comes again: `{text}` is over; take it out", entry.name));
        }
        let playbook =
            projects.get(entry.project.as_str()).map(|project| project.playbook.as_str()).unwrap_or_default();
        if dates.get(playbook).is_some_and(|dates| dates.contains(entry.name.as_str())) {
            let name = &entry.name;
            found.problem(
                named,
                format!("`{name}` is a date of the playbook `{playbook}`; give the schedule another name"),
            );
        }
    }
}

/// What to say of a schedule that comes again within a minute.
fn too_often(schedule: &Schedule, now: DateTime<Utc>) -> Option<String> {
    let text = schedule.text();
    // Without a field for the seconds there is nothing between minutes.
    let (second, rest) = text.split_once(char::is_whitespace)?;
    if second.starts_with('@') || rest.split_whitespace().count() < 5 {
        return None;
    }
    let first: Vec<DateTime<Utc>> = schedule.following(now).take(3).collect();
    let gap = first.windows(2).filter_map(|pair| Some(*pair.get(1)? - *pair.first()?)).min()?;
    (gap < SHORTEST).then(|| {
        let seconds = gap.num_seconds();
        let every = if seconds == 1 { "each second".to_owned() } else { format!("after {seconds} seconds") };
        format!(
            "of six fields the first are the seconds, so `{text}` comes again {every}; write five fields, `{}`, or one number for \
             the seconds",
            rest.trim()
        )
    })
}
