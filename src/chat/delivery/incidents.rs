//! Delivers incidents: each told by one message that is edited in place, with what happens below it.

use super::{Delivery, fingerprint};
use crate::{
    chat::{discord, problem::ChatProblem},
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
                // Somebody deleted it: a new one takes its place.
                Err(ChatProblem::Gone(_)) => {}
                Err(problem) => return Ok(Err(problem)),
            }
        }
        let (there, reply_to) = match under {
            Some(release) => match self.below_card(place, release).await? {
                Ok(there) => there,
                Err(problem) => return Ok(Err(problem)),
            },
            None => (place, None),
        };
        let before = known.map_or(0, |known| known.message);
        let key = format!("matter/{number}/{place}/{}/message/{before}", under.map_or(0, |release| release.0));
        match self.send_one(there, reply_to, &message, &key).await {
            Ok(message) => {
                let channel = match there {
                    Place::Discord { channel } => Some(channel),
                    Place::Telegram { .. } => None,
                };
                let shown = Shown { at, message, channel, thread: None, shown };
                self.remember_matter(&matter, &destination, shown).await?;
                Ok(Ok(()))
            }
            Err(problem) => Ok(Err(problem)),
        }
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
                chat.send(channel, reply_to, &discord::fitting(message), &format!("{key}/0")).await
            }
            Place::Telegram { chat, topic } => {
                let telegram = self.chats.telegram()?;
                let reply_to = reply_to.and_then(|id| i32::try_from(id).ok());
                let sent = telegram.send(chat, topic, reply_to, message).await?;
                Ok(u64::try_from(sent).unwrap_or_default())
            }
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
        let (there, reply_to) = match (place, under, shown.channel) {
            (Place::Discord { .. }, None, Some(channel)) => {
                match self.matter_thread(channel, &matter, place, shown).await? {
                    Ok(channel) => (Place::Discord { channel }, None),
                    Err(problem) => return Ok(Err(problem)),
                }
            }
            (_, _, channel) => (channel.map_or(place, |channel| Place::Discord { channel }), Some(shown.message)),
        };
        Ok(self.send(there, reply_to, &post.message, &post.key).await.map(drop))
    }

    /// The thread below an incident's message, opened if there is none yet.
    async fn matter_thread(
        &self,
        channel: u64,
        matter: &Incident,
        place: Place,
        shown: Shown,
    ) -> Result<Result<u64, ChatProblem>, StoreProblem> {
        if let Some(thread) = shown.thread {
            return Ok(Ok(thread));
        }
        let name = messages::matter::thread(matter);
        let opened = match self.chats.discord() {
            Ok(discord) => discord.open_thread(channel, shown.message, &name).await,
            Err(problem) => Err(problem),
        };
        if let Ok(thread) = opened {
            let shown = Shown { thread: Some(thread), at: self.context.clock.now(), ..shown };
            self.remember_matter(matter, &Destination::own(place), shown).await?;
        }
        Ok(opened)
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
