//! Keeps the agenda: at each instant at which something is due, it fires, once, and the store knows that it has.
//!
//! For every entry the store holds until when it has been dealt with. A firing moves that on in the same write as its
//! effect, so that a restart at any instant neither repeats nor forgets it; what came due while nobody watched is found
//! by the same look at the agenda.

mod begin;
mod fire;
mod watch;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Duration, Utc};
use tokio::task::JoinHandle;

use self::watch::AgendaWatch;
use crate::{
    context::Context,
    domain::{aside::Row, time::agenda::Does},
    engine::runner::Runner,
    work::{Failed, Hand, NextTurn, Worker},
};

/// What is later than this by the clock was missed rather than slow …
const SLOW: Duration = Duration::minutes(10);

/// … and what came due before the start, later than this.
const AFTER_START: Duration = Duration::minutes(1);

/// Keeps the agenda until the bot ends. Whoever changed it wakes the context's `agenda_changed`.
pub fn keep(context: &Context, runner: &Runner) -> JoinHandle<()> {
    let (since, under_way) = (context.clock.now(), Arc::default());
    let keeper = Timekeeper { context: context.clone(), runner: runner.clone(), since, under_way };
    let make = move || Agenda { keeper: keeper.clone(), watch: None };
    context.keep("the timekeeper", &context.agenda_changed, context.quiet.busy(), make)
}

/// What is at hand while the agenda is kept. Cloning gives another handle.
#[derive(Clone)]
struct Timekeeper {
    context: Context,
    runner: Runner,
    /// Since when somebody watches.
    since: DateTime<Utc>,
    /// Releases that are being begun: GitHub may take its time, and nobody else shall wait for that.
    under_way: Arc<Mutex<UnderWay>>,
}

/// The entries whose releases are being begun.
#[derive(Default)]
struct UnderWay {
    of: HashSet<usize>,
    /// Whether one has ended since it was last asked.
    ended: bool,
}

/// Fires whatever is due.
struct Agenda {
    keeper: Timekeeper,
    watch: Option<AgendaWatch>,
}

impl Worker for Agenda {
    async fn turn(&mut self, hand: &Hand) -> Result<NextTurn, Failed> {
        let context = &self.keeper.context;
        let watch = match &mut self.watch {
            None => self.watch.insert(AgendaWatch::begin(context, hand).await?),
            Some(watch) => {
                // Somebody changed the agenda, or a release has begun.
                if self.keeper.has_begun() || context.store.agenda_revision()? != watch.revision {
                    watch.look_again(context, hand)?;
                }
                watch
            }
        };
        let now = context.clock.now();
        let due = watch.take_due(now);
        if due.is_empty() {
            return Ok(watch.next().map_or(NextTurn::Woken, NextTurn::At));
        }
        let (mut begins, mut others) = (vec![], vec![]);
        for index in due {
            hand.take(row(context, index));
            if watch.begins(context, index, now) { begins.push(index) } else { others.push(index) }
        }
        self.keeper.fire(watch, others, now, hand).await?;
        for index in begins {
            if self.keeper.under_way().of.insert(index) {
                self.keeper.start(index, watch.due(context, index, now));
            }
        }
        Ok(NextTurn::Now)
    }
}

/// The entry as a row.
fn row(context: &Context, index: usize) -> Row {
    Row::Entry(context.agenda[index].key())
}

impl Timekeeper {
    fn under_way(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a release has begun, or was given up, since this was last asked.
    fn has_begun(&self) -> bool {
        std::mem::take(&mut self.under_way().ended)
    }

    /// A release has begun, or was given up: whoever keeps the agenda looks at what is due next.
    fn over(&self, index: usize) {
        let mut under_way = self.under_way();
        under_way.of.remove(&index);
        under_way.ended = true;
        drop(under_way);
        self.context.agenda_changed.wake(self.context.quiet.busy());
    }

    /// Whether something that was due at an instant and happens now was missed, rather than a little slow.
    fn is_late(&self, at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        // A clock that runs fast makes seconds of work look like hours.
        let pace = self.context.clock.rate().max(1.0);
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
