//! Calls others to what nobody looks at, at the times of `escalate` in `[hooks]`. How often that was done stands with the
//! matter itself, so that a restart neither repeats nor forgets it.

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::mpsc;

use super::places::on_call;
use crate::{
    desk::Desk,
    domain::matter::Matter,
    matters, messages,
    quiet::Busy,
    store::{StoreProblem, Writing},
};

/// Calls whoever is due, for as long as the bot lives. `steps` are the times, counted from the beginning, and the roles.
pub(super) async fn keep(
    desk: Desk,
    steps: (Vec<TimeDelta>, Vec<String>),
    mut wakes: mpsc::UnboundedReceiver<Busy>,
    busy: Busy,
) {
    let (times, roles) = steps;
    let mut busy = Some(busy);
    loop {
        let next = match call(&desk, &times, &roles).await {
            Ok(next) => next,
            // The bot is stopping; the next start goes on.
            Err(StoreProblem::Closed) => return,
            Err(problem) => {
                tracing::error!(%problem, "nobody is called to what nobody looks at until the next start");
                return;
            }
        };
        let idle = busy.take().unwrap_or_else(|| desk.quiet.busy());
        let woken = match next {
            Some(next) => tokio::select! {
                woken = wakes.recv() => woken,
                again = desk.clock.rest(idle, next, || desk.quiet.busy()) => Some(again),
            },
            None => {
                drop(idle);
                wakes.recv().await
            }
        };
        let Some(woken) = woken else { return };
        busy = Some(woken);
        while let Ok(more) = wakes.try_recv() {
            busy = Some(more);
        }
    }
}

/// Calls whoever is due now; when somebody is next.
async fn call(desk: &Desk, times: &[TimeDelta], roles: &[String]) -> Result<Option<DateTime<Utc>>, StoreProblem> {
    if times.is_empty() {
        return Ok(None);
    }
    let mut next = None;
    for matter in desk.store.waiting_matters()? {
        let Some(due) = due(&matter, times) else { continue };
        if due > desk.clock.now() {
            next = Some(next.map_or(due, |next: DateTime<Utc>| next.min(due)));
            continue;
        }
        let (teller, times, roles, number) = (desk.clone(), times.to_vec(), roles.to_vec(), matter.number);
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
    matters::tell_of_trouble(desk, writing, &mut matter, &event, &pings)?;
    Ok(due(&matter, times))
}

/// When others are called to it next.
fn due(matter: &Matter, times: &[TimeDelta]) -> Option<DateTime<Utc>> {
    let trouble = matter.trouble.as_ref().filter(|trouble| trouble.waits())?;
    times.get(trouble.escalated).map(|time| trouble.since + *time)
}
