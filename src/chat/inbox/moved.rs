//! Groups of Telegram's that became supergroups: they go on under the id by which bot.toml names them.

use super::Inbox;
use crate::{
    domain::message::{
        post::{Place, Post, Target},
        refusing::MovedGroup,
    },
    messages,
    store::StoreProblem,
};

impl Inbox {
    /// Notes that a group has another id from now on, and asks for it to be written down: once, in the group and where
    /// incidents are told.
    ///
    /// # Errors
    /// That it could not be stored.
    pub async fn has_moved(&self, from: i64, to: i64) -> Result<(), String> {
        let (context, moved) = (&self.context, MovedGroup { from, to });
        if context.store.moved_group(from).map_err(|problem| problem.to_string())? == Some(moved) {
            return Ok(());
        }
        tracing::warn!(from, to, "a Telegram group became a supergroup: write its new id into bot.toml");
        let named = context.here.places.iter().find(|place| place.is_in_telegram(from)).copied();
        let places = named.into_iter().flat_map(|place| context.incident_places().into_iter().chain([place]));
        let mut places: Vec<Place> = places.collect();
        places.sort();
        places.dedup();
        let write = context.write::<(), StoreProblem>(move |writing| {
            if !writing.put_moved(moved)? {
                return Ok(());
            }
            places.iter().try_for_each(|place| {
                let (key, message) = (format!("moved/{from}/{to}/{place}"), messages::place::moved(from, to));
                writing.post(Post { key, target: Target::Channel(*place), message })
            })
        });
        write.await.map_err(|problem| problem.to_string())
    }

    /// Under which id a chat of Telegram's is reached.
    pub fn reached_as(&self, chat: i64) -> i64 {
        self.context.reached_as(chat)
    }

    /// Under which id the configuration names a chat of Telegram's: the one that it had, as long as that is written there.
    pub fn named_as(&self, chat: i64) -> i64 {
        let named = |chat: i64| self.context.here.places.iter().any(|place| place.is_in_telegram(chat));
        let moved = self.context.store.moved_groups().unwrap_or_default();
        let before = moved.iter().find(|moved| moved.to == chat && named(moved.from));
        before.filter(|_| !named(chat)).map_or(chat, |moved| moved.from)
    }
}
