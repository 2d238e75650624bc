//! Switches feature flags that people asked to be switched: stored first, then done, then told, once.

use std::collections::BTreeSet;

use std::time::Duration;

use chrono::TimeDelta;

use crate::{
    context::Context,
    domain::{
        aside::Row,
        message::post::{Place, Target},
        team::flag::{Ended, Switch},
    },
    flags::{FlagProblem, Flags},
    messages,
    record::journal,
    store::StoreProblem,
    work::{Backoff, Failed, Hand, NextTurn, Worker},
};

/// The first pause after something that may pass; it doubles up to the longest.
const PAUSE: Duration = Duration::from_secs(5);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// After this long it is told that a switch did not succeed.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);

/// Switches what was asked for, one after the other, until the bot ends. Switching is the same done twice, so what was
/// under way when the process ended is simply done.
pub fn keep(context: &Context) {
    let owner = context.clone();
    let make = move || Switcher { context: owner.clone(), backoff: Backoff::new(PAUSE, LONGEST_PAUSE), listed: false };
    drop(context.keep("the switching of feature flags", &context.switches, context.quiet.busy(), make));
}

struct Switcher {
    context: Context,
    backoff: Backoff,
    /// Whether the names of the flags were read; they are suggested.
    listed: bool,
}

impl Worker for Switcher {
    async fn turn(&mut self, hand: &Hand) -> Result<NextTurn, Failed> {
        let Some(flags) = &self.context.flags else { return Ok(NextTurn::Over) };
        if !self.listed {
            self.listed = true;
            // Without the names people write them out.
            if let Err(problem) = flags.list().await {
                tracing::warn!(%problem, "the feature flags could not be read");
            }
        }
        if switch_all(&self.context, flags, hand).await? {
            self.backoff.reset();
            return Ok(NextTurn::Woken);
        }
        Ok(NextTurn::At(self.context.clock.now() + self.backoff.pause()))
    }
}

/// Does what has been asked for and has not ended; whether all of it has now, and nothing is to be tried again.
async fn switch_all(context: &Context, flags: &Flags, hand: &Hand) -> Result<bool, StoreProblem> {
    for number in context.store.switch_numbers()? {
        let row = Row::Switch(number);
        hand.take(row.clone());
        let waits = |switch: &Switch| switch.ended.is_none();
        if context.store.is_aside(&row)? {
            continue;
        }
        let Some(next) = context.store.switch(number)?.filter(waits) else { continue };
        let done = flags.set(&next.flag, next.after).await;
        let at = context.clock.now();
        let ended = match done {
            Ok(()) => Ended::Done { at },
            Err(FlagProblem::Later(problem)) if at - next.at < PATIENCE => {
                tracing::warn!(flag = next.flag, problem, "a feature flag is not switched yet");
                return Ok(false);
            }
            Err(problem) => Ended::Failed { at, problem: problem.to_string() },
        };
        let teller = context.clone();
        let written = context.write::<_, StoreProblem>(move |writing| {
            let switch = Switch { ended: Some(ended), ..next };
            writing.put_switch(&switch)?;
            let message = messages::flag::ended(&switch);
            let key = format!("flag/{}", switch.number);
            journal::post_everywhere(&teller, writing, &key, &places(&teller), Target::Channel, &message)
        });
        written.await?;
    }
    Ok(true)
}

/// Flags belong to no project: wherever releases are told.
fn places(context: &Context) -> Vec<Place> {
    let all: BTreeSet<Place> =
        context.projects.values().flat_map(|(project, _)| project.releases.iter().copied()).collect();
    all.into_iter().collect()
}
