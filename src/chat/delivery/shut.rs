//! Places that take nothing: told once elsewhere, until they take messages again.

use std::collections::BTreeSet;

use super::Delivery;
use crate::{
    domain::{
        hex,
        message::{
            Message,
            post::{Place, Post, Target},
            refusing::ShutPlace,
        },
    },
    messages,
    store::{StoreProblem, outbox::Waiting},
};

impl Delivery {
    /// Notes that the place of a queue takes nothing, and tells it once elsewhere. False where nobody waits for the place to be
    /// opened: it is none that the configuration names.
    pub(super) async fn is_shut(&self, queue: &str, key: &[u8], why: &str) -> Result<bool, StoreProblem> {
        let context = &self.context;
        let named = |place: &Place| match *place {
            Place::Telegram { chat, .. } => context.here.places.iter().any(|named| named.is_in_telegram(chat)),
            Place::Discord { .. } => context.here.places.contains(place),
        };
        let Some(place) = queue.parse().ok().filter(named) else { return Ok(false) };
        if context.store.shut(place)?.is_some() {
            return Ok(true);
        }
        let shut = ShutPlace { place, since: context.clock.now(), why: why.to_owned(), row: hex::encoded(key) };
        tracing::error!(%place, why, "a place takes nothing from the bot");
        let posts = self.elsewhere(&shut, "shut", &messages::place::shut(&shut))?;
        context
            .write::<(), StoreProblem>(move |writing| {
                writing.put_shut(&shut)?;
                posts.into_iter().try_for_each(|post| writing.post(post))
            })
            .await?;
        Ok(true)
    }

    /// Notes that the place of a queue takes messages, and tells it where the opposite was told. What is edited proves nothing: a
    /// message, or what was refused, does.
    pub(super) async fn is_open(&self, queue: &str, key: &[u8], row: &Waiting) -> Result<(), StoreProblem> {
        let Ok(place) = queue.parse() else { return Ok(()) };
        let Some(shut) = self.context.store.shut(place)? else { return Ok(()) };
        if !matches!(row, Waiting::Post(_)) && shut.row != hex::encoded(key) {
            return Ok(());
        }
        let posts = self.elsewhere(&shut, "open", &messages::place::open_again(place))?;
        let write = self.context.write::<(), StoreProblem>(move |writing| {
            writing.open_again(place);
            posts.into_iter().try_for_each(|post| writing.post(post))
        });
        write.await
    }

    /// The same message for the other places of the projects that speak in a place, and for those where incidents are told.
    fn elsewhere(&self, shut: &ShutPlace, kind: &str, message: &Message) -> Result<Vec<Post>, StoreProblem> {
        let (context, place) = (&self.context, shut.place);
        let mut others: BTreeSet<Place> = context.incident_places();
        for (project, _) in context.projects.values() {
            let speaks = [&project.releases[..], &project.incidents, &project.stakeholders].concat();
            if speaks.contains(&place) {
                others.extend(project.releases.iter().chain(&project.incidents));
            }
        }
        others.remove(&place);
        for shut in context.store.all_shut()? {
            others.remove(&shut.place);
        }
        let key = |other| format!("{kind}/{place}/{}/{other}", shut.since.timestamp());
        let post = |other| Post { key: key(other), target: Target::Channel(other), message: message.clone() };
        Ok(others.into_iter().map(post).collect())
    }
}
