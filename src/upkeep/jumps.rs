//! Tells once that the clock of the bot's machine jumped.

use super::incident_post;
use crate::{
    context::Context,
    messages,
    work::{Failed, Hand, NextTurn, Quiet, Waker, Worker},
};

/// Watches the clock until the bot ends.
pub fn watch_the_clock(context: &Context) {
    let (watcher, own) = (context.clone(), Quiet::default());
    // Waiting for a jump is no work.
    drop(
        context.keep_in(&own, "the watch over the clock", &Waker::default(), own.busy(), move || {
            ClockWatch(watcher.clone())
        }),
    );
}

struct ClockWatch(Context);

impl Worker for ClockWatch {
    async fn turn(&mut self, _: &Hand) -> Result<NextTurn, Failed> {
        let jump = self.0.clock.jumped().await;
        incident_post(&self.0, format!("clock/{}", jump.at.timestamp()), messages::clock::jumped(jump.by)).await?;
        self.0.clock.counts_again().await;
        Ok(NextTurn::Now)
    }
}
