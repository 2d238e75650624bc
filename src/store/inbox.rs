//! The inbox: what people said and what GitHub delivered, on disk before anybody is told that it arrived.

use std::ops::Bound;

use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};

use super::{Store, StoreProblem, Tree, View, Writing};

impl Writing {
    /// Takes in something said, unless its id was taken in before. The key under which it waits, if it is new.
    ///
    /// # Errors
    /// As `put`.
    pub fn take_in<T: Serialize>(&mut self, id: &str, heard: &T) -> Result<Option<Vec<u8>>, StoreProblem> {
        if !self.first_time("heard", id)? {
            return Ok(None);
        }
        let key = self.next_number("inbox")?.to_be_bytes().to_vec();
        self.put(Tree::Inbox, &key, heard)?;
        Ok(Some(key))
    }

    /// Notes that a row has been handled.
    pub fn handled(&mut self, key: &[u8]) {
        self.remove(Tree::Inbox, key);
    }

    /// Remembers in which chat somebody spoke last.
    ///
    /// # Errors
    /// As `put`.
    pub fn spoke(&mut self, name: &str, chat: &str) -> Result<(), StoreProblem> {
        if self.spoke_last(name)?.as_deref() == Some(chat) {
            return Ok(());
        }
        self.put(Tree::Meta, format!("spoke/{name}").as_bytes(), chat)
    }

    /// Notes a webhook delivery; whether it is new.
    ///
    /// # Errors
    /// As `put`.
    pub fn take_delivery(&mut self, id: &str, kind: &str, at: DateTime<Utc>) -> Result<bool, StoreProblem> {
        if self.get::<(String, DateTime<Utc>)>(Tree::Deliveries, id.as_bytes())?.is_some() {
            return Ok(false);
        }
        self.put(Tree::Deliveries, id.as_bytes(), &(kind, at))?;
        Ok(true)
    }
}

impl dyn View + '_ {
    /// Whether a row still waits to be handled.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn is_waiting(&self, key: &[u8]) -> Result<bool, StoreProblem> {
        Ok(self.get::<serde_json::Value>(Tree::Inbox, key)?.is_some())
    }

    /// The chat in which somebody spoke last.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn spoke_last(&self, name: &str) -> Result<Option<String>, StoreProblem> {
        self.get(Tree::Meta, format!("spoke/{name}").as_bytes())
    }

    /// What waits under a key, unless it has been handled.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn waits<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, StoreProblem> {
        self.get(Tree::Inbox, key)
    }
}

impl Store {
    /// The keys of everything that waits to be handled, in the order in which it was heard.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn inbox(&self) -> Result<Vec<Vec<u8>>, StoreProblem> {
        self.0.read(|trees| trees.keys(Tree::Inbox, Bound::Unbounded, usize::MAX))
    }
}
