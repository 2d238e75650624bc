//! The agenda: what recurs in a project, when it comes next, and what was due meanwhile.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{
    dates::{DateSpec, Missed},
    far,
    holidays::{Holidays, Roll},
    local,
    offset::Offset,
    quiet::QuietTimes,
    schedule::Schedule,
};
use crate::domain::message::post::Place;

mod train;

pub use train::{Timetable, Train};

/// No more occurrences than this are counted when many were missed.
const COUNTED: usize = 1000;

/// One thing that recurs: a date of a project's playbook, or a schedule of `bot.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its project's name.
    pub project: String,
    /// Its name, unique in the project.
    pub name: String,
    /// What it is, in a few words.
    pub title: String,
    /// When it recurs.
    pub schedule: Schedule,
    /// What becomes of an occurrence on a day off.
    pub roll: Roll,
    /// What becomes of an occurrence that came due while the bot was down.
    pub missed: Missed,
    /// How long before it people are reminded.
    pub remind: Vec<Offset>,
    /// When they are not.
    pub quiet: QuietTimes,
    /// Who is mentioned.
    pub roles: Vec<String>,
    /// What happens.
    pub does: Does,
}

/// What happens at an occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    /// A release begins.
    Begins,
    /// Nothing by itself: the releases that are open then have this date.
    Marks,
    /// Something is said.
    Says {
        /// What.
        text: String,
        /// Where; empty means where the project's releases are told.
        to: Vec<Place>,
    },
}

/// What people decided about one occurrence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The key of the entry.
    pub entry: String,
    /// The nominal instant of the occurrence, which names it for ever.
    pub slot: DateTime<Utc>,
    /// What.
    pub change: ExceptionKind,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When they did.
    pub at: DateTime<Utc>,
}

/// What becomes of an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExceptionKind {
    /// It does not happen.
    Skip,
    /// It happens at another time.
    Move {
        /// When.
        to: DateTime<Utc>,
    },
}

/// One occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// When it happens.
    pub at: DateTime<Utc>,
    /// When it would by its schedule alone, which names it for ever.
    pub slot: DateTime<Utc>,
}

/// What came due in a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Due {
    /// Occurrences, in order; of very many, the first ones and the last.
    pub occurrences: Vec<Occurrence>,
    /// An occurrence still to come of which people are to be reminded.
    pub reminder: Option<Occurrence>,
}

impl Entry {
    /// The entry of a playbook's date, if it recurs by itself; `check` has seen the date.
    pub fn of_date(project: &str, spec: &DateSpec, zone: Tz) -> Option<Self> {
        Some(Self {
            project: project.to_owned(),
            name: spec.name.clone(),
            title: spec.title.clone(),
            schedule: Schedule::read(spec.cron.as_deref()?, zone).ok()?,
            roll: spec.roll,
            missed: spec.missed,
            // Of a date of an open release, the release itself reminds, and says what is missing.
            remind: match spec.starts {
                true => spec.remind.iter().filter_map(|text| Offset::read(text).ok()).collect(),
                false => vec![],
            },
            quiet: QuietTimes::default(),
            roles: spec.roles.clone(),
            does: if spec.starts { Does::Begins } else { Does::Marks },
        })
    }

    /// What names it in the store.
    pub fn key(&self) -> String {
        format!("{}/{}", self.project, self.name)
    }

    /// What its occurrences follow from. An entry with another pattern is another entry, which has missed nothing.
    pub fn pattern(&self) -> String {
        format!("{} {} {:?}", self.schedule.text(), self.schedule.zone(), self.roll)
    }

    /// The occurrences later than `after`, in order. Several that roll to one instant are one.
    pub fn occurrences<'a>(
        &'a self,
        after: DateTime<Utc>,
        holidays: &'a Holidays,
        exceptions: &'a [Exception],
    ) -> impl Iterator<Item = Occurrence> + 'a {
        let key = self.key();
        let mut moved: Vec<Occurrence> = vec![];
        let mut left_out = vec![];
        for exception in exceptions.iter().filter(|exception| exception.entry == key) {
            left_out.push(exception.slot);
            match exception.change {
                ExceptionKind::Move { to } if to > after => moved.push(Occurrence { at: to, slot: exception.slot }),
                ExceptionKind::Move { .. } | ExceptionKind::Skip => {}
            }
        }
        moved.sort_unstable();
        let (zone, roll) = (self.schedule.zone(), self.roll);
        let slots = self.schedule.following(self.before_rolling(after, holidays));
        let regular = slots
            .filter(move |slot| !left_out.contains(slot))
            .map(move |slot| Occurrence { at: holidays.roll(slot, zone, roll), slot })
            .filter(move |occurrence| occurrence.at > after);
        let (mut moved, mut regular, mut last) = (moved.into_iter().peekable(), regular.peekable(), None);
        std::iter::from_fn(move || {
            loop {
                let next = match (moved.peek(), regular.peek()) {
                    (Some(one), Some(other)) if one.at <= other.at => moved.next(),
                    (Some(_), None) => moved.next(),
                    _ => regular.next(),
                }?;
                if last.replace(next.at) != Some(next.at) {
                    return Some(next);
                }
            }
        })
    }

    /// The next instant after `after` at which something is due: an occurrence, or a reminder of one.
    pub fn next_due(
        &self,
        after: DateTime<Utc>,
        holidays: &Holidays,
        exceptions: &[Exception],
    ) -> Option<DateTime<Utc>> {
        let mut next: Option<DateTime<Utc>> = None;
        for occurrence in self.occurrences(after, holidays, exceptions) {
            let reminders = self.reminders(occurrence);
            if next.is_some_and(|next| reminders.iter().all(|reminder| *reminder >= next) && occurrence.at >= next) {
                break;
            }
            let due = reminders.into_iter().chain([occurrence.at]).filter(|due| *due > after);
            next = next.into_iter().chain(due).min();
        }
        next
    }

    /// What came due after `after` and until `now`. Of reminders only the last one is worth making.
    pub fn due(&self, after: DateTime<Utc>, now: DateTime<Utc>, holidays: &Holidays, exceptions: &[Exception]) -> Due {
        let mut due = Due::default();
        let mut reminded: Option<DateTime<Utc>> = None;
        for occurrence in self.occurrences(after, holidays, exceptions) {
            if occurrence.at <= now {
                if due.occurrences.len() > COUNTED {
                    due.occurrences.pop();
                }
                due.occurrences.push(occurrence);
                continue;
            }
            let reminders = self.reminders(occurrence);
            let last = reminders.iter().copied().filter(|reminder| *reminder > after && *reminder <= now).max();
            if last > reminded {
                (reminded, due.reminder) = (last, Some(occurrence));
            }
            if reminders.iter().all(|reminder| *reminder > now) {
                break;
            }
        }
        due
    }

    fn reminders(&self, occurrence: Occurrence) -> Vec<DateTime<Utc>> {
        let zone = self.schedule.zone();
        let spans = self.remind.iter().map(|span| span.reversed().from(occurrence.at, zone));
        spans.map(|due| self.quiet.reminder(due, occurrence.at)).collect()
    }

    /// From when on slots may roll to after `after`: what lies on the days off just before rolls to the day itself.
    fn before_rolling(&self, after: DateTime<Utc>, holidays: &Holidays) -> DateTime<Utc> {
        if self.roll != Roll::NextWorkingDay {
            return after;
        }
        let zone = self.schedule.zone();
        let today = local::shown(zone, after).date();
        let first = today.iter_days().rev().skip(1).take_while(|day| !holidays.is_working_day(*day)).last();
        let midnight = local::first(zone, first.unwrap_or(today).and_time(NaiveTime::MIN));
        after.min(far::before(midnight, chrono::Duration::seconds(1)))
    }
}

/// Where people moved the dates of the release that begins with this slot, before it began: what `dates::resolve` takes
/// as fixed. A date that they left out is where it would be next.
///
/// # Errors
/// A sentence when a date cannot be read.
pub fn fixed(
    project: &str,
    specs: &[DateSpec],
    zone: Tz,
    holidays: &Holidays,
    start: DateTime<Utc>,
    exceptions: &[Exception],
) -> Result<BTreeMap<String, DateTime<Utc>>, String> {
    let mut fixed = BTreeMap::new();
    let mut slot = start;
    for spec in specs {
        let Some(cron) = &spec.cron else { continue };
        let schedule = Schedule::read(cron, zone)?;
        let Some(nominal) = (if spec.starts { Some(start) } else { schedule.next_after(slot) }) else { break };
        slot = nominal;
        let key = format!("{project}/{}", spec.name);
        let exception = exceptions.iter().find(|exception| exception.entry == key && exception.slot == nominal);
        let at = match exception.map(|exception| exception.change) {
            Some(ExceptionKind::Move { to }) => Some(to),
            Some(ExceptionKind::Skip) => schedule.next_after(nominal).map(|next| holidays.roll(next, zone, spec.roll)),
            None => None,
        };
        fixed.extend(at.map(|at| (spec.name.clone(), at)));
    }
    Ok(fixed)
}

#[cfg(test)]
mod tests;
