//! Switches feature flags that people asked to be switched: stored first, then done, then told, once.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use tokio::sync::mpsc;

use crate::{
    desk::Desk,
    domain::{
        flag::{Ended, Switch},
        post::{Place, Target},
    },
    flags::{FlagProblem, Flags},
    journal, messages,
    quiet::Busy,
    store::StoreProblem,
};

/// The first pause after something that may pass; it doubles up to the longest.
const PAUSE: TimeDelta = TimeDelta::seconds(5);
/// The longest pause.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(5);
/// After this long it is told that a switch did not succeed.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);

/// Switches what was asked for, one after the other, until the bot ends. Switching is the same done twice, so what was
/// under way when the process ended is simply done.
pub async fn keep(desk: Desk, mut wakes: mpsc::UnboundedReceiver<Busy>, busy: Busy) {
    let Some(flags) = &desk.flags else { return };
    // Their names are suggested; without them people write them out.
    if let Err(problem) = flags.list().await {
        tracing::warn!(%problem, "the feature flags could not be read");
    }
    let (mut busy, mut pause) = (Some(busy), PAUSE);
    while let Some(mine) = busy.take() {
        busy = match switch_all(&desk, flags).await {
            Ok(true) => {
                pause = PAUSE;
                drop(mine);
                wakes.recv().await
            }
            Ok(false) => {
                let until = desk.clock.now() + pause;
                pause = (pause * 2).min(LONGEST_PAUSE);
                tokio::select! {
                    more = wakes.recv() => more,
                    again = desk.clock.rest(mine, until, || desk.quiet.busy()) => Some(again),
                }
            }
            Err(StoreProblem::Closed) => return,
            Err(problem) => {
                tracing::error!(%problem, "feature flags are not switched any more until the next start");
                return;
            }
        };
    }
}

/// Does what has been asked for and has not ended; whether all of it has now, and nothing is to be tried again.
async fn switch_all(desk: &Desk, flags: &Flags) -> Result<bool, StoreProblem> {
    while let Some(next) = desk.store.switches()?.into_iter().find(|one| one.ended.is_none()) {
        let done = flags.set(&next.flag, next.after).await;
        let at = desk.clock.now();
        let ended = match done {
            Ok(()) => Ended::Done { at },
            Err(FlagProblem::Later(problem)) if at - next.at < PATIENCE => {
                tracing::warn!(flag = next.flag, problem, "a feature flag is not switched yet");
                return Ok(false);
            }
            Err(problem) => Ended::Failed { at, problem: problem.to_string() },
        };
        let teller = desk.clone();
        let written = desk.write(move |writing| {
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
fn places(desk: &Desk) -> Vec<Place> {
    let all: BTreeSet<Place> =
        desk.projects.values().flat_map(|(project, _)| project.releases.iter().copied()).collect();
    all.into_iter().collect()
}
