//! What becomes of what a platform does not take: it is said later, plainly, or shown to those who can help; never just left.

use std::time::Duration;

use super::{Delivery, LONGEST_PAUSE, PAUSE};
use crate::{
    chat::problem::ChatProblem,
    domain::message::{
        Message,
        post::{Post, Target},
    },
    store::{StoreProblem, outbox::Waiting},
    work::pause_after,
};

/// What becomes of it.
pub(super) enum After {
    /// It is tried again after a pause.
    Again(Duration),
    /// It is set aside, and told where incidents are told.
    Aside,
    /// There is nobody any more whom it could reach.
    Over,
}

/// How often what a platform refuses is tried once more.
const TRIES: u32 = 4;

/// The last try says it plainly.
pub(super) fn is_said_plainly(row: &Waiting, refused: u32) -> bool {
    refused >= limit(row)
}

/// Somebody waits for a reply.
fn limit(row: &Waiting) -> u32 {
    if is_reply(row) { 1 } else { TRIES }
}

fn is_reply(row: &Waiting) -> bool {
    matches!(row, Waiting::Post(waits) if matches!(waits.post.target, Target::Reply(_)))
}

impl Delivery {
    /// What becomes of a row that was not taken.
    pub(super) async fn after(
        &self,
        problem: &ChatProblem,
        (tries, refused): (u32, u32),
        (queue, key): (&str, &[u8]),
        row: &Waiting,
    ) -> Result<After, StoreProblem> {
        let growing = pause_after(tries, PAUSE, LONGEST_PAUSE);
        Ok(match problem {
            ChatProblem::Later { wait, .. } => After::Again(wait.unwrap_or(growing)),
            ChatProblem::Gone(_) => After::Over,
            ChatProblem::Shut(why) | ChatProblem::NoThread(why) => {
                if self.is_shut(queue, key, why).await? {
                    After::Again(growing)
                } else {
                    After::Over
                }
            }
            ChatProblem::Refused(_) if refused < limit(row) => {
                After::Again(if is_reply(row) { PAUSE } else { growing * 15 })
            }
            ChatProblem::Refused(_) => match row {
                Waiting::Post(_) => After::Aside,
                // It is shown anew as soon as there is something new in it.
                Waiting::Card { .. }
                | Waiting::Incident { .. }
                | Waiting::Announcement { .. }
                | Waiting::Told { .. }
                | Waiting::Double { .. }
                | Waiting::Ended { .. }
                | Waiting::Heard { .. } => After::Over,
            },
        })
    }

    /// Says what was not taken of a message without anything that a platform could refuse: its words alone.
    pub(super) async fn plainly(&self, row: &Waiting) -> Result<Result<(), ChatProblem>, StoreProblem> {
        let Waiting::Post(waits) = row else { return self.say(row).await };
        let post = &waits.post;
        let rest = match self.untaken(&post.message, &post.key).await {
            Ok(rest) => rest,
            Err(problem) => return Ok(Err(problem)),
        };
        let (title, words) = (rest.title.clone(), rest.plain_text());
        let words = words.strip_prefix(&title).map(str::trim_start).unwrap_or_default().to_owned();
        let plain = Message { pings: rest.pings, ..Message::new(rest.tone, title) };
        let plain = if words.is_empty() { plain } else { plain.text(words) };
        let key = format!("{}/plain", post.key);
        // It stays as it is: what would be made of it is refused again.
        let mut target = post.target.clone();
        if let Target::Told { place, release, below, .. } = target {
            target = if below { Target::Thread { place, release } } else { Target::Channel(place) };
        }
        self.post(&Post { key, target, message: plain }).await
    }
}
