//! Keeps the agenda: at each instant at which something is due, it fires, once, and the store knows that it has.
//!
//! For every entry the store holds until when it has been dealt with. A firing moves that on in the same write as its
//! effect, so that a restart at any instant neither repeats nor forgets it; what came due while nobody watched is found
//! by the same look at the agenda.

mod begin;
mod fire;
mod watch;

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use tokio::sync::mpsc;

use self::watch::Watch;
use crate::{desk::Desk, domain::agenda::Does, quiet::Busy, runner::Runner, store::StoreProblem};

/// What is later than this by the clock was missed rather than slow …
const SLOW: Duration = Duration::minutes(10);

/// … and what came due before the start, later than this.
const AFTER_START: Duration = Duration::minutes(1);

/// Keeps the agenda until the bot ends. `wakes` tells that somebody changed it.
pub async fn keep(desk: Desk, runner: Runner, wakes: mpsc::UnboundedReceiver<Busy>, busy: Busy) {
    let since = desk.clock.now();
    match (Timekeeper { desk, runner, since }).run(wakes, busy).await {
        // The bot is stopping; the next start goes on.
        Ok(()) | Err(StoreProblem::Closed) => {}
        Err(problem) => tracing::error!(%problem, "the agenda is not kept any more until the next start"),
    }
}

/// What is at hand while the agenda is kept. Cloning gives another handle.
#[derive(Clone)]
struct Timekeeper {
    desk: Desk,
    runner: Runner,
    /// Since when somebody watches.
    since: DateTime<Utc>,
}

impl Timekeeper {
    async fn run(&self, mut wakes: mpsc::UnboundedReceiver<Busy>, busy: Busy) -> Result<(), StoreProblem> {
        let mut busy = Some(busy);
        let mut watch = Watch::begin(&self.desk).await?;
        // Releases that are being begun: GitHub may take its time, and nobody else shall wait for that.
        let (over, mut overs) = mpsc::unbounded_channel();
        let mut under_way = HashSet::new();
        loop {
            let now = self.desk.clock.now();
            let due = watch.take_due(now);
            if !due.is_empty() {
                let (begins, others): (Vec<usize>, Vec<usize>) =
                    due.into_iter().partition(|index| watch.begins(&self.desk, *index, now));
                self.fire(&mut watch, others, now).await?;
                for index in begins.into_iter().filter(|index| under_way.insert(*index)) {
                    let (keeper, over, due) = (self.clone(), over.clone(), watch.due(&self.desk, index, now));
                    // Noted here, so that there is no moment at which nothing seems to be under way.
                    let still = self.desk.quiet.busy();
                    // The receiver lives as long as the bot.
                    tokio::spawn(async move { over.send((index, keeper.begin(index, due, still).await)) });
                }
                continue;
            }
            let idle = busy.take().unwrap_or_else(|| self.desk.quiet.busy());
            let next = watch.next();
            tokio::select! {
                wake = wakes.recv() => {
                    let Some(wake) = wake else { return Ok(()) };
                    busy = Some(wake);
                    while let Ok(more) = wakes.try_recv() {
                        busy = Some(more);
                    }
                    watch.look_again(&self.desk)?;
                }
                Some((index, ended)) = overs.recv() => {
                    busy = Some(ended?);
                    under_way.remove(&index);
                    watch.look_again(&self.desk)?;
                }
                again = async {
                    match next {
                        Some(next) => self.desk.clock.rest(idle, next, || self.desk.quiet.busy()).await,
                        None => {
                            drop(idle);
                            std::future::pending().await
                        }
                    }
                } => busy = Some(again),
            }
        }
    }

    /// Whether something that was due at an instant and happens now was missed, rather than a little slow.
    fn is_late(&self, at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        // A clock that runs fast makes seconds of work look like hours.
        let pace = self.desk.clock.rate().max(1.0);
        let scaled = |span: Duration| Duration::milliseconds((span.num_milliseconds() as f64 * pace) as i64);
        now - at > scaled(SLOW) || (at < self.since && now - at > scaled(AFTER_START))
    }
}

#[cfg(test)]
mod tests;

/// Whether an entry ever fires by itself.
fn fires(does: &Does) -> bool {
    !matches!(does, Does::Marks)
}
