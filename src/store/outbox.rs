//! The outbox: what waits to be said, queue by queue, and the cards that are to be brought up to date.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

use serde::{Deserialize, Serialize};

use super::{Store, StoreProblem, Tree, View, Writing, told::ToldOf};
use crate::domain::{
    aside::Row,
    hex,
    incident::matter::{Destination, Incident},
    message::post::{Place, Post, Target},
    release::ReleaseId,
};

/// One row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Waiting {
    /// A card that has changed.
    Card {
        /// Where.
        place: Place,
        /// Whose.
        release: ReleaseId,
        /// Grows with each change, so that a change during delivery is noticed.
        revision: u64,
    },
    /// An incident that has changed.
    Incident {
        /// Where it is told.
        place: Place,
        /// Below whose card, if it is no message of its own.
        under: Option<ReleaseId>,
        /// Its number.
        matter: u64,
        /// Grows with each change, so that a change during delivery is noticed.
        revision: u64,
    },
    /// The announcement of a freeze that is to say something else of GitHub.
    Announcement {
        /// Where.
        place: Place,
        /// The freeze's number.
        freeze: u64,
        /// Grows with each change, so that a change during delivery is noticed.
        revision: u64,
    },
    /// What was told of a release and may say something else by now.
    Told {
        /// Where.
        place: Place,
        /// Of which.
        release: ReleaseId,
        /// What it tells.
        of: ToldOf,
        /// Grows with each change, so that a change during delivery is noticed.
        revision: u64,
    },
    /// A message of the bot's that is to be taken away: a card's double.
    Double {
        /// Where.
        place: Place,
        /// The message.
        message: u64,
    },
    /// The message of a question that is asked no more: it is to be taken away.
    Ended {
        /// Where.
        place: Place,
        /// The message.
        message: u64,
    },
    /// Somebody's answer that was heard.
    Heard {
        /// Where.
        place: Place,
        /// Their message.
        message: u64,
    },
    /// A message.
    Post(Box<WaitingPost>),
}

/// A message that waits, and how much of it was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingPost {
    /// The message.
    #[serde(flatten)]
    pub post: Post,
    /// How many parts were taken of what is sent in several, by what it is known as.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub taken: BTreeMap<String, usize>,
}

/// Where a release's card stands in a place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CardRow {
    /// The message that shows the card.
    pub message: Option<u64>,
    /// The thread below it, where the platform has threads.
    pub thread: Option<u64>,
    /// A fingerprint of what it shows.
    pub shown: Option<String>,
    /// Whether it was sent anew because somebody had deleted it.
    #[serde(default)]
    pub anew: bool,
    /// Whether it is pinned.
    #[serde(default)]
    pub pin: CardPin,
}

/// Whether a card is pinned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardPin {
    /// It is not.
    #[default]
    Off,
    /// It is.
    On,
    /// The platform refuses to pin it.
    Refused,
}

impl Writing {
    /// Puts a message into the outbox, unless one of the same key has been put there before.
    ///
    /// # Errors
    /// As `put`.
    pub fn post(&mut self, post: Post) -> Result<(), StoreProblem> {
        if !self.first_time("post", &post.key)? {
            return Ok(());
        }
        let number = self.next_number("outbox")?;
        let key = [queue_key(&post.target.queue()), vec![1], number.to_be_bytes().to_vec()].concat();
        self.put(Tree::Outbox, &key, &Waiting::Post(Box::new(WaitingPost { post, taken: BTreeMap::new() })))
    }

    /// Notes that a release's card in a place is to be brought up to date. Cards go before messages.
    ///
    /// # Errors
    /// As `put`.
    pub fn refresh_card(&mut self, place: Place, release: ReleaseId) -> Result<(), StoreProblem> {
        let revision = self.next_number("card-revision")?;
        let queue = Target::Channel(place).queue();
        let key = [queue_key(&queue), vec![0], release.0.to_be_bytes().to_vec()].concat();
        self.put(Tree::Outbox, &key, &Waiting::Card { place, release, revision })
    }

    /// Notes that what tells an incident is to be brought up to date everywhere, before any message about it.
    ///
    /// # Errors
    /// As `put`.
    pub fn refresh_matter(&mut self, matter: &Incident) -> Result<(), StoreProblem> {
        for Destination { place, under, .. } in &matter.destinations {
            let revision = self.next_number("card-revision")?;
            let release = under.map_or(0, |release| release.0).to_be_bytes();
            // After the cards, some of which it stands below.
            let own = [&[0, 0xff], &matter.number.to_be_bytes()[..], &release].concat();
            let key = [queue_key(&Target::Channel(*place).queue()), own].concat();
            let row = Waiting::Incident { place: *place, under: *under, matter: matter.number, revision };
            self.put(Tree::Outbox, &key, &row)?;
        }
        Ok(())
    }

    /// Notes that the announcement of a freeze in a place is to be edited.
    ///
    /// # Errors
    /// As `put`.
    pub fn refresh_announcement(&mut self, place: Place, freeze: u64) -> Result<(), StoreProblem> {
        let revision = self.next_number("card-revision")?;
        // After the cards and before the incidents.
        let own = [&[0, 0xfe], &freeze.to_be_bytes()[..]].concat();
        let key = [queue_key(&Target::Channel(place).queue()), own].concat();
        self.put(Tree::Outbox, &key, &Waiting::Announcement { place, freeze, revision })
    }

    /// Notes that what tells something of a release in a place may say something else by now.
    ///
    /// # Errors
    /// As `put`.
    pub fn refresh_told(&mut self, place: Place, release: ReleaseId, of: ToldOf) -> Result<(), StoreProblem> {
        let revision = self.next_number("card-revision")?;
        let (kind, number) = match of {
            ToldOf::Fact(number) => (0, number as u64),
            ToldOf::Answer(message) => (1, message),
        };
        // After the cards, below some of which it stands.
        let own = [&[0, 0xfc], &release.0.to_be_bytes()[..], &[kind], &number.to_be_bytes()].concat();
        let key = [queue_key(&Target::Channel(place).queue()), own].concat();
        self.put(Tree::Outbox, &key, &Waiting::Told { place, release, of, revision })
    }

    /// Notes that a message of the bot's is to be taken away, after the cards of its place.
    ///
    /// # Errors
    /// As `put`.
    pub fn take_away(&mut self, place: Place, message: u64) -> Result<(), StoreProblem> {
        let own = [&[0, 0xfd], &message.to_be_bytes()[..]].concat();
        let key = [queue_key(&Target::Channel(place).queue()), own].concat();
        self.put(Tree::Outbox, &key, &Waiting::Double { place, message })
    }

    /// Notes that the message of a question is to be taken away, before anything new is said in its place.
    ///
    /// # Errors
    /// As `put`.
    pub fn end_message(&mut self, place: Place, message: u64) -> Result<(), StoreProblem> {
        let own = [&[0, 0xfb, 1], &message.to_be_bytes()[..]].concat();
        let key = [queue_key(&Target::Channel(place).queue()), own].concat();
        self.put(Tree::Outbox, &key, &Waiting::Ended { place, message })
    }

    /// Notes that somebody's message is to show that it was heard.
    ///
    /// # Errors
    /// As `put`.
    pub fn react(&mut self, place: Place, message: u64) -> Result<(), StoreProblem> {
        let own = [&[0, 0xfb, 0], &message.to_be_bytes()[..]].concat();
        let key = [queue_key(&Target::Channel(place).queue()), own].concat();
        self.put(Tree::Outbox, &key, &Waiting::Heard { place, message })
    }

    /// Takes a delivered row out, unless it has changed meanwhile.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn delivered(&mut self, key: &[u8], row: &Waiting) -> Result<(), StoreProblem> {
        let is_same = match (self.get::<Waiting>(Tree::Outbox, key)?, row) {
            // Its parts are counted while it is said.
            (Some(Waiting::Post(now)), Waiting::Post(said)) => now.post == said.post,
            (now, said) => now.as_ref() == Some(said),
        };
        if is_same {
            self.remove(Tree::Outbox, key);
        }
        Ok(())
    }

    /// Notes how many parts of a message that waits were taken, by what they are known as. What is not of the message itself, such
    /// as the card that it stands below, is not noted.
    ///
    /// # Errors
    /// As `put`.
    pub fn took(&mut self, row: &[u8], part: &str, count: usize) -> Result<(), StoreProblem> {
        match self.get::<Waiting>(Tree::Outbox, row)? {
            Some(Waiting::Post(mut waits)) if part.starts_with(&waits.post.key) => {
                waits.taken.insert(part.to_owned(), count);
                self.put(Tree::Outbox, row, &Waiting::Post(waits))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Remembers where a card stands.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_card(&mut self, place: Place, release: ReleaseId, card: &CardRow) -> Result<(), StoreProblem> {
        self.put(Tree::Cards, &card_key(place, release), card)
    }
}

impl dyn View + '_ {
    /// A row of the outbox.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn waiting(&self, key: &[u8]) -> Result<Option<Waiting>, StoreProblem> {
        self.get(Tree::Outbox, key)
    }

    /// Where a release's card stands in a place.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn card(&self, place: Place, release: ReleaseId) -> Result<CardRow, StoreProblem> {
        Ok(self.get(Tree::Cards, &card_key(place, release))?.unwrap_or_default())
    }
}

impl Store {
    /// The names of all queues in which something waits.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn queues(&self) -> Result<Vec<String>, StoreProblem> {
        let keys = self.0.read(|trees| trees.keys(Tree::Outbox, Bound::Unbounded, usize::MAX))?;
        let mut names: Vec<String> = keys
            .iter()
            .filter_map(|key| key.split(|byte| *byte == 0).next())
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect();
        names.dedup();
        Ok(names)
    }

    /// The key of the first row of a queue that was not set aside.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn first_waiting(&self, queue: &str) -> Result<Option<Vec<u8>>, StoreProblem> {
        let (queue, mut aside) = (queue_key(queue), BTreeSet::new());
        let all = self.all_aside()?;
        aside.extend(all.iter().filter_map(|aside| {
            let Row::Post(key) = &aside.row else { return None };
            Some(key.as_str())
        }));
        // One more than could have been set aside.
        let keys = self.0.read(|trees| trees.keys(Tree::Outbox, Bound::Included(queue.clone()), aside.len() + 1))?;
        let mut own = keys.into_iter().take_while(|key| key.starts_with(&queue));
        Ok(own.find(|key| !aside.contains(hex::encoded(key).as_str())))
    }
}

fn queue_key(queue: &str) -> Vec<u8> {
    [queue.as_bytes(), &[0]].concat()
}

fn card_key(place: Place, release: ReleaseId) -> Vec<u8> {
    [place.to_string().as_bytes(), &[0], &release.0.to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::message::{Message, Tone};

    #[test]
    fn a_message_that_an_older_program_stored_waits_with_nothing_of_it_taken() {
        let place = Place::Telegram { chat: -1, topic: None };
        let (target, message) = (Target::Channel(place), Message::new(Tone::Plain, "Notes"));
        let post = Post { key: "notes".to_owned(), target, message };
        let stored = serde_json::json!({ "post": post });
        let waits = Waiting::Post(Box::new(WaitingPost { post, taken: BTreeMap::new() }));
        assert_eq!(serde_json::to_value(&waits).unwrap(), stored);
        assert_eq!(serde_json::from_value::<Waiting>(stored).unwrap(), waits);
    }

    #[tokio::test]
    async fn what_was_taken_of_a_message_is_counted_and_it_goes_once_it_was_said() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let (place, message) = (Place::Telegram { chat: -1, topic: None }, Message::new(Tone::Plain, "Notes"));
        let post = Post { key: "notes".to_owned(), target: Target::Channel(place), message };
        store.write::<(), StoreProblem>(move |writing| writing.post(post)).await.unwrap();
        let row = store.first_waiting(&Target::Channel(place).queue()).unwrap().unwrap();
        let before = store.waiting(&row).unwrap().unwrap();
        for (part, count) in [("notes", 1), ("notes/plain", 1), ("notes", 2), ("card/7", 1)] {
            let row = row.clone();
            store.write::<(), StoreProblem>(move |writing| writing.took(&row, part, count)).await.unwrap();
        }
        let Some(Waiting::Post(waits)) = store.waiting(&row).unwrap() else { panic!("it is gone") };
        assert_eq!(waits.taken, [("notes".to_owned(), 2), ("notes/plain".to_owned(), 1)].into());
        let said = row.clone();
        store.write::<(), StoreProblem>(move |writing| writing.delivered(&said, &before)).await.unwrap();
        assert_eq!(store.waiting(&row).unwrap(), None);
    }
}
