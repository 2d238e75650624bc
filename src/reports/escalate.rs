//! Calls others to what nobody looks at, at the times of `escalate` in `[hooks]`. How often that was done stands with the
//! incident itself, so that a restart neither repeats nor forgets it.

use chrono::{DateTime, TimeDelta, Utc};

use super::places::on_call;
use crate::{
    context::Context,
    domain::{aside::Row, incident::matter::Incident},
    messages,
    record::incidents,
    store::{StoreProblem, Writing},
    work::{Failed, Hand, NextTurn, Worker},
};

/// Calls whoever is due, for as long as the bot lives, at these times, counted from the beginning, and those of these roles.
pub(super) fn keep(context: &Context, times: &[TimeDelta], roles: &[String]) {
    let (owner, times, roles) = (context.clone(), times.to_vec(), roles.to_vec());
    let make = move || Caller { context: owner.clone(), times: times.clone(), roles: roles.clone() };
    drop(context.keep("the calling of others to incidents", &context.matters[1], context.quiet.busy(), make));
}

struct Caller {
    context: Context,
    times: Vec<TimeDelta>,
    roles: Vec<String>,
}

impl Worker for Caller {
    async fn turn(&mut self, hand: &Hand) -> Result<NextTurn, Failed> {
        let next = call(&self.context, &self.times, &self.roles, hand).await?;
        Ok(next.map_or(NextTurn::Woken, NextTurn::At))
    }
}

/// Calls whoever is due now; when somebody is next.
async fn call(
    context: &Context,
    times: &[TimeDelta],
    roles: &[String],
    hand: &Hand,
) -> Result<Option<DateTime<Utc>>, StoreProblem> {
    if times.is_empty() {
        return Ok(None);
    }
    let mut next = None;
    for number in context.store.waiting_matters()? {
        let row = Row::Calls(number);
        hand.take(row.clone());
        if context.store.is_aside(&row)? {
            continue;
        }
        let Some(due) = context.store.matter(number)?.and_then(|matter| due(&matter, times)) else { continue };
        if due > context.clock.now() {
            next = Some(next.map_or(due, |next: DateTime<Utc>| next.min(due)));
            continue;
        }
        let (teller, times, roles) = (context.clone(), times.to_vec(), roles.to_vec());
        let write = move |writing: &mut Writing| match writing.matter(number)? {
            Some(matter) => step(&teller, writing, matter, &times, &roles),
            None => Ok(None),
        };
        let after = context.write::<_, StoreProblem>(write).await?;
        next = next.into_iter().chain(after).min();
    }
    Ok(next)
}

/// Calls those whose turn it is, if nobody looks at it yet; when the next are. Several times that passed meanwhile count
/// as one.
fn step(
    context: &Context,
    writing: &mut Writing,
    mut matter: Incident,
    times: &[TimeDelta],
    roles: &[String],
) -> Result<Option<DateTime<Utc>>, StoreProblem> {
    let now = context.clock.now();
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
    let pings = if called.is_empty() { on_call(context) } else { context.people.holding(&called) };
    let event = messages::report::escalated(&messages::matter::name(&matter), &waited);
    incidents::tell_of_trouble(context, writing, &mut matter, &event, &pings)?;
    Ok(due(&matter, times))
}

/// When others are called to it next.
fn due(matter: &Incident, times: &[TimeDelta]) -> Option<DateTime<Utc>> {
    let trouble = matter.trouble.as_ref().filter(|trouble| trouble.waits())?;
    times.get(trouble.escalated).map(|time| trouble.since + *time)
}
