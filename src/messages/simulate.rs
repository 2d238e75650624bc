//! What a playbook will do in the weeks to come, as text for a terminal.

use std::{fmt::Write, sync::Arc};

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;

use crate::domain::{
    freeze::rule::Rules,
    playbook::Playbook,
    release::{
        gate::Gate,
        plan::{Plan, Step},
    },
    time::{
        agenda::{Timetable, Train},
        dates::DateSpec,
        holidays::Holidays,
        local,
        quiet::QuietTimes,
        schedule::Schedule,
    },
};

/// One line: when, and what.
type Happens = (DateTime<Utc>, String);

/// The events of a playbook from an instant on, in the zone and in UTC.
///
/// # Errors
/// A sentence when its dates contradict each other.
pub fn simulate(
    playbook: &Playbook,
    zone: Tz,
    holidays: &Holidays,
    from: DateTime<Utc>,
    weeks: u32,
) -> Result<String, String> {
    let until = from + Duration::weeks(weeks.into());
    let specs = playbook.dates.as_slice();
    let table = Timetable { project: "", specs, zone, holidays, exceptions: &[] };
    let plan = playbook.release.plan(&playbook.words("0.0.0", "the release", "", &playbook.release.source), specs)?;
    if !specs.iter().any(|spec| spec.starts) {
        return Ok(format!(
            "{}: {}\nNothing in it happens by itself: people begin its releases, with /release prepare. A [[date]] with \
             `starts = true` would begin them.\n",
            playbook.name, playbook.title
        ));
    }
    let mut text = format!("{}: {}\n", playbook.name, playbook.title);
    let _ = writeln!(
        text,
        "{} from {}, times in {} and in UTC",
        super::count(weeks, "week"),
        shown(from, zone),
        zone.name()
    );
    // One that begins before may still be under way.
    let trains = table.trains(from - Duration::weeks(2), usize::MAX, until);
    let mut happens: Vec<Happens> = clock_changes(zone, from, until);
    happens.extend(days_off(holidays, zone, from, until));
    happens.extend(by_rules(&playbook.rules("", zone)?, holidays, from, until));
    let quiet = QuietTimes { hours: vec![], days_off: Some((Arc::new(holidays.clone()), zone)) };
    for train in trains {
        happens.extend(of_train(&train?, specs, (zone, &quiet), &plan));
    }
    happens.retain(|(at, _)| *at >= from && *at < until);
    happens.sort();
    let mut week = None;
    for (at, what) in happens {
        let this = at.with_timezone(&zone).date_naive().format("%G-%V").to_string();
        if week.as_ref() != Some(&this) {
            let _ = writeln!(text, "\nWeek {}", this.rsplit('-').next().unwrap_or_default());
            week = Some(this);
        }
        let _ = writeln!(text, "  {:<26} {}  {what}", shown(at, zone), at.format("%a %H:%M UTC"));
    }
    Ok(text)
}

/// Freezes that recur, and times at which deploys are allowed.
fn by_rules(rules: &Rules, holidays: &Holidays, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Happens> {
    let mut happens = vec![];
    for rule in &rules.recurring {
        let branches = match rule.like.branches.as_slice() {
            [] => "every line".to_owned(),
            named => named.join(" and "),
        };
        for span in rule.times.iter().flat_map(|times| times.between(from, until, holidays)) {
            happens.push((span.from, format!("{}: {branches} closed", rule.like.reason)));
            happens.push((span.until, format!("{}: over", rule.like.reason)));
        }
    }
    for window in &rules.windows {
        for span in window.times.iter().flat_map(|times| times.between(from, until, holidays)) {
            happens.push((span.from, "deploys are allowed".to_owned()));
            happens.push((span.until, "deploys are no longer allowed".to_owned()));
        }
    }
    happens
}

fn of_train(train: &Train, specs: &[DateSpec], (zone, quiet): (Tz, &QuietTimes), plan: &Plan) -> Vec<Happens> {
    let mut happens = vec![];
    for spec in specs {
        let Some(at) = train.dates.get(&spec.name) else { continue };
        let follows = follows(plan, spec);
        let follows = if follows.is_empty() { String::new() } else { format!(": {}", follows.join("; ")) };
        let rolled = if is_rolled(spec, zone, at) { " (moved by a day off)" } else { "" };
        happens.push((at, format!("{}{rolled}{follows}", spec.title)));
        let reminders = spec.reminders(at, zone, quiet).into_iter();
        happens.extend(reminders.map(|due| (due, format!("reminder: {} at {}", spec.title, shown(at, zone)))));
    }
    happens
}

/// What the release does on a date.
fn follows(plan: &Plan, spec: &DateSpec) -> Vec<String> {
    let mut follows = vec![];
    if spec.starts {
        follows.push("the release begins".to_owned());
    }
    let gates = plan.gates().filter(|(_, gate)| gate.deadline.as_ref() == Some(&spec.name));
    let late = |gate: &Gate| match gate.escalate.as_slice() {
        [] => gate.title.clone(),
        roles => format!("{} (late: told to {}, too)", gate.title, roles.join(", ")),
    };
    let gates: Vec<String> = gates.map(|(_, gate)| late(gate)).collect();
    if !gates.is_empty() {
        follows.push(format!("deadline of {}", gates.join(", ")));
    }
    for (index, planned) in plan.steps.iter().enumerate() {
        let stage = &plan.stages[planned.stage].name;
        let waits = plan.date_of(index) == Some(spec.name.as_str());
        if let Step::Freeze { branches, expected, .. } = &planned.step {
            if spec.starts {
                follows.push(format!("{} closed", branches.join(" and ")));
            } else if expected.as_ref() == Some(&spec.name) {
                follows.push("if the release is verified".to_owned());
            }
        } else if matches!(planned.step, Step::AwaitMerge { .. }) && waits {
            follows.push("merged, if everything is signed off".to_owned());
        } else if matches!(planned.step, Step::AwaitTime { .. }) && waits && *stage != spec.title {
            follows.push(format!("\u{201c}{stage}\u{201d} begins"));
        }
    }
    follows
}

/// Whether a date by the clock is not where the clock alone would have it.
fn is_rolled(spec: &DateSpec, zone: Tz, at: DateTime<Utc>) -> bool {
    let schedule = spec.cron.as_ref().and_then(|cron| Schedule::read(cron, zone).ok());
    schedule.is_some_and(|schedule| schedule.last_until(at) != Some(at))
}

fn days_off(holidays: &Holidays, zone: Tz, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Happens> {
    let at = |day: &chrono::NaiveDate| local::first(zone, day.and_time(chrono::NaiveTime::MIN));
    let days = holidays.off.iter().map(|(day, name)| (at(day), format!("\u{2014} {name} \u{2014}")));
    days.filter(|(at, _)| *at >= from && *at < until).collect()
}

/// When the clocks in the zone are changed, to the minute.
fn clock_changes(zone: Tz, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Happens> {
    let ahead = |at: DateTime<Utc>| local::shown(zone, at) - at.naive_utc();
    let mut changes = vec![];
    let mut at = from;
    while at < until {
        let next = at + Duration::hours(6);
        let (before, after) = (ahead(at), ahead(next));
        if before != after {
            let minutes = (1..=360).map(|minute| at + Duration::minutes(minute));
            let way = if after > before { "forward" } else { "back" };
            let by = (after - before).num_minutes().abs();
            let change = minutes.into_iter().find(|at| ahead(*at) != before);
            changes.extend(change.map(|at| (at, format!("\u{2014} the clocks go {way} by {by} minutes \u{2014}"))));
        }
        at = next;
    }
    changes
}

fn shown(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%a %-d %b %Y %H:%M %Z").to_string()
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::Toronto;

    use super::*;

    #[test]
    fn the_weekly_train_over_a_change_of_the_clock_and_a_holiday() {
        let train = Playbook::read(include_str!("../../playbooks/weekly-train.toml"), "weekly-train.toml").unwrap();
        let quick = Playbook::read(include_str!("../../playbooks/quick-release.toml"), "quick-release.toml").unwrap();
        let holidays = Holidays::of([("2026-03-16".parse().unwrap(), "Founders' Day".to_owned())].into());
        let from = "2026-03-02T05:00:00Z".parse().unwrap();
        insta::assert_snapshot!(simulate(&train, Toronto, &holidays, from, 3).unwrap());
        assert!(simulate(&quick, Toronto, &holidays, from, 3).is_ok_and(|told| told.contains("starts = true")));
    }
}
