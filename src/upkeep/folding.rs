//! Makes one row of each release that an older program ended and left in many, a few at a time.

use crate::{
    context::Context,
    domain::release::ReleaseId,
    work::{Failed, Hand, NextTurn, Quiet, Waker, Worker},
};

/// Goes through them until all are done; nobody waits for that, and a stop neither.
pub fn fold_what_is_over(context: &Context) {
    let (keeper, own) = (context.clone(), Quiet::default());
    let make = move || Folder { context: keeper.clone(), after: None };
    drop(context.keep_in(&own, "the folding of what is over", &Waker::default(), own.busy(), make));
}

struct Folder {
    context: Context,
    /// Up to which release it has looked.
    after: Option<ReleaseId>,
}

impl Worker for Folder {
    async fn turn(&mut self, _: &Hand) -> Result<NextTurn, Failed> {
        self.after = self.context.store.fold_some(self.after).await?;
        Ok(if self.after.is_some() { NextTurn::Now } else { NextTurn::Over })
    }
}
