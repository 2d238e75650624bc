//! Starts the bot's loops, each under supervision.

use std::sync::Arc;

use futures::FutureExt;
use tokio::task::JoinHandle;

use super::Context;
use crate::work::{Busy, Loop, Quiet, SetAside, Waker, Worker};

impl Context {
    /// Starts a loop; `make` makes its worker, again after each failure.
    pub fn keep<W: Worker + 'static>(
        &self,
        name: impl Into<String>,
        waker: &Waker,
        busy: Busy,
        make: impl FnMut() -> W + Send + 'static,
    ) -> JoinHandle<()> {
        self.keep_in(&self.quiet, name, waker, busy, make)
    }

    /// As `keep`, for a loop that is a part of this work.
    pub fn keep_in<W: Worker + 'static>(
        &self,
        quiet: &Quiet,
        name: impl Into<String>,
        waker: &Waker,
        busy: Busy,
        make: impl FnMut() -> W + Send + 'static,
    ) -> JoinHandle<()> {
        let context = self.clone();
        let set_aside: SetAside = Arc::new(move |row, why| {
            let context = context.clone();
            async move { Ok(context.set_aside(row, why, false).await?) }.boxed()
        });
        let (clock, quiet, health, waker) = (self.clock.clone(), quiet.clone(), self.health.clone(), waker.clone());
        let work = Loop { name: name.into(), clock, quiet, health, waker, set_aside };
        // The one place where a loop begins.
        #[allow(clippy::disallowed_methods)]
        tokio::spawn(work.run(busy, make))
    }
}
