//! Reaches somebody whose question Discord lets nobody answer any more: in private. What they alone were to read is said nowhere else.

use super::Delivery;
use crate::{
    chat::problem::ChatProblem,
    domain::{
        message::{
            Message,
            post::{LateAnswer, Place},
        },
        team::people::Account,
    },
    messages,
};

/// An answer, and the file that comes along, by its name and with its text.
type WithFile<'a> = (&'a Message, Option<(&'a str, &'a str)>);

impl Delivery {
    /// Says an answer in private; where that cannot be, says in the place only that there was one.
    pub(super) async fn reach(&self, late: &LateAnswer, answer: WithFile<'_>, key: &str) -> Result<(), ChatProblem> {
        // An older program did not note whom it answered.
        let Some(user) = late.user else { return self.missed(late, key).await };
        match self.in_private(user, answer, &format!("{key}/private")).await {
            Ok(()) => Ok(()),
            Err(problem @ (ChatProblem::Later { .. } | ChatProblem::Refused(_))) => Err(problem),
            Err(problem @ (ChatProblem::Gone(_) | ChatProblem::NoThread(_) | ChatProblem::Shut(_))) => {
                tracing::warn!(user, %problem, "no private answer: the channel is told that there was one");
                self.missed(late, key).await
            }
        }
    }

    async fn in_private(&self, user: u64, (answer, file): WithFile<'_>, key: &str) -> Result<(), ChatProblem> {
        let discord = self.chats.discord()?;
        let channel = discord.private_talk(user).await?;
        self.send(Place::Discord { channel }, None, &messages::late::in_private(answer), key).await?;
        match file {
            Some(file) => discord.send_file(channel, file, &format!("{key}/file")).await,
            None => Ok(()),
        }
    }

    async fn missed(&self, late: &LateAnswer, key: &str) -> Result<(), ChatProblem> {
        let person = late.user.and_then(|user| self.context.people.find(&Account::Discord(user)));
        let missed =
            messages::late::missed(&late.to).ping(person.map(|person| person.name.clone()).into_iter().collect());
        self.send(late.place, None, &missed, &format!("{key}/missed")).await.map(drop)
    }
}
