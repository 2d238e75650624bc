//! Delivers announcements of freezes: sent once in their turn, edited ever after.

use super::{Delivery, fingerprint};
use crate::{
    chat::problem::ChatProblem,
    domain::message::{
        Message,
        post::{Place, Post},
    },
    messages,
    store::{StoreProblem, enforcement::Announced},
};

impl Delivery {
    /// Sends the announcement of a freeze, as it is by now.
    pub(super) async fn announce(
        &self,
        place: Place,
        freeze: u64,
        post: &Post,
    ) -> Result<Result<(), ChatProblem>, StoreProblem> {
        let pings = post.message.pings.clone();
        let message = self.announcement(freeze)?.map_or_else(|| post.message.clone(), |now| now.ping(pings));
        Ok(match self.send_one(place, None, &message, &post.key).await {
            Ok(id) => {
                self.remember_announced(place, freeze, Announced { message: id, shown: fingerprint(&message) }).await?;
                Ok(())
            }
            Err(problem) => Err(problem),
        })
    }

    /// Edits it, if it says something else by now. One that is still to be sent, or that somebody deleted, is left so.
    pub(super) async fn edit_announcement(
        &self,
        place: Place,
        freeze: u64,
    ) -> Result<Result<(), ChatProblem>, StoreProblem> {
        let (Some(known), Some(message)) = (self.context.store.announced(place, freeze)?, self.announcement(freeze)?)
        else {
            return Ok(Ok(()));
        };
        let shown = fingerprint(&message);
        if known.shown == shown {
            return Ok(Ok(()));
        }
        Ok(match self.edit(place, known.message, &message).await {
            Ok(()) => {
                self.remember_announced(place, freeze, Announced { shown, ..known }).await?;
                Ok(())
            }
            Err(ChatProblem::Gone(_) | ChatProblem::NoThread(_)) => Ok(()),
            Err(problem) => Err(problem),
        })
    }

    fn announcement(&self, number: u64) -> Result<Option<Message>, StoreProblem> {
        let freeze = self.context.store.freezes()?.into_iter().find(|freeze| freeze.id == number);
        let telling = self.context.store.telling(number)?;
        let both = freeze.zip(telling);
        Ok(both.map(|(freeze, telling)| messages::freeze::started(&freeze, &telling, &self.context.may_exempt())))
    }

    async fn remember_announced(&self, place: Place, freeze: u64, announced: Announced) -> Result<(), StoreProblem> {
        self.context.store.write(move |writing| writing.put_announced(place, freeze, &announced)).await
    }
}
