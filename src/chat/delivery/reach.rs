//! Reaches somebody whose question Discord lets nobody answer any more: in private. What they alone were to read is said nowhere else.

use super::Delivery;
use crate::{
    chat::problem::ChatProblem,
    domain::{
        message::{
            Message,
            post::{LateAnswer, Place, Post},
        },
        team::people::Account,
    },
    messages,
};

impl Delivery {
    /// Says an answer in private; where that cannot be, says in the place only that there was one.
    pub(super) async fn reach(&self, late: &LateAnswer, answer: &Message, post: &Post) -> Result<(), ChatProblem> {
        // An older program did not note whom it answered.
        let Some(user) = late.user else { return self.missed(late, post).await };
        match self.in_private(user, &messages::late::in_private(answer), post).await {
            Ok(()) => Ok(()),
            Err(problem @ (ChatProblem::Later { .. } | ChatProblem::Refused(_))) => Err(problem),
            Err(problem @ (ChatProblem::Gone(_) | ChatProblem::NoThread(_) | ChatProblem::Shut(_))) => {
                tracing::warn!(user, %problem, "no private answer: the channel is told that there was one");
                self.missed(late, post).await
            }
        }
    }

    async fn in_private(&self, user: u64, answer: &Message, post: &Post) -> Result<(), ChatProblem> {
        let channel = self.chats.discord()?.private_talk(user).await?;
        self.send(Place::Discord { channel }, None, answer, &format!("{}/private", post.key)).await.map(drop)
    }

    async fn missed(&self, late: &LateAnswer, post: &Post) -> Result<(), ChatProblem> {
        let person = late.user.and_then(|user| self.context.people.find(&Account::Discord(user)));
        let missed =
            messages::late::missed(&late.to).ping(person.map(|person| person.name.clone()).into_iter().collect());
        self.send(late.place, None, &missed, &format!("{}/missed", post.key)).await.map(drop)
    }
}
