//! Delivers incidents: each told by one message that is edited in place, with what happens below it.

use super::{
    Delivery,
    below::{Below, SaidBelow},
    fingerprint,
};
use crate::{
    chat::{discord, problem::ChatProblem, telegram},
    domain::{
        incident::matter::{Destination, Incident},
        message::{
            Message,
            post::{Place, Post},
        },
        release::ReleaseId,
    },
    messages,
    store::{StoreProblem, incidents::Shown},
};

impl Delivery {
    /// Brings what tells an incident at a destination up to date: sent once, edited ever after.
    pub(super) async fn matter(
        &self,
        place: Place,
        under: Option<ReleaseId>,
        number: u64,
    ) -> Result<Result<(), ChatProblem>, StoreProblem> {
        let Some(matter) = self.context.store.matter(number)? else { return Ok(Ok(())) };
        let destination = Destination { place, under, wrong: false, pings: vec![] };
        let pings = matter
            .destinations
            .iter()
            .find(|other| other.is(&destination))
            .map(|destination| destination.pings.clone());
        let message = messages::matter::matter(&matter).ping(pings.unwrap_or_default());
        let (at, shown) = (self.context.clock.now(), fingerprint(&message));
        let known = self.context.store.shown(number, place, under)?;
        if let Some(known) = &known {
            if known.shown == shown {
                return Ok(Ok(()));
            }
            let there = known.channel.map_or(place, |channel| Place::Discord { channel });
            match self.edit(there, known.message, &message).await {
                Ok(()) => {
                    self.remember_matter(&matter, &destination, Shown { at, shown, ..known.clone() }).await?;
                    return Ok(Ok(()));
                }
                // Somebody deleted it, or its thread takes nothing: a new one takes its place.
                Err(ChatProblem::Gone(_) | ChatProblem::NoThread(_)) => {}
                Err(ChatProblem::Shut(_)) if there != place => {}
                Err(problem) => return Ok(Err(problem)),
            }
        }
        let before = known.map_or(0, |known| known.message);
        let key = format!("matter/{number}/{place}/{}/message/{before}", under.map_or(0, |release| release.0));
        let said = match under {
            Some(release) => {
                self.below_card(place, release, &SaidBelow { message: &message, key: &key, one: true }).await?
            }
            None => self.send_one(place, None, &message, &key).await.map(|message| (place, message)),
        };
        let (there, message) = match said {
            Ok(said) => said,
            Err(problem) => return Ok(Err(problem)),
        };
        let channel = match there {
            Place::Discord { channel } => Some(channel),
            Place::Telegram { .. } => None,
        };
        self.remember_matter(&matter, &destination, Shown { at, message, channel, thread: None, shown }).await?;
        Ok(Ok(()))
    }

    /// Sends what is edited from then on: one message, shortened if need be.
    pub(super) async fn send_one(
        &self,
        place: Place,
        reply_to: Option<u64>,
        message: &Message,
        key: &str,
    ) -> Result<u64, ChatProblem> {
        match place {
            Place::Discord { channel } => {
                let chat = self.chats.discord()?;
                let message = self.fitted(&discord::fitting(message)).await?;
                chat.send(channel, reply_to, &message, &format!("{key}/0")).await
            }
            // It fits into one.
            Place::Telegram { .. } => self.send(place, reply_to, &telegram::fitting(message), key).await,
        }
    }

    /// Says what happened in an incident: in its thread on Discord, as an answer to its message on Telegram, and where that
    /// message stands in a release's thread.
    pub(super) async fn about_matter(
        &self,
        place: Place,
        under: Option<ReleaseId>,
        number: u64,
        post: &Post,
    ) -> Result<Result<(), ChatProblem>, StoreProblem> {
        if self.context.store.shown(number, place, under)?.is_none()
            && let Err(problem) = self.matter(place, under, number).await?
        {
            return Ok(Err(problem));
        }
        let (matter, shown) = (self.context.store.matter(number)?, self.context.store.shown(number, place, under)?);
        // What was forgotten meanwhile is told all the same.
        let (Some(matter), Some(shown)) = (matter, shown) else {
            return Ok(self.send(place, None, &post.message, &post.key).await.map(drop));
        };
        let there = shown.channel.map_or(place, |channel| Place::Discord { channel });
        if under.is_some() || matches!(place, Place::Telegram { .. }) {
            return Ok(match self.send(there, Some(shown.message), &post.message, &post.key).await {
                Err(ChatProblem::NoThread(_) | ChatProblem::Shut(_)) if there != place => {
                    self.send(place, None, &post.message, &post.key).await.map(drop)
                }
                said => said.map(drop),
            });
        }
        let name = messages::matter::thread(&matter);
        let below = Below { place: there, message: Some(shown.message), thread: shown.thread, name };
        let (said, thread) =
            self.below(&below, &SaidBelow { message: &post.message, key: &post.key, one: false }).await;
        if thread != shown.thread {
            let shown = Shown { thread, at: self.context.clock.now(), ..shown };
            self.remember_matter(&matter, &Destination::own(place), shown).await?;
        }
        Ok(said.map(drop))
    }

    async fn remember_matter(
        &self,
        matter: &Incident,
        destination: &Destination,
        shown: Shown,
    ) -> Result<(), StoreProblem> {
        let (number, place, under) = (matter.number, destination.place, destination.under);
        self.context.store.write(move |writing| writing.put_shown(number, place, under, &shown)).await
    }
}
