//! What cannot be read: kept for whoever looks after it, and told once a day for each address.

use super::Intake;
use crate::{
    domain::message::post::Target,
    messages,
    record::journal,
    store::{StoreProblem, reports::Unread},
};

/// How much of a body is kept, in bytes.
const KEPT: usize = 16 * 1024;

impl Intake {
    /// Keeps a body from a sender who proved who they are, and has it told once a day for each `path` that it cannot be
    /// read. `mistakes` say what is wrong with it.
    ///
    /// # Errors
    /// What the store says.
    pub async fn cannot_read(
        &self,
        path: &'static str,
        mistakes: Vec<String>,
        body: &[u8],
    ) -> Result<(), StoreProblem> {
        tracing::warn!(path, "a report was refused: it cannot be read");
        let (context, rules) = (self.0.context.clone(), &self.0.rules);
        let (places, shown, at) = (rules.unread(), rules.shows_unread, context.clock.now());
        let body = String::from_utf8_lossy(&body[..body.len().min(KEPT)]).into_owned();
        let unread = Unread { at, path: path.to_owned(), mistakes, body };
        let teller = context.clone();
        context
            .write(move |writing| {
                writing.keep_unread(&unread)?;
                let message = messages::report::unread(path, &unread.mistakes, shown);
                let key = format!("unread/{path}/{}", at.format("%Y-%m-%d"));
                journal::post_everywhere(&teller, writing, &key, &places, Target::Channel, &message)
            })
            .await
    }
}
