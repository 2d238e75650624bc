//! Keeps the time of freezes: those that recur begin, ends are told, and everybody who waits for an end is woken.

use super::{Wake, Warden};
use crate::{
    context::Desk,
    engine::runner::Runner,
    record::freezes,
    store::StoreProblem,
    work::{Failed, Hand, Next, Worker},
};

/// Runs until the bot ends.
pub(super) fn keep(desk: &Desk, runner: &Runner, warden: &Warden) {
    let keeper = Keeper { desk: desk.clone(), runner: runner.clone(), warden: warden.clone() };
    drop(desk.keep("the keeper of freezes", &desk.freezes, desk.quiet.busy(), move || keeper.clone()));
}

#[derive(Clone)]
struct Keeper {
    desk: Desk,
    runner: Runner,
    warden: Warden,
}

impl Worker for Keeper {
    async fn turn(&mut self, _: &Hand) -> Result<Next, Failed> {
        let (desk, writer) = (&self.desk, self.desk.clone());
        desk.write::<_, StoreProblem>(move |writing| freezes::turn(&writer, writing)).await?;
        self.warden.wake_all(desk, &Wake::Freezes);
        self.runner.wake_all()?;
        Ok(freezes::next_turn(desk)?.map_or(Next::Woken, Next::At))
    }
}
