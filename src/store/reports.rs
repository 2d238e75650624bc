//! What others report: how each deploy and each group of alerts stands, and what could not be read.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{StoreProblem, Tree, View, Writing};
use crate::domain::{deploy::report::History, incident::alert};

/// How many bodies that could not be read are kept of each address.
const UNREAD: u64 = 20;

/// A body that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// When it came.
    pub at: DateTime<Utc>,
    /// Where it was sent to.
    pub path: String,
    /// What is wrong with it.
    pub mistakes: Vec<String>,
    /// How it begins.
    pub body: String,
}

impl Writing {
    /// Remembers what is known of the deploys of one version to one environment.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_deploys(&mut self, name: &str, history: &History) -> Result<(), StoreProblem> {
        self.put(Tree::Reports, &key("deploy", name), history)
    }

    /// Remembers what is known of a group of alerts.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_alerts(&mut self, name: &str, known: &alert::KnownAlerts) -> Result<(), StoreProblem> {
        self.put(Tree::Reports, &key("alerts", name), known)
    }

    /// Keeps a body that could not be read, in the place of the oldest one from the same address.
    ///
    /// # Errors
    /// As `put`.
    pub fn keep_unread(&mut self, unread: &Unread) -> Result<(), StoreProblem> {
        let place = self.next_number(&format!("unread{}", unread.path))? % UNREAD;
        self.put(Tree::Reports, &key("unread", &format!("{}/{place}", unread.path)), unread)
    }
}

impl dyn View + '_ {
    /// What is known of the deploys of one version to one environment.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn deploys(&self, name: &str) -> Result<History, StoreProblem> {
        self.report("deploy", name)
    }

    /// What is known of a group of alerts.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn alerts(&self, name: &str) -> Result<alert::KnownAlerts, StoreProblem> {
        self.report("alerts", name)
    }

    fn report<T: DeserializeOwned + Default>(&self, kind: &str, name: &str) -> Result<T, StoreProblem> {
        Ok(self.get(Tree::Reports, &key(kind, name))?.unwrap_or_default())
    }

    /// The bodies that could not be read, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn unread(&self) -> Result<Vec<Unread>, StoreProblem> {
        let mut found: Vec<Unread> = self.all(Tree::Reports, &key("unread", ""))?;
        found.sort_by_key(|unread| unread.at);
        Ok(found)
    }
}

/// What all rows of the tree have.
#[derive(Deserialize)]
pub(super) struct Dated {
    /// When it was last heard of.
    pub at: DateTime<Utc>,
}

fn key(kind: &str, name: &str) -> Vec<u8> {
    format!("{kind}/{name}").into_bytes()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use chrono::Duration;

    use super::{super::Store, *};

    fn unread(number: i64) -> Unread {
        let at = DateTime::from_timestamp(1_772_442_000 + number, 0).unwrap();
        Unread { at, path: "/hooks/deploy".into(), mistakes: vec![], body: number.to_string() }
    }

    #[tokio::test]
    async fn a_store_from_before_there_were_reports_opens() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        store.write(|writing| writing.first_time("post", "x")).await.unwrap();
        store.close().await.unwrap();
        // A process that another test begins holds the lock for a moment, until it is a program of its own.
        let older = (0..1_000_000).find_map(|_| {
            std::thread::yield_now();
            sled::Config::new().path(folder.path()).open().ok()
        });
        let older = older.unwrap();
        assert!(older.drop_tree(Tree::Reports.name()).unwrap());
        drop(older);
        let store = Store::open(folder.path()).unwrap();
        assert_eq!(store.unread().unwrap(), []);
        assert!(!store.write(|writing| writing.first_time("post", "x")).await.unwrap(), "what was known is known");
    }

    #[tokio::test]
    async fn the_last_twenty_of_each_address_are_kept_and_what_is_old_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let keep = |writing: &mut Writing| (0..50).try_for_each(|number| writing.keep_unread(&unread(number)));
        store.write(keep).await.unwrap();
        let other = Unread { path: "/hooks/github".into(), body: "0".into(), ..unread(0) };
        store.write(move |writing| writing.keep_unread(&other)).await.unwrap();
        let kept: Vec<String> = store.unread().unwrap().into_iter().map(|unread| unread.body).collect();
        assert_eq!(kept, [0].into_iter().chain(30..50).map(|number| number.to_string()).collect::<Vec<_>>());
        store.forget(unread(0).at + Duration::days(89), Duration::days(365)).await.unwrap();
        assert_eq!(store.unread().unwrap().len(), 21);
        store.forget(unread(0).at + Duration::days(92), Duration::days(365)).await.unwrap();
        assert_eq!(store.unread().unwrap(), []);
    }
}
