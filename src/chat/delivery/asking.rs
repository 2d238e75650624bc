//! Asks somebody in words on Telegram, shows them that their answer was heard, and takes the question away again.

use super::Delivery;
use crate::{
    chat::problem::ChatProblem,
    domain::message::{
        asking::Asker,
        post::{Place, Post, ReplyTo, Target},
    },
    messages,
    store::StoreProblem,
};

/// Who is asked by a post, and where, if it is such a question.
pub(super) fn asked_by(post: &Post) -> Option<(&Asker, Place)> {
    let asker = post.message.question.as_ref()?.asker.as_ref()?;
    match &post.target {
        Target::Reply(ReplyTo::TelegramMessage { chat, topic, .. } | ReplyTo::TelegramPress { chat, topic, .. }) => {
            Some((asker, Place::Telegram { chat: *chat, topic: *topic }))
        }
        Target::Reply(ReplyTo::Interaction { .. })
        | Target::Channel(_)
        | Target::Thread { .. }
        | Target::Told { .. }
        | Target::Incident { .. }
        | Target::Announcement { .. } => None,
    }
}

impl Delivery {
    /// Asks, unless the question was forgotten meanwhile: a message of its own in the same topic, for whoever is asked in it.
    pub(super) async fn ask(
        &self,
        reply: &ReplyTo,
        (asker, place): (&Asker, Place),
        post: &Post,
    ) -> Result<Result<(), ChatProblem>, StoreProblem> {
        if let ReplyTo::TelegramPress { query, .. } = reply
            && let Err(problem) = self.stop_waiting(query).await
        {
            return Ok(Err(problem));
        }
        if self.context.store.question(asker, place)?.is_none_or(|open| open.asker.until <= self.context.clock.now()) {
            return Ok(Ok(()));
        }
        let sent = match self.send_one(place, None, &post.message, &post.key).await {
            Ok(sent) => sent,
            Err(problem) => return Ok(Err(problem)),
        };
        let asker = asker.clone();
        self.context.store.write(move |writing| writing.asked(&asker, place, sent)).await.map(Ok)
    }

    async fn stop_waiting(&self, query: &str) -> Result<(), ChatProblem> {
        self.chats.telegram()?.answer_press(query, "", false).await
    }

    /// Shows below somebody's message that it was heard; where a group allows no such sign, the answer itself has to do.
    pub(super) async fn show_heard(&self, place: Place, message: u64) -> Result<(), ChatProblem> {
        let Place::Telegram { chat, .. } = place else { return Ok(()) };
        match self.chats.telegram()?.react(chat, i32::try_from(message).unwrap_or_default()).await {
            Err(problem @ ChatProblem::Later { .. }) => Err(problem),
            Err(problem) => {
                tracing::debug!(%place, message, %problem, "no reaction");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Deletes a question. One that is too old for that only says that it is over.
    pub(super) async fn end_question(&self, place: Place, message: u64) -> Result<(), ChatProblem> {
        let Place::Telegram { chat, .. } = place else { return Ok(()) };
        match self.chats.telegram()?.delete(chat, i32::try_from(message).unwrap_or_default()).await {
            Err(ChatProblem::Refused(_)) => self.edit(place, message, &messages::question::over()).await,
            done => done,
        }
    }
}
