//! Keeps the time of freezes: those that recur begin, ends are told, and everybody who waits for an end is woken.

use super::{Enforcer, Wake};
use crate::{
    context::Context,
    engine::runner::Runner,
    record::freezes,
    store::StoreProblem,
    work::{Failed, Hand, NextTurn, Worker},
};

/// Runs until the bot ends.
pub(super) fn keep(context: &Context, runner: &Runner, enforcer: &Enforcer) {
    let keeper = Keeper { context: context.clone(), runner: runner.clone(), enforcer: enforcer.clone() };
    drop(context.keep("the keeper of freezes", &context.freezes, context.quiet.busy(), move || keeper.clone()));
}

#[derive(Clone)]
struct Keeper {
    context: Context,
    runner: Runner,
    enforcer: Enforcer,
}

impl Worker for Keeper {
    async fn turn(&mut self, _: &Hand) -> Result<NextTurn, Failed> {
        let (context, writer) = (&self.context, self.context.clone());
        context.write::<_, StoreProblem>(move |writing| freezes::turn(&writer, writing)).await?;
        self.enforcer.wake_all(context, &Wake::Freezes);
        self.runner.wake_all()?;
        Ok(freezes::next_turn(context)?.map_or(NextTurn::Woken, NextTurn::At))
    }
}
