//! Trains: the dates of the releases that a playbook will begin by itself, one release after the other.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;

use super::{Entry, Exception, fixed};
use crate::domain::{
    release::{Release, fact::Fact},
    time::{
        dates::{self, DateSpec, Dates},
        far,
        holidays::Holidays,
        schedule::Schedule,
    },
};

/// How long before its slot a date may have rolled to.
const ROLLED: Duration = Duration::days(30);

/// What the dates of a project follow from.
#[derive(Debug, Clone, Copy)]
pub struct Timetable<'a> {
    /// The project's name.
    pub project: &'a str,
    /// The dates of its playbook.
    pub specs: &'a [DateSpec],
    /// The zone in which they are meant.
    pub zone: Tz,
    /// The days off.
    pub holidays: &'a Holidays,
    /// What people decided about single occurrences.
    pub exceptions: &'a [Exception],
}

/// The release that begins with one slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Train {
    /// The slot of its first date.
    pub slot: DateTime<Utc>,
    /// All its dates.
    pub dates: Dates,
}

impl<'a> Timetable<'a> {
    /// The trains that begin after an instant and not later than `until`, in order, no more than `count`; a sentence for
    /// one whose dates contradict each other. None if no date begins a release by itself.
    pub fn trains(self, after: DateTime<Utc>, count: usize, until: DateTime<Utc>) -> Vec<Result<Train, String>> {
        let starting = self.specs.iter().find(|spec| spec.starts);
        let Some(entry) = starting.and_then(|spec| Entry::of_date(self.project, spec, self.zone)) else {
            return vec![];
        };
        let occurrences = entry.occurrences(after, self.holidays, self.exceptions).take(count);
        let slots = occurrences.take_while(|occurrence| occurrence.at <= until).map(|occurrence| occurrence.slot);
        slots.map(|slot| Ok(Train { slot, dates: self.dates(slot, BTreeMap::new())? })).collect()
    }

    /// The dates of the release that begins with this slot; `moved` are those that people moved since.
    fn dates(&self, slot: DateTime<Utc>, moved: BTreeMap<String, DateTime<Utc>>) -> Result<Dates, String> {
        let mut all = fixed(self.project, self.specs, self.zone, self.holidays, slot, self.exceptions)?;
        all.extend(moved);
        dates::resolve(self.specs, self.zone, self.holidays, slot, &all)
    }

    /// The dates of an open release when one of them moves: what is over stays, what people moved before stays, and the
    /// rest follows.
    ///
    /// # Errors
    /// A sentence when the date would come before one that it follows.
    pub fn moved(&self, release: &Release, date: &str, to: DateTime<Utc>, now: DateTime<Utc>) -> Result<Dates, String> {
        let held = &release.state.dates.0;
        let by_people = release.facts.iter().filter_map(|recorded| {
            let Fact::Moved { date, .. } = &recorded.fact else { return None };
            Some(date.as_str())
        });
        let by_people: Vec<&str> = by_people.collect();
        // What follows another date has no place in the order: it moves whenever that one does.
        let place = self.specs.iter().position(|spec| spec.name == date && spec.cron.is_some());
        let over = |place_of: usize, spec: &DateSpec| spec.cron.is_some() && place.is_none_or(|place| place_of < place);
        let mut fixed = BTreeMap::new();
        for (place_of, spec) in self.specs.iter().enumerate() {
            let Some(at) = held.get(&spec.name) else { continue };
            if if *at <= now { over(place_of, spec) } else { by_people.contains(&spec.name.as_str()) } {
                fixed.insert(spec.name.clone(), *at);
            }
        }
        fixed.insert(date.to_owned(), to);
        self.dates(self.slot_of(release), fixed)
    }

    /// When a date would be next, if it were left out now.
    pub fn next_of(&self, date: &str, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let spec = self.specs.iter().find(|spec| spec.name == date)?;
        let schedule = Schedule::read(spec.cron.as_deref()?, self.zone).ok()?;
        schedule.following(after).map(|slot| self.holidays.roll(slot, self.zone, spec.roll)).find(|at| *at > after)
    }

    /// The slot with which a release began; its first date itself if a person began it.
    fn slot_of(&self, release: &Release) -> DateTime<Utc> {
        let starting = self.specs.iter().find(|spec| spec.starts);
        let begun = starting.and_then(|spec| release.spec.dates.get(&spec.name)).unwrap_or(release.spec.at);
        let entry = starting.and_then(|spec| Entry::of_date(self.project, spec, self.zone));
        let slot = entry.and_then(|entry| {
            let surroundings = entry.occurrences(far::before(begun, ROLLED), self.holidays, self.exceptions);
            surroundings.take_while(|one| one.at <= begun).find(|one| one.at == begun).map(|one| one.slot)
        });
        slot.unwrap_or(begun)
    }
}
