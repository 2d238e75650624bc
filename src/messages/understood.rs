//! What was understood of a configuration, for `shipmate check`: who decides where, and what comes in the next two weeks.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{all, either};
use crate::domain::{
    playbook::{PlannedPath, Playbook},
    release::{gate::Gate, plan::Plan},
    team::{people::People, project::Project},
    time::{
        agenda::{Entry, Timetable},
        holidays::Holidays,
        local,
    },
};

/// How far ahead dates are told.
const AHEAD: TimeDelta = TimeDelta::weeks(2);
/// How many occurrences of a schedule are told, and how many schedules.
const SHOWN: (usize, usize) = (3, 20);

/// What nobody was asked, so that it is not known.
pub const NOT_LOOKED_AT: &str = "Not looked at, because nobody was asked: whether the tokens are accepted; whether the \
    repositories, branches, workflows and checks are on GitHub, and its rules let the bot write; whether the chats, channels \
    and topics are there and let it speak; whom a chat vouches for.";

/// A project, and who decides where on its ways.
pub fn project(project: &Project, playbook: &Playbook, people: &People) -> Vec<String> {
    let (name, tag) = (&project.name, project.tag.as_ref().unwrap_or(&playbook.tag));
    let mut lines = vec![format!("{name}: {} by {}, tags {tag}.", project.repository, playbook.name)];
    for (title, path) in [("a release", &playbook.release), ("a hotfix", &playbook.hotfix)] {
        let Ok(PlannedPath { plan, .. }) = playbook.planned_for(path, &project.words) else { continue };
        let from = if path.branch == path.source {
            format!("lives on {}", path.source)
        } else {
            format!("is cut from {} as {}", path.source, path.branch)
        };
        let deploys = match plan.environments().as_slice() {
            [] => "and is deployed nowhere".to_owned(),
            names => format!("and comes to {}", names.join(", then to ")),
        };
        let gates: Vec<String> = plan.gates().map(|(step, gate)| decides(&plan, step, gate, people)).collect();
        let gates = if gates.is_empty() { "nobody decides".to_owned() } else { gates.join("; ") };
        lines.push(format!("{name}: {title} {from}, {deploys}, within {}: {gates}.", path.target));
    }
    lines
}

/// Who decides at a gate, and before what.
fn decides(plan: &Plan, step: usize, gate: &Gate, people: &People) -> String {
    let holders = people.holding(&gate.roles);
    let vouched = people.mapped_roles.values().any(|role| gate.roles.contains(role));
    let mut who: Vec<&str> = holders.iter().map(String::as_str).collect();
    who.extend(vouched.then_some("whom a chat vouches for"));
    let of = if gate.quorum > 1 { format!("{} of ", gate.quorum) } else { String::new() };
    let stage = plan.stage_of(step).map(|stage| stage.name.as_str()).unwrap_or_default();
    format!("`{}` in \"{stage}\" is decided by {of}{} ({})", gate.name, either(&gate.roles), all(&who))
}

/// What comes in a project by itself in the next two weeks, by its playbook's dates.
pub fn dates(project: &Project, playbook: &Playbook, team: Tz, holidays: &Holidays, now: DateTime<Utc>) -> Vec<String> {
    let Ok(zone) = playbook.zone_or(team) else { return vec![] };
    let until = now + AHEAD;
    let specs = playbook.dates.as_slice();
    let table = Timetable { project: &project.name, specs, zone, holidays, exceptions: &[] };
    // One that begins before may still be under way.
    let trains = table.trains(now - AHEAD, usize::MAX, until).into_iter().filter_map(Result::ok);
    let mut coming: Vec<(DateTime<Utc>, &str)> = trains
        .flat_map(|train| {
            specs.iter().filter_map(move |spec| Some((train.dates.get(&spec.name)?, spec.title.as_str())))
        })
        .filter(|(at, _)| (now..until).contains(at))
        .collect();
    coming.sort_unstable();
    coming.into_iter().map(|(at, title)| format!("{}: {} {title}.", project.name, shown(at, zone))).collect()
}

/// What is said again and again in the next two weeks; of very many schedules, the first.
pub fn schedules(entries: &[Entry], holidays: &Holidays, now: DateTime<Utc>) -> Vec<String> {
    let until = now + AHEAD;
    let mut lines: Vec<String> = entries
        .iter()
        .take(SHOWN.1)
        .map(|entry| {
            let zone = entry.schedule.zone();
            let coming = entry.occurrences(now, holidays, &[]).take_while(|one| one.at < until).take(SHOWN.0);
            let coming: Vec<String> = coming.map(|one| shown(one.at, zone)).collect();
            let (name, more) = (entry.key(), if coming.len() == SHOWN.0 { ", and so on" } else { "" });
            match coming.as_slice() {
                [] => format!("{name}: not within two weeks."),
                coming => format!("{name}: {}{more}.", coming.join(", ")),
            }
        })
        .collect();
    if entries.len() > SHOWN.1 {
        lines.push(format!("{} more schedules were read and are not shown.", entries.len() - SHOWN.1));
    }
    lines
}

fn shown(at: DateTime<Utc>, zone: Tz) -> String {
    format!("{} {}", local::shown(zone, at).format("%a %Y-%m-%d %H:%M"), zone.name())
}
