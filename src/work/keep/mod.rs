//! The supervised loop: it does what there is to do, waits, and begins anew after whatever went wrong.

use std::{
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use futures::{FutureExt, future::BoxFuture};

use super::{
    Busy, Health, Quiet, Waker,
    failures::{Failures, TRIES},
    panics::{PART, said},
};
use crate::{clock::Clock, domain::aside::Row, store::StoreProblem};

/// What a loop does each time that it is woken, or that it is time to look again.
pub trait Worker: Send {
    /// Does what there is to do now. `hand` is told which row is in hand, so that what fails over and over can be set aside.
    fn turn(&mut self, hand: &Hand) -> impl Future<Output = Result<NextTurn, Failed>> + Send;
}

/// What comes after a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextTurn {
    /// The next turn, at once.
    Now,
    /// The next turn when it is woken.
    Woken,
    /// The next turn at this time, or when it is woken before.
    At(DateTime<Utc>),
    /// Nothing any more.
    Over,
}

/// Why a turn did not go well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failed {
    /// The bot is stopping: the next start goes on.
    Closed,
    /// This went wrong.
    Why(String),
}

impl From<StoreProblem> for Failed {
    fn from(problem: StoreProblem) -> Self {
        match problem {
            StoreProblem::Closed => Self::Closed,
            problem => Self::Why(problem.to_string()),
        }
    }
}

/// Which row a loop has in hand.
#[derive(Debug, Clone, Default)]
pub struct Hand(Arc<Mutex<Option<Row>>>);

impl Hand {
    /// This row is in hand from now on.
    pub fn take(&self, row: Row) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(row);
    }

    fn row(&self) -> Option<Row> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Sets a row aside, because of this: it is kept, told, and not tried again by this loop.
pub type SetAside = Arc<dyn Fn(Row, String) -> BoxFuture<'static, Result<(), Failed>> + Send + Sync>;

/// A loop under supervision.
#[derive(Clone)]
pub struct Loop {
    /// What it is called in the log and in `/readyz`.
    pub name: String,
    /// The time.
    pub clock: Clock,
    /// The work that it is a part of.
    pub quiet: Quiet,
    /// Where it says that it is down.
    pub health: Health,
    /// Who wakes it.
    pub waker: Waker,
    /// What becomes of a row that fails again and again.
    pub set_aside: SetAside,
}

impl Loop {
    /// Has workers take turns until one says that it is over, or the bot stops. A worker that fails is gone, with all that it
    /// knew; after a pause that grows, `make` makes another. What fails again and again over one row sets that row aside.
    pub async fn run<W: Worker>(self, busy: Busy, make: impl FnMut() -> W) {
        PART.scope(self.name.clone(), self.supervise(busy, make)).await;
        self.health.is_up(&self.name);
    }

    async fn supervise<W: Worker>(&self, mut busy: Busy, mut make: impl FnMut() -> W) {
        let (mut failures, mut worker) = (Failures::default(), make());
        loop {
            let hand = Hand::default();
            // Whatever it was woken for by now, this turn looks at.
            drop(self.waker.take());
            match take_turn(&mut worker, &hand).await {
                Ok(NextTurn::Over) | Err(Failed::Closed) => return,
                Ok(next) => {
                    failures = Failures::default();
                    self.health.is_up(&self.name);
                    busy = self.wait(busy, next).await;
                }
                Err(Failed::Why(why)) => {
                    worker = make();
                    busy = self.begin_anew(busy, &mut failures, hand.row(), why).await;
                }
            }
        }
    }

    /// Waits for what comes next.
    async fn wait(&self, busy: Busy, next: NextTurn) -> Busy {
        match next {
            NextTurn::Now | NextTurn::Over => busy,
            NextTurn::Woken => {
                drop(busy);
                self.waker.woken().await
            }
            NextTurn::At(moment) => tokio::select! {
                woken = self.waker.woken() => woken,
                again = self.clock.rest(busy, moment, || self.quiet.busy()) => again,
            },
        }
    }

    /// Sets aside what fails again and again; pauses otherwise.
    async fn begin_anew(&self, busy: Busy, failures: &mut Failures, row: Option<Row>, why: String) -> Busy {
        let times = failures.note(row.as_ref());
        if let Some(row) = row.clone().filter(|_| times >= TRIES) {
            match (self.set_aside)(row, why.clone()).await {
                // If it comes again nevertheless, there has to be a pause.
                Ok(()) if times == TRIES => {
                    self.health.is_up(&self.name);
                    return busy;
                }
                Ok(()) | Err(Failed::Closed) => {}
                Err(Failed::Why(problem)) => tracing::error!(part = self.name, problem, "a row could not be set aside"),
            }
        }
        let (pause, row) = (failures.pause(), row.map(|row| row.key()));
        self.health.is_down(&self.name, &why);
        let seconds = pause.as_secs();
        tracing::error!(
            part = self.name,
            row,
            why,
            seconds,
            "a part of Shipmate failed, and is started again after a pause"
        );
        self.pause(busy, self.clock.now() + pause).await
    }

    /// Waits until a time. Who is woken meanwhile looks then.
    async fn pause(&self, busy: Busy, until: DateTime<Utc>) -> Busy {
        let mut rested = pin!(self.clock.rest(busy, until, || self.quiet.busy()));
        loop {
            tokio::select! {
                again = &mut rested => return again,
                woken = self.waker.woken() => drop(woken),
            }
        }
    }
}

/// One turn; a panic is a failure like any other.
async fn take_turn<W: Worker>(worker: &mut W, hand: &Hand) -> Result<NextTurn, Failed> {
    let turn = AssertUnwindSafe(worker.turn(hand)).catch_unwind().await;
    turn.unwrap_or_else(|panic| Err(Failed::Why(said(panic.as_ref()))))
}

#[cfg(test)]
mod tests;
