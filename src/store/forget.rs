//! Forgets the ids of what was met long ago, so that the store does not grow for ever.
//!
//! Nobody says the same thing again after so long: GitHub delivers again for three days, Discord and Telegram for one.

use std::ops::Bound;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Store, StoreProblem, Tree, View, Writing, reports::Dated};
use crate::domain::release::backport::MissingBackport;

/// How long an id is remembered after it was last met, in days; up to a day longer.
const REMEMBERED: i64 = 30;
/// How long what others reported is remembered after it was last heard of, in days.
const REPORTED: i64 = 90;
/// How long a hotfix is remembered whose fix is on every line, in days: no release lacks it then.
const PAID: i64 = 365;
/// How many rows are read or removed at once: reading and writing wait for no more.
const PORTION: usize = 500;
/// Where the store says which day it is.
const TODAY: &[u8] = b"today";

/// When an id was last met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Met {
    /// On this day, counted from 1970.
    On(i64),
    /// Before days were noted.
    Sometime(bool),
}

impl Writing {
    /// Whether something of this name is met for the first time in at least 30 days.
    ///
    /// # Errors
    /// As `put`.
    pub fn first_time(&mut self, kind: &str, name: &str) -> Result<bool, StoreProblem> {
        let key = format!("{kind}/{name}").into_bytes();
        let known = self.get::<Met>(Tree::Seen, &key)?;
        let met = self.get::<i64>(Tree::Meta, TODAY)?.map_or(Met::Sometime(true), Met::On);
        if known != Some(met) {
            self.put(Tree::Seen, &key, &met)?;
        }
        Ok(known.is_none())
    }
}

impl dyn View + '_ {
    /// Whether something of this name was met already.
    ///
    /// # Errors
    /// As `get`.
    pub fn has_met(&self, kind: &str, name: &str) -> Result<bool, StoreProblem> {
        Ok(self.get::<Met>(Tree::Seen, format!("{kind}/{name}").as_bytes())?.is_some())
    }
}

impl Store {
    /// Notes which day it is, and forgets what was last met more than 30 days ago. To be called each day; at any other
    /// time it costs little.
    ///
    /// # Errors
    /// What [`Store::write`] says.
    pub async fn forget(&self, now: DateTime<Utc>) -> Result<(), StoreProblem> {
        let today = now.timestamp().div_euclid(24 * 60 * 60);
        if self.get::<i64>(Tree::Meta, TODAY)?.is_some_and(|noted| noted >= today) {
            return Ok(());
        }
        self.forget_in(Tree::Seen, move |writing, key| {
            match writing.get(Tree::Seen, key)? {
                Some(Met::On(day)) if day + REMEMBERED < today => writing.remove(Tree::Seen, key),
                Some(Met::Sometime(_)) => writing.put(Tree::Seen, key, &Met::On(today))?,
                Some(Met::On(_)) | None => {}
            }
            Ok(())
        })
        .await?;
        self.forget_in(Tree::Deliveries, move |writing, key| {
            let taken: Option<(String, DateTime<Utc>)> = writing.get(Tree::Deliveries, key)?;
            if taken.is_some_and(|(_, at)| (now - at).num_days() > REMEMBERED) {
                writing.remove(Tree::Deliveries, key);
            }
            Ok(())
        })
        .await?;
        self.forget_in(Tree::Reports, move |writing, key| {
            let row: Option<Dated> = writing.get(Tree::Reports, key)?;
            if row.is_some_and(|row| (now - row.at).num_days() > REPORTED) {
                writing.remove(Tree::Reports, key);
            }
            Ok(())
        })
        .await?;
        self.forget_in(Tree::Debts, move |writing, key| {
            let row: Option<MissingBackport> = writing.get(Tree::Debts, key)?;
            if row.is_some_and(|debt| debt.is_settled() && (now - debt.shipped).num_days() > PAID) {
                writing.remove(Tree::Debts, key);
            }
            Ok(())
        })
        .await?;
        self.write(move |writing| writing.put(Tree::Meta, TODAY, &today)).await
    }

    /// Shows the key of every row of a tree to `judge`, portion by portion.
    async fn forget_in(
        &self,
        tree: Tree,
        judge: impl Fn(&mut Writing, &[u8]) -> Result<(), StoreProblem> + Copy + Send + 'static,
    ) -> Result<(), StoreProblem> {
        let mut from = Bound::Unbounded;
        loop {
            let after = from;
            let last = self.write(move |writing: &mut Writing| {
                let mut portion = writing.keys(tree, after, PORTION)?;
                portion.iter().try_for_each(|key| judge(writing, key))?;
                Ok::<_, StoreProblem>(portion.pop())
            });
            match last.await? {
                Some(key) => from = Bound::Excluded(key),
                None => return Ok(()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use chrono::Duration;

    use super::*;

    async fn heard(store: &Store, id: &'static str) -> bool {
        store.write(move |writing| writing.take_in(id, &"words")).await.map(|key| key.is_some()).unwrap()
    }

    async fn delivered(store: &Store, id: &'static str, at: DateTime<Utc>) -> bool {
        store.write(move |writing| writing.take_delivery(id, "push", at)).await.unwrap()
    }

    #[tokio::test]
    async fn an_id_is_known_for_thirty_days_after_it_was_last_met() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let start = DateTime::from_timestamp(1_772_442_000, 0).unwrap();
        let day = |day: i64| start + Duration::days(day);
        assert!(heard(&store, "before days were noted").await);
        store.forget(day(0)).await.unwrap();
        assert!(heard(&store, "once").await && heard(&store, "again").await);
        assert!(delivered(&store, "d1", day(0)).await && !delivered(&store, "d1", day(3)).await);
        store.forget(day(20)).await.unwrap();
        assert!(!heard(&store, "again").await);
        store.forget(day(30)).await.unwrap();
        for known in ["before days were noted", "once", "again"] {
            assert!(!heard(&store, known).await, "{known}");
        }
        assert!(!delivered(&store, "d1", day(30)).await);
        store.forget(day(61)).await.unwrap();
        assert!(heard(&store, "once").await, "it was last met on day 30");
        assert!(delivered(&store, "d1", day(61)).await);
    }

    #[tokio::test]
    async fn everything_old_is_forgotten_however_much_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let start = DateTime::from_timestamp(1_772_442_000, 0).unwrap();
        store.forget(start).await.unwrap();
        let take_in = move |writing: &mut Writing| {
            for number in 0..3 * PORTION {
                writing.first_time("post", &number.to_string())?;
                writing.take_delivery(&number.to_string(), "push", start)?;
            }
            Ok::<_, StoreProblem>(())
        };
        store.write(take_in).await.unwrap();
        store.forget(start + Duration::days(31)).await.unwrap();
        for tree in [Tree::Seen, Tree::Deliveries] {
            assert_eq!(store.scan::<serde_json::Value>(tree, &[]).unwrap(), []);
        }
        store.close().await.unwrap();
        assert!(Store::open(folder.path()).is_ok(), "what is there is what was counted");
    }
}
