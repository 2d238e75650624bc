//! `GET /calendar.ics`: the dates, freezes and deadlines of a project, for whoever has the token.

use chrono::{DateTime, Duration, Utc};

use crate::{
    config::Secret,
    desk::Desk,
    domain::{
        agenda::Timetable,
        dates::{DateSpec, Dates},
        freeze::Freeze,
        plan::{Plan, Step},
        playbook::Playbook,
        project::Project,
        release::{Ending, Release},
    },
    messages::calendar::{Event, ics},
    store::StoreProblem,
};

/// How far the calendar reaches back and ahead.
const BACK: Duration = Duration::days(30);
const AHEAD: Duration = Duration::days(90);

/// No more releases than this are looked through.
const RELEASES: usize = 200;

/// Why no calendar is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoCalendar {
    /// The token is wrong: 401.
    Unproven,
    /// There is no such project: 404.
    Unknown,
    /// The store cannot be read: 503.
    Unread(String),
}

impl From<StoreProblem> for NoCalendar {
    fn from(problem: StoreProblem) -> Self {
        Self::Unread(problem.to_string())
    }
}

/// The calendar of a project.
///
/// # Errors
/// Why there is none.
pub fn calendar(desk: &Desk, token: &Secret, project: &str, given: &str) -> Result<String, NoCalendar> {
    // Secrets compare without telling by the time they take where they differ.
    if *token != Secret::new(given) {
        return Err(NoCalendar::Unproven);
    }
    let (project, _) = desk.projects.get(project).ok_or(NoCalendar::Unknown)?;
    let now = desk.clock.now();
    let mut events = vec![];
    for release in desk.store.latest_releases(RELEASES)? {
        if release.brief.project == project.name && release.ending() != Some(Ending::Cancelled) {
            events.extend(of_release(&release));
        }
    }
    if let Some(playbook) = desk.playbooks.get(&project.playbook) {
        events.extend(of_trains(desk, project, playbook, now)?);
    }
    events.extend(by_rules(desk, &project.name, now));
    let freezes = desk.store.freezes()?;
    events.extend(freezes.iter().filter(|freeze| concerns(freeze, project)).map(|freeze| of_freeze(freeze, now)));
    events.retain(|event| event.until.unwrap_or(event.from) >= now - BACK && event.from <= now + AHEAD);
    events.sort_by(|one, other| (one.from, &one.id).cmp(&(other.from, &other.id)));
    Ok(ics(&project.name, &events, now))
}

/// The dates of a release, and its freeze.
fn of_release(release: &Release) -> Vec<Event> {
    let plan = &release.brief.plan;
    let id = format!("{}/release/{}", release.brief.project, release.brief.id.0);
    dated(&id, &release.name(), &plan.dates, &release.state.dates, Some(plan))
}

/// The freezes to come that recur, and the times at which deploys are allowed.
fn by_rules(desk: &Desk, project: &str, now: DateTime<Utc>) -> Vec<Event> {
    let (rules, holidays) = (&desk.rules, &desk.rules.holidays);
    let mut events = vec![];
    let all = |projects: &[String]| projects.is_empty() || projects.iter().any(|name| name == project);
    for rule in rules.recurring.iter().filter(|rule| all(&rule.like.projects)) {
        // What began already is stored.
        let spans = rule.times.iter().flat_map(|times| times.between(now, now + AHEAD, holidays));
        events.extend(spans.filter(|span| span.from > now).map(|span| Event {
            id: format!("{project}/rule/{}/{}", rule.name, span.from.timestamp()),
            from: span.from,
            until: Some(span.until),
            title: format!("{project}: frozen"),
            text: rule.like.reason.clone(),
        }));
    }
    for window in rules.windows.iter().filter(|window| all(&window.projects)) {
        let spans = window.times.iter().flat_map(|times| times.between(now, now + AHEAD, holidays));
        let environments = match window.environments.as_slice() {
            [] => "production".to_owned(),
            named => named.join(", "),
        };
        events.extend(spans.map(|span| Event {
            id: format!("{project}/window/{}/{}", window.name, span.from.timestamp()),
            from: span.from,
            until: Some(span.until),
            title: format!("{project}: deploys allowed"),
            text: environments.clone(),
        }));
    }
    events
}

/// The dates of the releases to come, and their freezes.
fn of_trains(
    desk: &Desk,
    project: &Project,
    playbook: &Playbook,
    now: DateTime<Utc>,
) -> Result<Vec<Event>, NoCalendar> {
    let zone = playbook.zone_or(desk.zone).map_err(NoCalendar::Unread)?;
    let exceptions = desk.store.exceptions()?;
    let (specs, holidays) = (playbook.dates.as_slice(), &desk.holidays);
    let table = Timetable { project: &project.name, specs, zone, holidays, exceptions: &exceptions };
    let words = playbook.words("0.0.0", "", "", &playbook.release.source);
    let plan = playbook.release.plan(&words, specs).ok();
    // A train whose dates contradict each other is told when it should begin.
    let trains = table.trains(now, RELEASES, now + AHEAD).into_iter().flatten();
    let events = trains.flat_map(|train| {
        let id = format!("{}/train/{}", project.name, train.slot.timestamp());
        dated(&id, &project.name, specs, &train.dates, plan.as_ref())
    });
    Ok(events.collect())
}

fn dated(id: &str, of: &str, specs: &[DateSpec], dates: &Dates, plan: Option<&Plan>) -> Vec<Event> {
    let mut events: Vec<Event> = specs
        .iter()
        .filter_map(|spec| {
            Some(Event {
                id: format!("{id}/{}", spec.name),
                from: dates.get(&spec.name)?,
                until: None,
                title: format!("{of}: {}", spec.title),
                text: plan.map(|plan| deadlines(plan, &spec.name)).unwrap_or_default(),
            })
        })
        .collect();
    let freeze = plan.and_then(|plan| {
        plan.steps.iter().find_map(|planned| match &planned.step {
            Step::Freeze { branches, expected, .. } => Some((branches.join(", "), expected.as_ref()?)),
            _ => None,
        })
    });
    let from = specs.iter().find(|spec| spec.starts).and_then(|spec| dates.get(&spec.name));
    if let (Some((branches, expected)), Some(from)) = (freeze, from)
        && let Some(until) = dates.get(expected)
    {
        events.push(Event {
            id: format!("{id}/freeze"),
            from,
            until: Some(until),
            title: format!("{of}: frozen"),
            text: format!("{branches} closed; the freeze ends after a verified release, not before this time."),
        });
    }
    events
}

/// The gates whose deadline a date is.
fn deadlines(plan: &Plan, date: &str) -> String {
    let gates = plan.gates().filter(|(_, gate)| gate.deadline.as_deref() == Some(date));
    let titles: Vec<&str> = gates.map(|(_, gate)| gate.title.as_str()).collect();
    if titles.is_empty() { String::new() } else { format!("Deadline: {}", titles.join(", ")) }
}

fn concerns(freeze: &Freeze, project: &Project) -> bool {
    freeze.projects.is_empty() || freeze.projects.contains(&project.name)
}

fn of_freeze(freeze: &Freeze, now: DateTime<Utc>) -> Event {
    let ended = freeze.lifted.as_ref().map(|(_, at)| *at);
    let end = match freeze.until {
        Some(until) => format!("until {}", until.format("%Y-%m-%d %H:%M UTC")),
        None if freeze.release.is_some() => "until the release is through".to_owned(),
        None => "no known end".to_owned(),
    };
    // A freeze without a known end lasts at least until tomorrow; of a release's, its dates tell.
    let ahead = if freeze.release.is_some() { Duration::minutes(15) } else { Duration::days(1) };
    Event {
        id: format!("freeze/{}", freeze.id),
        from: freeze.from,
        until: ended.or(freeze.until).or(Some(now.max(freeze.from) + ahead)),
        title: format!("Frozen: {}", freeze.reason),
        text: format!("Freeze #{} by {}, {end}", freeze.id, freeze.owner),
    }
}
