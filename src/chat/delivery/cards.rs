//! Delivers the cards of releases, and what stands below them.

use super::{
    Delivery,
    below::{Below, SaidBelow},
    fingerprint,
};
use crate::{
    chat::problem::ChatProblem,
    domain::{
        message::{
            Message,
            post::{Place, Post},
        },
        release::{Release, ReleaseId},
    },
    messages,
    store::{StoreProblem, outbox::CardRow},
};

impl Delivery {
    /// Brings a card up to date: sent once, edited ever after, and pinned as long as the release is open.
    pub(super) async fn card(&self, place: Place, id: ReleaseId) -> Result<Result<(), ChatProblem>, StoreProblem> {
        let Some(release) = self.context.store.shared(id)? else { return Ok(Ok(())) };
        let card = match self.shown(place, id, &release).await? {
            Ok(card) => card,
            Err(problem) => return Ok(Err(problem)),
        };
        match self.pin(place, &card, release.is_open()).await {
            Ok(pin) if pin != card.pin => self.remember(place, id, CardRow { pin, ..card }).await.map(Ok),
            pinned => Ok(pinned.map(drop)),
        }
    }

    /// Has a card show what is so now, and notes where it stands.
    async fn shown(
        &self,
        place: Place,
        id: ReleaseId,
        release: &Release,
    ) -> Result<Result<CardRow, ChatProblem>, StoreProblem> {
        let (card, message) = (self.context.store.card(place, id)?, self.render(release)?);
        let shown = Some(fingerprint(&message));
        if card.message.is_some() && card.shown == shown {
            return Ok(Ok(card));
        }
        if let Some(message_id) = card.message {
            match self.edit(place, message_id, &message).await {
                Ok(()) => {
                    let card = CardRow { shown, ..card };
                    self.remember(place, id, card.clone()).await?;
                    return Ok(Ok(card));
                }
                // Somebody deleted the card: a new one takes its place.
                Err(ChatProblem::Gone(_) | ChatProblem::NoThread(_)) => {}
                Err(problem) => return Ok(Err(problem)),
            }
        }
        match self.send(place, None, &message, &format!("card/{id}/{}", card.message.unwrap_or_default())).await {
            Ok(message_id) => {
                let anew = card.message.is_some();
                let card = CardRow { message: Some(message_id), shown, anew, ..CardRow::default() };
                self.remember(place, id, card.clone()).await?;
                Ok(Ok(card))
            }
            Err(problem) => Ok(Err(problem)),
        }
    }

    /// A message below the release's card: in its thread on Discord, as a reply to it on Telegram.
    pub(super) async fn in_thread(
        &self,
        place: Place,
        id: ReleaseId,
        post: &Post,
    ) -> Result<Result<(), ChatProblem>, StoreProblem> {
        let words = SaidBelow { message: &post.message, key: &post.key, one: false };
        Ok(self.below_card(place, id, &words).await?.map(drop))
    }

    /// Says something below a release's card: where it is said then, and its id.
    pub(super) async fn below_card(
        &self,
        place: Place,
        id: ReleaseId,
        words: &SaidBelow<'_>,
    ) -> Result<Result<(Place, u64), ChatProblem>, StoreProblem> {
        if self.context.store.card(place, id)?.message.is_none()
            && let Err(problem) = self.card(place, id).await?
        {
            return Ok(Err(problem));
        }
        let card = self.context.store.card(place, id)?;
        let name = self.context.store.shared(id)?.map_or_else(|| id.to_string(), |release| release.name());
        let below = Below { place, message: card.message, thread: card.thread, name };
        let (said, thread) = self.below(&below, words).await;
        if thread != card.thread {
            self.remember(place, id, CardRow { thread, ..card }).await?;
        }
        Ok(said)
    }

    fn render(&self, release: &Release) -> Result<Message, StoreProblem> {
        let surroundings = self.context.surroundings(release)?;
        Ok(messages::card::card(release, &surroundings, &self.context.people, self.context.clock.now()))
    }

    async fn remember(&self, place: Place, release: ReleaseId, card: CardRow) -> Result<(), StoreProblem> {
        self.context.store.write(move |writing| writing.put_card(place, release, &card)).await
    }
}
