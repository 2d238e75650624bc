//! Sends on Telegram what is too long for one message. What was taken is noted before more is sent, so that whatever comes in
//! between, nothing is said twice.

use super::Delivery;
use crate::{
    chat::{problem::ChatProblem, telegram},
    domain::message::Message,
    messages,
    store::{StoreProblem, outbox::Waiting},
};

impl Delivery {
    /// Sends what was not taken yet of a message, which is known by its key; the id of the first of it.
    pub(super) async fn send_on_telegram(
        &self,
        (chat, topic): (i64, Option<i32>),
        reply_to: Option<i32>,
        message: &Message,
        key: &str,
    ) -> Result<Option<u64>, ChatProblem> {
        let telegram = self.chats.telegram()?;
        let (mut first, parts) = (None, telegram::parts(message));
        let all = parts.len();
        for (before, part) in parts.into_iter().enumerate().skip(self.taken(key)?) {
            let sent = match (telegram.send(chat, topic, reply_to, &part).await, topic) {
                // The group hears it, and why it stands there. An answer would stand in the topic of what it answers.
                (Err(ChatProblem::NoThread(why)), Some(closed)) => {
                    tracing::warn!(chat, topic = closed, why, "said in the group");
                    let part = part.text(messages::place::not_in_topic(closed));
                    telegram.send(chat, None, None, &part).await?
                }
                (sent, _) => sent?,
            };
            first.get_or_insert(u64::try_from(sent).unwrap_or_default());
            if before + 1 < all {
                self.took(key, before + 1).await?;
            }
        }
        Ok(first)
    }

    /// How many parts were taken of what is known by this key.
    fn taken(&self, key: &str) -> Result<usize, ChatProblem> {
        let Some(row) = &self.row else { return Ok(0) };
        Ok(match self.context.store.waiting(row).map_err(later)? {
            Some(Waiting::Post(waits)) => waits.taken.get(key).copied().unwrap_or_default(),
            Some(_) | None => 0,
        })
    }

    /// Notes that so many parts were taken of what is known by this key.
    pub(super) async fn took(&self, key: &str, parts: usize) -> Result<(), ChatProblem> {
        let Some(row) = self.row.clone() else { return Ok(()) };
        let key = key.to_owned();
        self.context.store.write(move |writing| writing.took(&row, &key, parts)).await.map_err(later)
    }

    /// What was not taken yet of a message.
    pub(super) async fn untaken(&self, message: &Message, key: &str) -> Result<Message, ChatProblem> {
        let taken = self.taken(key)?;
        if taken == 0 {
            return Ok(message.clone());
        }
        let mut parts = telegram::parts(&self.fitted(message).await?).into_iter().skip(taken);
        let Some(mut rest) = parts.next() else { return Ok(message.clone()) };
        for part in parts {
            rest.body.extend(part.body);
            rest.pings.extend(part.pings);
        }
        Ok(rest)
    }
}

fn later(problem: StoreProblem) -> ChatProblem {
    ChatProblem::Later { why: problem.to_string(), wait: None }
}
