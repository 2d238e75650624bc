//! `GET /calendar.ics`: the dates, freezes and deadlines of a project, for whoever has the token.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};

use crate::{
    config::Secret,
    context::Context,
    domain::{
        freeze::{Freeze, RuleSlot, rule::Rules, stretch::Stretch, times::Times},
        playbook::Playbook,
        release::{
            Ending, Release,
            plan::{Plan, Step},
        },
        team::project::Project,
        time::{
            agenda::Timetable,
            dates::{DateSpec, Dates},
            far,
            holidays::Holidays,
        },
    },
    messages::calendar::{CalendarEvent, ics},
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
pub fn calendar(context: &Context, token: &Secret, project: &str, given: &str) -> Result<String, NoCalendar> {
    // Secrets compare without telling by the time they take where they differ.
    if *token != Secret::new(given) {
        return Err(NoCalendar::Unproven);
    }
    let (project, _) = context.projects.get(project).ok_or(NoCalendar::Unknown)?;
    let now = context.clock.now();
    let freezes = context.store.freezes()?;
    let mut events: Vec<CalendarEvent> = vec![];
    // How long a release's own freeze still lasts, its dates tell.
    let told =
        |freeze: &&Freeze| freeze.concerns(&project.name) && (freeze.release.is_none() || freeze.lifted.is_some());
    events.extend(freezes.iter().filter(told).map(|freeze| of_freeze(freeze, now)));
    for release in context.store.latest_releases(RELEASES)? {
        if release.spec.project == project.name && release.ending() != Some(Ending::Cancelled) {
            events.extend(of_release(&release));
        }
    }
    if let Some(playbook) = context.playbooks.get(&project.playbook) {
        events.extend(of_trains(context, project, playbook, now)?);
    }
    events.extend(of_rules(&context.rules, &project.name, &context.production(&project.name), now));
    // A freeze that was begun is told as it is, not as it was planned.
    let mut known = BTreeSet::new();
    events.retain(|event| known.insert(event.id.clone()));
    events.retain(|event| event.until.unwrap_or(event.from) >= now - BACK && event.from <= now + AHEAD);
    events.sort_by(|one, other| (one.from, &one.id).cmp(&(other.from, &other.id)));
    Ok(ics(&project.name, &events, now))
}

/// The dates of a release, and its freeze.
fn of_release(release: &Release) -> Vec<CalendarEvent> {
    let plan = &release.spec.plan;
    let id = format!("{}/release/{}", release.spec.project, release.spec.id.0);
    dated(&id, &release.name(), &plan.dates, &release.state.dates, Some(plan))
}

/// The dates of the releases to come, and their freezes.
fn of_trains(
    context: &Context,
    project: &Project,
    playbook: &Playbook,
    now: DateTime<Utc>,
) -> Result<Vec<CalendarEvent>, NoCalendar> {
    let zone = playbook.zone_or(context.zone).map_err(NoCalendar::Unread)?;
    let exceptions = context.store.exceptions()?;
    let (specs, holidays) = (playbook.dates.as_slice(), &context.holidays);
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

fn dated(id: &str, of: &str, specs: &[DateSpec], dates: &Dates, plan: Option<&Plan>) -> Vec<CalendarEvent> {
    let mut events: Vec<CalendarEvent> = specs
        .iter()
        .filter_map(|spec| {
            Some(CalendarEvent {
                id: format!("{id}/{}", spec.name),
                from: dates.get(&spec.name)?,
                until: None,
                title: format!("{of}: {}", spec.title),
                text: plan.map(|plan| deadlines(plan, &spec.name)).unwrap_or_default(),
            })
        })
        .collect();
    let freeze = plan.and_then(|plan| {
        plan.steps.iter().find_map(|planned| {
            let Step::Freeze { branches, expected, .. } = &planned.step else { return None };
            Some((branches.join(", "), expected.as_ref()?))
        })
    });
    let from = specs.iter().find(|spec| spec.starts).and_then(|spec| dates.get(&spec.name));
    if let (Some((branches, expected)), Some(from)) = (freeze, from)
        && let Some(until) = dates.get(expected)
    {
        events.push(CalendarEvent {
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

/// The freezes that recur, and the times at which deploys are allowed.
fn of_rules(rules: &Rules, project: &str, production: &[String], now: DateTime<Utc>) -> Vec<CalendarEvent> {
    let mut events = vec![];
    for rule in rules.recurring.iter().filter(|rule| rule.like.concerns(project)) {
        events.extend(spans(&rule.times, &rules.holidays, now).map(|span| of_freeze(&rule.occurrence(span), now)));
    }
    for window in &rules.windows {
        if !window.projects.is_empty() && !window.projects.iter().any(|name| name == project) {
            continue;
        }
        let environments = match window.environments.as_slice() {
            [] => production.join(", "),
            named => named.join(", "),
        };
        events.extend(spans(&window.times, &rules.holidays, now).map(|span| CalendarEvent {
            id: format!("window/{}/{}", window.name, span.from.timestamp()),
            from: span.from,
            until: Some(span.until),
            title: format!("Deploys allowed: {}", window.name),
            text: format!("To {environments}"),
        }));
    }
    events
}

/// Every span of some times that the calendar holds.
fn spans(times: &[Times], holidays: &Holidays, now: DateTime<Utc>) -> impl Iterator<Item = Stretch> {
    times.iter().flat_map(move |times| {
        let first = times.first_after(now - BACK, holidays);
        std::iter::successors(first, move |span| times.first_after(span.until, holidays))
            .take_while(move |span| span.from <= now + AHEAD)
    })
}

fn of_freeze(freeze: &Freeze, now: DateTime<Utc>) -> CalendarEvent {
    let ended = freeze.lifted.as_ref().map(|(_, at)| *at);
    let end = match freeze.until {
        Some(until) => format!("until {}", until.format("%Y-%m-%d %H:%M UTC")),
        None if freeze.release.is_some() => "until the release is through".to_owned(),
        None => "no known end".to_owned(),
    };
    let id = match (&freeze.release, &freeze.rule, freeze.projects.as_slice()) {
        (Some(release), _, [project]) => format!("{project}/release/{}/freeze", release.0),
        (_, Some(RuleSlot { rule, slot }), _) => format!("rule/{rule}/{}", slot.timestamp()),
        _ => format!("freeze/{}", freeze.id),
    };
    let number = if freeze.id == 0 { String::new() } else { format!(" #{}", freeze.id) };
    CalendarEvent {
        id,
        from: freeze.from,
        until: ended.or(freeze.until).or(Some(far::after(now.max(freeze.from), Duration::days(1)))),
        title: format!("Frozen: {}", freeze.reason),
        text: format!("Freeze{number} by {}, {end}", freeze.owner),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::freeze::rule::{FreezeRule, WindowRule};

    #[test]
    fn recurring_freezes_and_windows_stand_in_it() {
        let zone = chrono_tz::America::Toronto;
        let weekend = FreezeRule {
            name: "weekend".into(),
            reason: "nobody is there".into(),
            from: Some("0 17 * * fri".into()),
            until: Some("0 9 * * mon".into()),
            ..FreezeRule::default()
        };
        let others = FreezeRule { name: "others".into(), projects: vec!["web".into()], ..weekend.clone() };
        let hours =
            WindowRule { name: "hours".into(), times: vec!["Mon-Thu 09:00-16:00".into()], ..WindowRule::default() };
        let rules = Rules {
            recurring: vec![weekend.ready(zone).unwrap(), others.ready(zone).unwrap()],
            windows: vec![hours.ready(zone).unwrap()],
            holidays: Holidays::default(),
        };
        let now = "2026-03-04T12:00:00Z".parse().unwrap();
        let events = of_rules(&rules, "api", &["eu".into(), "us".into()], now);
        let of = |kind: &str| events.iter().filter(|event| event.id.starts_with(kind)).cloned().collect::<Vec<_>>();
        let (freezes, windows) = (of("rule/weekend/"), of("window/hours/"));
        assert_eq!((freezes.len(), windows.len(), of("rule/others/").len()), (18, 69, 0));
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let next = freezes.iter().find(|event| event.from > now).unwrap();
        assert_eq!((next.from, next.until), (at("2026-03-06T22:00:00Z"), Some(at("2026-03-09T13:00:00Z"))));
        assert_eq!(
            (next.title.as_str(), next.text.as_str()),
            ("Frozen: nobody is there", "Freeze by the calendar, until 2026-03-09 13:00 UTC")
        );
        assert_eq!((windows[0].title.as_str(), windows[0].text.as_str()), ("Deploys allowed: hours", "To eu, us"));
    }
}
