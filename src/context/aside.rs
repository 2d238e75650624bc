//! Sets rows aside: the mark, and what is told about it, in one write.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Context;
use crate::{
    domain::{
        aside::{Aside, Row},
        hex,
        message::post::{Place, Post, ReplyTo, Target},
    },
    messages,
    store::{StoreProblem, Tree, Writing},
};

/// What rows that were set aside are tried again by: another version than this one.
const VERSION: &str = env!("CARGO_PKG_VERSION");

impl Context {
    /// Sets a row aside, and tells it once where incidents are told. Whoever said what is set aside is answered.
    ///
    /// # Errors
    /// What the store says.
    pub async fn set_aside(&self, row: Row, why: String, unreadable: bool) -> Result<(), StoreProblem> {
        let what = self.name_of(&row);
        tracing::error!(row = row.key(), what, why, "set aside: it failed again and again; everything else goes on");
        let aside = Aside { row, what, at: self.clock.now(), why, version: VERSION.to_owned(), unreadable };
        let (places, reply) = (self.incident_places(), self.reply_to(&aside.row)?);
        self.write(move |writing| {
            writing.put_aside(&aside)?;
            let message = messages::aside::aside(&aside);
            for place in places {
                let key = format!("aside/{}/{}/{place}", aside.row.key(), aside.at.timestamp());
                writing.post(Post { key, target: Target::Channel(place), message: message.clone() })?;
            }
            let answer =
                |(key, reply)| Post { key, target: Target::Reply(reply), message: messages::refusal::broken() };
            reply.map_or(Ok(()), |reply| writing.post(answer(reply)))
        })
        .await
    }

    /// Takes up again what an older or newer version set aside, or `all` of it. What somebody said so long ago is not done
    /// now: they were told that it was not.
    ///
    /// # Errors
    /// What the store says.
    pub async fn take_up(&self, all: bool) -> Result<(), StoreProblem> {
        if self.store.all_aside()?.is_empty() {
            return Ok(());
        }
        self.write(move |writing: &mut Writing| {
            for aside in writing.all_aside()?.iter().filter(|aside| all || aside.version != VERSION) {
                writing.take_up(&aside.row)?;
                if let Row::Incoming(number) = aside.row {
                    writing.handled(&number.to_be_bytes());
                }
                tracing::info!(row = aside.row.key(), what = aside.what, "what was set aside is taken up again");
            }
            Ok(())
        })
        .await
    }

    /// Sets aside the open releases that cannot be read: nobody would get past them.
    ///
    /// # Errors
    /// What the store says.
    pub async fn set_unreadable_aside(&self) -> Result<(), StoreProblem> {
        for id in self.store.open_ids()? {
            match self.store.shared(id) {
                Err(StoreProblem::Unreadable { why, .. }) => self.set_aside(Row::Release(id), why, true).await?,
                read => drop(read?),
            }
        }
        Ok(())
    }

    /// Everywhere that incidents are told.
    pub fn incident_places(&self) -> BTreeSet<Place> {
        self.projects.values().flat_map(|(project, _)| project.incident_places().iter().copied()).collect()
    }

    /// What a row is, in words, as far as it can be read without making sense of it.
    fn name_of(&self, row: &Row) -> String {
        let value = |tree, key: &[u8]| self.store.get::<Value>(tree, key).ok().flatten().unwrap_or_default();
        match row {
            Row::Incoming(number) => {
                let heard = value(Tree::Inbox, &number.to_be_bytes());
                format!("what {} said", heard["speaker"]["shown_as"].as_str().unwrap_or("somebody"))
            }
            Row::Post(key) => {
                let key = hex::decoded(key).unwrap_or_default();
                let card = value(Tree::Outbox, &key);
                let what = if card["card"].is_object() { "a card" } else { "a message" };
                let place = key.split(|byte| *byte == 0).next().map(String::from_utf8_lossy).map(String::from);
                format!("{what} for {}", place.unwrap_or_default())
            }
            Row::Release(id) => match self.store.spec(*id) {
                Ok(Some(spec)) => format!("the release {} {}", spec.project, spec.tag),
                _ => format!("release {}", id.0),
            },
            Row::Suspects(number) => format!("the suspects of incident {number}"),
            Row::Calls(number) => format!("the calls to incident {number}"),
            Row::Switch(number) => {
                let switch = value(Tree::Flags, &number.to_be_bytes());
                switch["flag"]
                    .as_str()
                    .map_or(format!("switch {number} of a feature flag"), |flag| format!("the switch of {flag}"))
            }
            Row::Entry(key) => format!("{key} of the schedule"),
            Row::MissingBackport(id) => format!("what release {} owes", id.0),
            Row::Freezes(repository) => format!("the freezes of {repository} on GitHub"),
            Row::Deployed(project) => format!("what was deployed of {project}"),
        }
    }

    /// How to answer whoever said what is set aside.
    fn reply_to(&self, row: &Row) -> Result<Option<(String, ReplyTo)>, StoreProblem> {
        let Row::Incoming(number) = row else { return Ok(None) };
        let heard: Option<Value> = self.store.get(Tree::Inbox, &number.to_be_bytes())?;
        let reply = heard.as_ref().and_then(|heard| serde_json::from_value(heard["reply"].clone()).ok());
        let id = heard.as_ref().and_then(|heard| heard["id"].as_str());
        Ok(id.zip(reply).map(|(id, reply)| (format!("reply/{id}"), reply)))
    }
}
