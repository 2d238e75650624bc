//! The dates of a playbook's week: what the team calls them, when they are, and which follow from which.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{
    holidays::{Holidays, Roll},
    offset::Offset,
    quiet::QuietTimes,
    schedule::Schedule,
};

mod checked;

pub use checked::check;

/// A date as a playbook or `bot.toml` tells it: by the clock (`cron`), or by another date (`of` and `offset`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DateSpec {
    /// Its name in commands and in other dates.
    pub name: String,
    /// What it is, in a few words.
    pub title: String,
    /// Crontab text in the team's zone …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cron: Option<String>,
    /// … or the date that it follows …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// … and how far from it, such as `-15m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<String>,
    /// What becomes of it on a day off.
    #[serde(default)]
    pub roll: Roll,
    /// What becomes of it when the bot was down.
    #[serde(default)]
    pub missed: Missed,
    /// How long before it people are reminded, such as `24h`.
    #[serde(default)]
    pub remind: Vec<String>,
    /// Whether people are reminded on a day off, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub remind_on_days_off: bool,
    /// Whether it begins a release by itself.
    #[serde(default)]
    pub starts: bool,
    /// Who is mentioned when it is announced.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// What becomes of a firing that came due while the bot was down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missed {
    /// It happens late.
    #[default]
    Late,
    /// It is left out.
    Skip,
}

/// The dates of one release by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Dates(pub BTreeMap<String, DateTime<Utc>>);

impl Dates {
    /// When a date is.
    pub fn get(&self, name: &str) -> Option<DateTime<Utc>> {
        self.0.get(name).copied()
    }
}

impl DateSpec {
    /// When nobody is reminded of it, of the times at which nobody is reminded in its project.
    pub fn quiet(&self, quiet: QuietTimes) -> QuietTimes {
        if self.remind_on_days_off { quiet.with_days_off() } else { quiet }
    }

    /// When people are reminded of the date, the earliest first, and not when it is quiet; spans that cannot be read are left
    /// out, `check` tells of them.
    pub fn reminders(&self, at: DateTime<Utc>, zone: Tz, quiet: &QuietTimes) -> Vec<DateTime<Utc>> {
        let spans = self.remind.iter().filter_map(|text| Offset::read(text).ok());
        let quiet = self.quiet(quiet.clone());
        let mut instants: Vec<_> = spans.map(|span| quiet.reminder(span.reversed().from(at, zone), at)).collect();
        instants.dedup();
        instants.sort_unstable();
        instants
    }
}

/// The dates of the release whose starting date has this slot, or that is begun at this instant.
///
/// Each `cron` date is the first occurrence after the one before it, in the order of the playbook, rolled; each `of` date
/// follows its anchor. `fixed` are instants that people moved: what comes after them never comes before them. A date that
/// would, because the one before it was rolled or moved, is on the first working day after it if it rolls forward, and
/// its own next occurrence otherwise.
///
/// # Errors
/// A sentence when a date never comes, or when somebody moved one before its predecessor.
pub fn resolve(
    specs: &[DateSpec],
    zone: Tz,
    holidays: &Holidays,
    start: DateTime<Utc>,
    fixed: &BTreeMap<String, DateTime<Utc>>,
) -> Result<Dates, String> {
    let mut dates = BTreeMap::new();
    // Where the chain stands as the clock says, and where it really stands.
    let (mut slot, mut before) = (start, None::<(&DateSpec, DateTime<Utc>)>);
    for spec in specs {
        let Some(cron) = &spec.cron else { continue };
        let schedule = Schedule::read(cron, zone)?;
        let never = || format!("{} never comes: `{cron}` is over", spec.title);
        // Somebody may begin a release at any time; then nothing rolls.
        let nominal = if spec.starts { start } else { schedule.next_after(slot).ok_or_else(never)? };
        let rolls = !spec.starts || schedule.last_until(start) == Some(start);
        slot = nominal;
        let mut at = if rolls { holidays.roll(nominal, zone, spec.roll) } else { nominal };
        match (fixed.get(&spec.name), before) {
            (Some(moved), Some((earlier, instant))) if *moved <= instant => {
                let (title, earlier) = (&spec.title, &earlier.title);
                return Err(format!(
                    "{title} cannot come before {earlier}: choose another time, or move {earlier} as well."
                ));
            }
            (Some(moved), _) => at = *moved,
            (None, Some((_, instant))) if at <= instant => {
                at = match spec.roll {
                    Roll::NextWorkingDay => holidays.working_time_after(nominal, instant, zone),
                    roll => {
                        let mut rolled = schedule.following(instant).map(|at| holidays.roll(at, zone, roll));
                        rolled.find(|at| *at > instant).ok_or_else(never)?
                    }
                };
            }
            (None, _) => {}
        }
        before = Some((spec, at));
        dates.insert(spec.name.clone(), at);
    }
    follow(specs, zone, holidays, fixed, &mut dates)?;
    Ok(Dates(dates))
}

/// Adds the dates that follow another, which may itself follow one.
fn follow(
    specs: &[DateSpec],
    zone: Tz,
    holidays: &Holidays,
    fixed: &BTreeMap<String, DateTime<Utc>>,
    dates: &mut BTreeMap<String, DateTime<Utc>>,
) -> Result<(), String> {
    let mut open: Vec<(&DateSpec, &String)> = specs.iter().filter_map(|spec| Some((spec, spec.of.as_ref()?))).collect();
    while !open.is_empty() {
        let before = open.len();
        let mut problem = None;
        open.retain(|(spec, of)| {
            let Some(anchor) = dates.get(*of) else { return true };
            match Offset::read(spec.offset.as_deref().unwrap_or("0m")) {
                Ok(span) => {
                    let at = holidays.roll(span.from(*anchor, zone), zone, spec.roll);
                    dates.insert(spec.name.clone(), fixed.get(&spec.name).copied().unwrap_or(at));
                }
                Err(mistake) => problem = Some(mistake),
            }
            false
        });
        if let Some(mistake) = problem {
            return Err(mistake);
        }
        if let (true, Some((spec, of))) = (open.len() == before, open.first()) {
            return Err(format!(
                "date `{}`: it follows `{of}`, which follows it in turn; give one of them `cron`",
                spec.name
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
