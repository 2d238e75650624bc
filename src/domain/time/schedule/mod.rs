//! A schedule: crontab text in a time zone, and the instants it means, the same in winter and in summer.
//!
//! Each local time of the text is one instant: the first at which a clock in the zone shows it, or the first after it
//! when the clock was put forward over it. Where hour or minute is a `*` or a step, what is meant is time that passes:
//! such a schedule goes on through the hour that comes twice.

mod crontab;
mod field;

use chrono::{DateTime, Duration, NaiveDateTime, SubsecRound, Utc};
use chrono_tz::Tz;

use self::crontab::Crontab;
use super::{far, local};

/// No clock is put back by more, and none twice within it.
const LONGEST_REPEAT: Duration = Duration::hours(3);

/// When something recurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    text: String,
    zone: Tz,
    crontab: Crontab,
}

impl Schedule {
    /// Reads crontab text: five fields, six with the seconds first, seven with the year last, or a word such as `@daily`.
    ///
    /// # Errors
    /// A sentence that says what to write.
    pub fn read(text: &str, zone: Tz) -> Result<Self, String> {
        Ok(Self { text: text.trim().to_owned(), zone, crontab: crontab::read(text)? })
    }

    /// The first occurrence later than `after`; none when the years of the text are over.
    pub fn next_after(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.crontab.parts.iter().filter_map(|part| self.next_of(part, after)).min()
    }

    /// The last occurrence not later than `at`; none when the years of the text begin later.
    pub fn last_until(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.crontab.parts.iter().filter_map(|part| self.last_of(part, at)).max()
    }

    /// Every occurrence later than `after`, in order.
    pub fn following(&self, after: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        std::iter::successors(self.next_after(after), |last| self.next_after(*last))
    }

    /// The text, as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The zone in which it is meant.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The crate only ever sees local times, as if they were UTC, where every time exists once.
    fn next_of(&self, part: &cron::Schedule, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let shown = local::shown(self.zone, after);
        let again = match self.crontab.passes {
            true => local::put_back(self.zone, after, far::after(after, LONGEST_REPEAT)),
            false => Duration::zero(),
        };
        let mut found: Option<DateTime<Utc>> = None;
        let from = (far::near(shown) - again).and_utc();
        for time in part.after(&from).map(|time| time.naive_utc()) {
            let later = self.instants(time).filter(|at| *at > after);
            found = found.into_iter().chain(later).min();
            if found.is_some() && time > shown {
                break;
            }
        }
        found
    }

    fn last_of(&self, part: &cron::Schedule, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let shown = local::shown(self.zone, at);
        // What was shown before the clock was put back is over, although it is later on the clock.
        let again = local::put_back(self.zone, far::before(at, LONGEST_REPEAT), at) + Duration::seconds(1);
        let mut found: Option<DateTime<Utc>> = None;
        let from = (far::near(shown).trunc_subsecs(0) + again).and_utc();
        for time in part.after(&from).rev().map(|time| time.naive_utc()) {
            let earlier = self.instants(time).filter(|instant| *instant <= at);
            found = found.into_iter().chain(earlier).max();
            if found.is_some() && time <= shown {
                break;
            }
        }
        found
    }

    fn instants(&self, time: NaiveDateTime) -> impl Iterator<Item = DateTime<Utc>> {
        let again = self.crontab.passes.then(|| local::second(self.zone, time)).flatten();
        std::iter::once(local::first(self.zone, time)).chain(again)
    }
}

#[cfg(test)]
mod tests;
