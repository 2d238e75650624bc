//! Forgets what is not kept any more, so that the store does not grow for ever.
//!
//! Nobody says the same thing again after so long: GitHub delivers again for three days, Discord and Telegram for one.

use std::ops::Bound;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Store, StoreProblem, Tree, View, Writing,
    retention::{FORGETFUL, Met, until_when},
};

/// How many rows are read or removed at once: reading and writing wait for no more.
const PORTION: usize = 500;
/// Where the store says which day it is.
const TODAY: &[u8] = b"today";
/// Where it says on which day it forgot last.
const SWEPT: &[u8] = b"swept";

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
    /// Notes which day it is: before anything is met that is to be known again.
    ///
    /// # Errors
    /// What [`Store::write`] says.
    pub async fn note_day(&self, now: DateTime<Utc>) -> Result<(), StoreProblem> {
        let today = day(now);
        if self.get::<i64>(Tree::Meta, TODAY)?.is_some_and(|noted| noted >= today) {
            return Ok(());
        }
        self.write(move |writing| writing.put(Tree::Meta, TODAY, &today)).await
    }

    /// Notes which day it is, and forgets what is not kept any more; what people did is kept for so long. To be called each
    /// day; at any other time it costs little.
    ///
    /// # Errors
    /// What [`Store::write`] says.
    pub async fn forget(&self, now: DateTime<Utc>, keep: TimeDelta) -> Result<(), StoreProblem> {
        let today = day(now);
        self.note_day(now).await?;
        if self.get::<i64>(Tree::Meta, SWEPT)?.is_some_and(|swept| swept >= today) {
            return Ok(());
        }
        for tree in FORGETFUL {
            self.forget_in(tree, move |writing, key| {
                let Some(row) = writing.entry(tree, key)? else { return Ok(()) };
                let until = match until_when(tree, key, &row, keep) {
                    // It is set aside by whoever needs it, and stays where it is.
                    Err(StoreProblem::Unreadable { .. }) => return Ok(()),
                    until => until?,
                };
                match until {
                    Some(until) if until <= now => writing.forget_row(tree, key)?,
                    // From before days were noted: as if it were met today.
                    None if tree == Tree::Seen => writing.put(tree, key, &Met::On(today))?,
                    Some(_) | None => {}
                }
                Ok(())
            })
            .await?;
        }
        self.write(move |writing| writing.put(Tree::Meta, SWEPT, &today)).await
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

/// A day, counted from 1970.
fn day(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(24 * 60 * 60)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use chrono::Duration;

    use super::*;

    const YEAR: TimeDelta = TimeDelta::days(365);

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
        store.forget(day(0), YEAR).await.unwrap();
        assert!(heard(&store, "once").await && heard(&store, "again").await);
        assert!(delivered(&store, "d1", day(0)).await && !delivered(&store, "d1", day(3)).await);
        store.forget(day(20), YEAR).await.unwrap();
        assert!(!heard(&store, "again").await);
        store.forget(day(30), YEAR).await.unwrap();
        for known in ["before days were noted", "once", "again"] {
            assert!(!heard(&store, known).await, "{known}");
        }
        assert!(!delivered(&store, "d1", day(30)).await);
        store.forget(day(61), YEAR).await.unwrap();
        assert!(heard(&store, "once").await, "it was last met on day 30");
        assert!(delivered(&store, "d1", day(61)).await);
    }

    #[tokio::test]
    async fn what_is_over_goes_after_as_long_as_is_said_and_what_goes_on_stays() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let start = DateTime::from_timestamp(1_772_442_000, 0).unwrap();
        let freeze = |id: u64, until: Option<i64>| -> crate::domain::freeze::Freeze {
            let until = until.map(|day| start + Duration::days(day));
            let row = serde_json::json!({
                "id": id, "reason": "x", "owner": "ann", "from": start, "until": until, "lifted": null
            });
            serde_json::from_value(row).unwrap()
        };
        let freezes = [freeze(1, Some(1)), freeze(2, Some(200)), freeze(3, None)];
        let put = move |writing: &mut Writing| freezes.iter().try_for_each(|freeze| writing.put_freeze(freeze));
        store.write::<_, StoreProblem>(put).await.unwrap();
        let left = |store: &Store| store.freezes().unwrap().iter().map(|freeze| freeze.id).collect::<Vec<_>>();
        for (day, keep, expected) in
            [(366, 365, vec![1, 2, 3]), (368, 365, vec![2, 3]), (369, 30, vec![3]), (9_000, 30, vec![3])]
        {
            store.forget(start + Duration::days(day), TimeDelta::days(keep)).await.unwrap();
            assert_eq!(left(&store), expected, "day {day}");
        }
    }

    #[tokio::test]
    async fn a_row_that_nobody_can_read_stays_and_holds_up_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let start = DateTime::from_timestamp(1_772_442_000, 0).unwrap();
        assert!(delivered(&store, "d1", start).await);
        store.write(|writing| writing.put(Tree::Flags, b"odd", &"no switch")).await.unwrap();
        store.forget(start + Duration::days(31), YEAR).await.unwrap();
        assert_eq!(store.scan::<serde_json::Value>(Tree::Flags, &[]).unwrap().len(), 1);
        assert!(delivered(&store, "d1", start + Duration::days(31)).await, "the others went");
    }

    #[tokio::test]
    async fn everything_old_is_forgotten_however_much_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let start = DateTime::from_timestamp(1_772_442_000, 0).unwrap();
        store.forget(start, YEAR).await.unwrap();
        let take_in = move |writing: &mut Writing| {
            for number in 0..3 * PORTION {
                writing.first_time("post", &number.to_string())?;
                writing.take_delivery(&number.to_string(), "push", start)?;
            }
            Ok::<_, StoreProblem>(())
        };
        store.write(take_in).await.unwrap();
        store.forget(start + Duration::days(31), YEAR).await.unwrap();
        for tree in [Tree::Seen, Tree::Deliveries] {
            assert_eq!(store.scan::<serde_json::Value>(tree, &[]).unwrap(), []);
        }
        store.close().await.unwrap();
        assert!(Store::open(folder.path()).is_ok(), "what is there is what was counted");
    }
}
