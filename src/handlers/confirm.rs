//! `confirm`: what the bot asked back about is done, if it still means the same.

use commands::Confirm;

use super::{Asked, Refusal};
use crate::{
    domain::message::{Message, asked_back::AskedBack},
    store::Writing,
};

impl Asked<'_> {
    /// Handles what was said before the question, as said by whoever says yes.
    pub(super) async fn confirm(&self, asked: Confirm) -> Result<Option<Message>, Refusal> {
        let kept = self.context.store.asked_back(u64::from(asked.question))?;
        let kept = kept.ok_or_else(|| "That question is not kept any more. Say the command once more.".to_owned())?;
        let again = Asked { invocation: &kept.said, agreed: Some(&kept), known: self.known.clone(), ..*self };
        Box::pin(again.answer()).await
    }

    /// Whether somebody has said yes to this, in words that change when what would be done does.
    pub(super) fn agreed_to(&self, meant: &str) -> bool {
        self.agreed.is_some_and(|asked| asked.agrees_to(meant, self.context.clock.now()))
    }

    /// Asks back: nothing is done until somebody says yes. `ask` makes the question, given what a yes had meant before, if
    /// something has changed since, and the number under which it is kept.
    pub(super) async fn ask_back(
        &self,
        meant: String,
        ask: impl FnOnce(Option<&AskedBack>, u64) -> Message + Send + 'static,
    ) -> Result<Option<Message>, Refusal> {
        let (said, before, at) = (self.invocation.clone(), self.agreed.cloned(), self.context.clock.now());
        self.decide(move |writing: &mut Writing| {
            let before = before.filter(|before| before.meant != meant);
            let number = writing.ask_back(said, meant, at)?;
            Ok((ask(before.as_ref(), number), vec![]))
        })
        .await
    }
}
