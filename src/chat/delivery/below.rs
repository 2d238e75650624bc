//! Says something below a message: in its thread on Discord, as an answer to it elsewhere.

use super::Delivery;
use crate::{
    chat::problem::ChatProblem,
    domain::message::{Message, post::Place},
};

/// What something is said below.
pub(super) struct Below {
    /// Where the message stands.
    pub place: Place,
    /// The message, if it is there.
    pub message: Option<u64>,
    /// Its thread, if one was opened.
    pub thread: Option<u64>,
    /// What a thread is called.
    pub name: String,
}

/// What is said.
pub(super) struct SaidBelow<'a> {
    pub message: &'a Message,
    /// What its parts are known by.
    pub key: &'a str,
    /// Whether it is edited from then on, so that it has to be one message.
    pub one: bool,
}

impl Delivery {
    async fn put(&self, place: Place, to: Option<u64>, words: &SaidBelow<'_>) -> Result<(Place, u64), ChatProblem> {
        let said = match words.one {
            true => self.send_one(place, to, words.message, words.key).await,
            false => self.send(place, to, words.message, words.key).await,
        };
        said.map(|message| (place, message))
    }

    /// Says it in the thread; where that takes nothing, in a new one; else in the channel, as an answer to the message. What came
    /// of it and where, and the thread in which it may be said the next time.
    pub(super) async fn below(
        &self,
        below: &Below,
        words: &SaidBelow<'_>,
    ) -> (Result<(Place, u64), ChatProblem>, Option<u64>) {
        let Below { place, message, mut thread, .. } = *below;
        if let (Place::Discord { channel }, Some(message)) = (place, message) {
            // A thread that was known may be gone: then there is a second one to try.
            for _ in 0..=usize::from(thread.is_some()) {
                let there = match thread.take() {
                    Some(thread) => Ok(thread),
                    None => self.open_thread(channel, message, &below.name).await,
                };
                let there = match there {
                    Ok(there) => there,
                    Err(problem @ ChatProblem::Later { .. }) => return (Err(problem), below.thread),
                    Err(problem) => {
                        tracing::warn!(channel, %problem, "no thread: said in the channel");
                        break;
                    }
                };
                match self.put(Place::Discord { channel: there }, None, words).await {
                    Ok(said) => return (Ok(said), Some(there)),
                    Err(ChatProblem::NoThread(why) | ChatProblem::Shut(why) | ChatProblem::Gone(why)) => {
                        tracing::warn!(channel, thread = there, why, "the thread takes nothing");
                    }
                    Err(problem @ (ChatProblem::Later { .. } | ChatProblem::Refused(_))) => {
                        return (Err(problem), Some(there));
                    }
                }
            }
        }
        (self.put(place, message, words).await, below.thread)
    }

    async fn open_thread(&self, channel: u64, message: u64, name: &str) -> Result<u64, ChatProblem> {
        self.chats.discord()?.open_thread(channel, message, name).await
    }
}
