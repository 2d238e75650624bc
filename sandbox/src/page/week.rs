//! The week from Monday to Sunday: when merges were and will be closed, what was deployed, and the dates to come.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use maud::{Markup, html};
use serde_json::Value;

use super::{
    Page,
    banner::{FREEZE, is_red},
    feed::Event,
    locked,
};
use crate::{
    github::{PullView, StatusEvent},
    world::ZONE,
};

/// So many deployments and dates of one day are named.
const NAMED: usize = 4;

/// A time in which merges were closed.
type Closed = (DateTime<Utc>, DateTime<Utc>);

/// A deployment as the strip shows it.
struct Deploy {
    at: DateTime<Utc>,
    environment: String,
    version: String,
    state: String,
}

/// All that the strip shows.
struct Shown {
    now: DateTime<Utc>,
    closed: Vec<Closed>,
    /// Whether the last of these times goes on.
    lasts: bool,
    deploys: Vec<Deploy>,
    events: Vec<Event>,
}

/// The strip.
pub(super) fn strip(page: &Page) -> Markup {
    let now = page.world.clock().now();
    let today = now.with_timezone(&ZONE).date_naive();
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    let github = page.world.github();
    let closed = closings(&github.status_history(FREEZE), &github.pull_requests(), DateTime::<Utc>::MAX_UTC);
    let lasts = closed.iter().any(|(_, end)| *end > now);
    let closed = closed.into_iter().map(|(start, end)| (start, end.min(now))).collect();
    let events = locked(&page.feed).events.clone();
    let shown = Shown { now, closed, lasts, deploys: deploys(page), events };
    html! { @for date in monday.iter_days().take(7) { (day(date, today, &shown)) } }
}

fn day(date: NaiveDate, today: NaiveDate, shown: &Shown) -> Markup {
    let (from, to) = (midnight(date), midnight(date + Days::new(1)));
    // Not every day has 24 hours.
    let place = |at: DateTime<Utc>| {
        let part = (at - from).num_seconds() as f64 / (to - from).num_seconds().max(1) as f64;
        (part.clamp(0.0, 1.0) * 1000.0).round() / 10.0
    };
    let parts = |times: &[Closed]| -> Vec<(f64, f64)> {
        times.iter().map(|(start, end)| (place(*start), place(*end))).filter(|(start, end)| end > start).collect()
    };
    let closed = parts(&shown.closed);
    let lasting = shown.events.iter().filter_map(|event| Some((event.from.max(shown.now), event.until?)));
    let planned = parts(&lasting.collect::<Vec<_>>());
    let within = |at: DateTime<Utc>| at >= from && at < to;
    let deploys: Vec<&Deploy> = shown.deploys.iter().filter(|deploy| within(deploy.at)).collect();
    let dates: Vec<&Event> = shown.events.iter().filter(|event| event.until.is_none() && within(event.from)).collect();
    let mut lines: Vec<(DateTime<Utc>, Markup)> = deploys.iter().map(|deploy| (deploy.at, deploy.line())).collect();
    lines.extend(dates.iter().map(|event| (event.from, date_line(event, shown.now))));
    lines.sort_by_key(|line| line.0);
    let more = lines.len().saturating_sub(NAMED);
    // What was lifted today is over, although the track still shows it.
    let frozen = !closed.is_empty() && (date != today || shown.lasts);
    let lifted = shown.closed.last().map(|(_, end)| *end).filter(|end| date == today && !frozen && within(*end));
    html! {
        div.day.today[date == today].past[date < today].closed[!closed.is_empty()] {
            h3 {
                (date.format("%a")) " " span { (date.format("%-d %b")) }
                @if frozen { em { "❄ frozen" } }
                @else if !planned.is_empty() { em.planned { "❄ to come" } }
                @else if let Some(end) = lifted { em.planned { "❄ until " (time_of(end)) } }
            }
            div.track {
                @for (start, end) in &planned { (ice("ice planned", *start, *end)) }
                @for (start, end) in &closed { (ice("ice", *start, *end)) }
                @for event in &dates { i.date style={ "left:" (place(event.from)) "%" } {} }
                @for deploy in &deploys { i class={ "mark " (deploy.state) } style={ "left:" (place(deploy.at)) "%" } {} }
                @if date == today { i.now style={ "left:" (place(shown.now).floor()) "%" } {} }
            }
            @for (_, line) in lines.iter().take(NAMED) { (line) }
            @if more > 0 { p.none { "and " (more) " more" } }
        }
    }
}

fn ice(class: &str, start: f64, end: f64) -> Markup {
    html! { i class=(class) style={ "left:" (start) "%;width:" (format!("{:.1}", end - start)) "%" } {} }
}

impl Deploy {
    fn line(&self) -> Markup {
        html! {
            p class=(self.state) title=(self.state) {
                time { (time_of(self.at)) } " " (self.environment) " " b { (self.version) }
            }
        }
    }
}

fn date_line(event: &Event, now: DateTime<Utc>) -> Markup {
    let title = event.title.split_once(": ").map_or(event.title.as_str(), |(_, title)| title);
    html! { p.date.gone[event.from <= now] title=(event.title) { time { (time_of(event.from)) } " " (title) } }
}

fn time_of(at: DateTime<Utc>) -> String {
    at.with_timezone(&ZONE).format("%H:%M").to_string()
}

/// The beginning of a day where the team is.
fn midnight(date: NaiveDate) -> DateTime<Utc> {
    let local = date.and_time(NaiveTime::MIN);
    ZONE.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |there| there.to_utc())
}

fn deploys(page: &Page) -> Vec<Deploy> {
    let github = page.world.github();
    let tags = github.tags();
    let read = |deployment: &Value| {
        let text = |key: &str| deployment[key].as_str().unwrap_or_default();
        let sha = text("sha");
        let tag = tags.iter().find(|tag| tag.commit == sha).map(|tag| tag.name.clone());
        let version = deployment["payload"]["version"].as_str().map(str::to_owned);
        let version = version.or(tag).unwrap_or_else(|| super::text::short(sha).to_owned());
        let state = github.deployment_state(deployment["id"].as_u64()?).unwrap_or_default();
        Some(Deploy {
            at: text("created_at").parse().ok()?,
            environment: text("environment").to_owned(),
            version,
            state,
        })
    };
    github.deployments().iter().filter_map(read).collect()
}

/// The times in which at least one pull request was red; what goes on ends at `never`.
fn closings(reports: &[StatusEvent], pulls: &[PullView], never: DateTime<Utc>) -> Vec<Closed> {
    let end_of = |nth: usize, report: &StatusEvent| {
        let next = reports[nth + 1..].iter().find(|later| later.sha == report.sha).map(|later| later.at);
        match pulls.iter().find(|pull| pull.head_sha == report.sha) {
            Some(pull) => next.into_iter().chain(pull.closed.filter(|_| !pull.open)).min().unwrap_or(never),
            // A newer commit has taken its place.
            None => next.or_else(|| reports.get(nth + 1).map(|later| later.at)).unwrap_or(never),
        }
    };
    let red = reports.iter().enumerate().filter(|(_, report)| is_red(&report.state));
    let mut times: Vec<Closed> = red.map(|(nth, report)| (report.at, end_of(nth, report))).collect();
    times.sort();
    let mut joined: Vec<Closed> = Vec::new();
    for (start, end) in times {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 3, 5, hour, 0, 0).single().unwrap_or_default()
    }

    fn report(hour: u32, sha: &str, state: &str) -> StatusEvent {
        StatusEvent { at: at(hour), sha: sha.to_owned(), state: state.to_owned(), description: String::new() }
    }

    #[test]
    fn closings_join_and_end() {
        let reports = [
            report(1, "a", "success"),
            report(2, "a", "failure"),
            report(3, "b", "failure"),
            report(5, "a", "success"),
            report(6, "b", "success"),
            report(8, "b", "failure"),
            report(9, "b", "success"),
        ];
        assert_eq!(closings(&reports, &[], at(12)), [(at(2), at(6)), (at(8), at(9))]);
    }

    #[test]
    fn a_day_begins_at_midnight_where_the_team_is() {
        let sunday = NaiveDate::from_ymd_opt(2026, 3, 8).unwrap_or_default();
        assert_eq!((midnight(sunday + Days::new(1)) - midnight(sunday)).num_hours(), 23);
    }
}
