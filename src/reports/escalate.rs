//! Calls others to what nobody looks at, at the times of `escalate` in `[hooks]`. How often that was done stands with the
//! matter itself, so that a restart neither repeats nor forgets it.

use chrono::{DateTime, TimeDelta, Utc};

use super::places::on_call;
use crate::{
    context::Desk,
    domain::{aside::Row, incident::matter::Matter},
    messages,
    record::incidents,
    store::{StoreProblem, Writing},
    work::{Failed, Hand, Next, Worker},
};

/// Calls whoever is due, for as long as the bot lives, at these times, counted from the beginning, and those of these roles.
pub(super) fn keep(desk: &Desk, times: &[TimeDelta], roles: &[String]) {
    let (owner, times, roles) = (desk.clone(), times.to_vec(), roles.to_vec());
    let make = move || Caller { desk: owner.clone(), times: times.clone(), roles: roles.clone() };
    drop(desk.keep("the calling of others to incidents", &desk.matters[1], desk.quiet.busy(), make));
}

struct Caller {
    desk: Desk,
    times: Vec<TimeDelta>,
    roles: Vec<String>,
}

impl Worker for Caller {
    async fn turn(&mut self, hand: &Hand) -> Result<Next, Failed> {
        let next = call(&self.desk, &self.times, &self.roles, hand).await?;
        Ok(next.map_or(Next::Woken, Next::At))
    }
}

/// Calls whoever is due now; when somebody is next.
async fn call(
    desk: &Desk,
    times: &[TimeDelta],
    roles: &[String],
    hand: &Hand,
) -> Result<Option<DateTime<Utc>>, StoreProblem> {
    if times.is_empty() {
        return Ok(None);
    }
    let mut next = None;
    for number in desk.store.waiting_matters()? {
        let row = Row::Calls(number);
        hand.take(row.clone());
        if desk.store.is_aside(&row)? {
            continue;
        }
        let Some(due) = desk.store.matter(number)?.and_then(|matter| due(&matter, times)) else { continue };
        if due > desk.clock.now() {
            next = Some(next.map_or(due, |next: DateTime<Utc>| next.min(due)));
            continue;
        }
        let (teller, times, roles) = (desk.clone(), times.to_vec(), roles.to_vec());
        let write = move |writing: &mut Writing| match writing.matter(number)? {
            Some(matter) => step(&teller, writing, matter, &times, &roles),
            None => Ok(None),
        };
        let after = desk.write::<_, StoreProblem>(write).await?;
        next = next.into_iter().chain(after).min();
    }
    Ok(next)
}

/// Calls those whose turn it is, if nobody looks at it yet; when the next are. Several times that passed meanwhile count
/// as one.
fn step(
    desk: &Desk,
    writing: &mut Writing,
    mut matter: Matter,
    times: &[TimeDelta],
    roles: &[String],
) -> Result<Option<DateTime<Utc>>, StoreProblem> {
    let now = desk.clock.now();
    let Some(trouble) = matter.trouble.as_mut().filter(|trouble| trouble.waits()) else { return Ok(None) };
    let passed = times.iter().filter(|time| trouble.since + **time <= now).count();
    let steps = trouble.escalated..passed;
    if steps.is_empty() {
        return Ok(due(&matter, times));
    }
    trouble.escalated = passed;
    let waited = messages::span(times[passed - 1]);
    let mut called: Vec<String> = steps.filter_map(|step| roles.get(step).or(roles.last())).cloned().collect();
    called.dedup();
    let pings = if called.is_empty() { on_call(desk) } else { desk.people.holding(&called) };
    let event = messages::report::escalated(&messages::matter::name(&matter), &waited);
    incidents::tell_of_trouble(desk, writing, &mut matter, &event, &pings)?;
    Ok(due(&matter, times))
}

/// When others are called to it next.
fn due(matter: &Matter, times: &[TimeDelta]) -> Option<DateTime<Utc>> {
    let trouble = matter.trouble.as_ref().filter(|trouble| trouble.waits())?;
    times.get(trouble.escalated).map(|time| trouble.since + *time)
}
