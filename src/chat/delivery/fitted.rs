//! Makes buttons fit: a command that is too long for one is kept, and the button carries its number.

use super::Delivery;
use crate::{
    chat::problem::ChatProblem,
    domain::message::{Message, kept},
    store::StoreProblem,
};

impl Delivery {
    /// A message whose buttons all fit; what they stand for is in the store when this returns.
    pub(super) async fn fitted(&self, message: &Message) -> Result<Message, ChatProblem> {
        let digest = |words: &str| ring::digest::digest(&ring::digest::SHA256, words.as_bytes()).as_ref().to_vec();
        let (fitted, mut kept) = kept::fitted(message, digest);
        let is_new = |(number, _): &(String, String)| !matches!(self.context.store.kept_command(number), Ok(Some(_)));
        kept.retain(is_new);
        if kept.is_empty() {
            return Ok(fitted);
        }
        let keep = self.context.store.write::<(), StoreProblem>(move |writing| {
            kept.into_iter().try_for_each(|(number, words)| writing.keep_command(number, words))
        });
        let later = |problem: StoreProblem| ChatProblem::Later { why: problem.to_string(), wait: None };
        keep.await.map_err(later)?;
        Ok(fitted)
    }
}
