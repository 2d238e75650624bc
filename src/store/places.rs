//! What is known of places in chats: which take nothing just now, and which groups have another id by now.

use super::{StoreProblem, Tree, View, Writing};
use crate::domain::message::{
    post::Place,
    refusing::{MovedGroup, ShutPlace},
};

const SHUT: &str = "shut/";
const MOVED: &str = "moved/";

impl Writing {
    /// Notes that a place takes nothing.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_shut(&mut self, shut: &ShutPlace) -> Result<(), StoreProblem> {
        self.put(Tree::Meta, &shut_key(shut.place), shut)
    }

    /// Notes that a place takes messages again.
    pub fn open_again(&mut self, place: Place) {
        self.remove(Tree::Meta, &shut_key(place));
    }

    /// Notes that a group has another id; whether that is news.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_moved(&mut self, moved: MovedGroup) -> Result<bool, StoreProblem> {
        let known = self.moved_group(moved.from)?;
        self.put(Tree::Meta, &moved_key(moved.from), &moved)?;
        Ok(known != Some(moved))
    }
}

impl dyn View + '_ {
    /// How a place came to take nothing, if it is so.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn shut(&self, place: Place) -> Result<Option<ShutPlace>, StoreProblem> {
        self.get(Tree::Meta, &shut_key(place))
    }

    /// All places that take nothing.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn all_shut(&self) -> Result<Vec<ShutPlace>, StoreProblem> {
        self.all(Tree::Meta, SHUT.as_bytes())
    }

    /// The group that had this id, if it has another one by now.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn moved_group(&self, from: i64) -> Result<Option<MovedGroup>, StoreProblem> {
        self.get(Tree::Meta, &moved_key(from))
    }

    /// All groups that have another id by now.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn moved_groups(&self) -> Result<Vec<MovedGroup>, StoreProblem> {
        self.all(Tree::Meta, MOVED.as_bytes())
    }
}

fn shut_key(place: Place) -> Vec<u8> {
    format!("{SHUT}{place}").into_bytes()
}

fn moved_key(from: i64) -> Vec<u8> {
    format!("{MOVED}{from}").into_bytes()
}
