//! Keeps the time of freezes: those that recur begin, ends are told, and everybody who waits for an end is woken.

use tokio::sync::mpsc;

use super::{Wake, Warden};
use crate::{desk::Desk, freezes, quiet::Busy, runner::Runner, store::StoreProblem};

/// Runs until the bot ends.
pub(super) async fn keep(desk: Desk, runner: Runner, warden: Warden, mut changes: mpsc::UnboundedReceiver<Busy>) {
    let mut busy = Some(desk.quiet.busy());
    loop {
        if let Err(problem) = turn(&desk, &runner, &warden).await {
            if !matches!(problem, StoreProblem::Closed) {
                tracing::error!(%problem, "freezes are not kept any more until the next start");
            }
            return;
        }
        let next = freezes::next_turn(&desk);
        let idle = busy.take().unwrap_or_else(|| desk.quiet.busy());
        let changed = match next {
            Ok(Some(at)) => tokio::select! {
                changed = changes.recv() => changed,
                again = desk.clock.rest(idle, at, || desk.quiet.busy()) => Some(again),
            },
            Ok(None) => {
                drop(idle);
                changes.recv().await
            }
            Err(_) => None,
        };
        let Some(changed) = changed else { return };
        busy = Some(changed);
    }
}

async fn turn(desk: &Desk, runner: &Runner, warden: &Warden) -> Result<(), StoreProblem> {
    let writer = desk.clone();
    desk.write(move |writing| freezes::turn(&writer, writing)).await?;
    warden.wake_all(desk, &Wake::Freezes);
    runner.wake_all()
}
