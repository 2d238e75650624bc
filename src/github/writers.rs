//! What is known of who writes to each repository.

use std::{
    cmp::Ordering,
    collections::BTreeMap,
    sync::{Arc, OnceLock, PoisonError},
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

/// The store that writes, as it stands on GitHub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriterMark {
    /// The store's id.
    pub store: String,
    /// Since when that store has been there.
    pub since: DateTime<Utc>,
    /// Since when it lives anew, if it was restored from a backup: the latest life is the one that writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life: Option<DateTime<Utc>>,
}

/// What a mark means for a store.
pub(super) enum Standing {
    /// It is this store's.
    Own,
    /// It is of an earlier life of this store: this one is the writer from now on.
    Earlier,
    /// It is another store's, or of a later life of this one.
    Foreign,
}

impl WriterMark {
    /// What a mark on GitHub means for this store.
    pub(super) fn standing_of(&self, mark: &Self) -> Standing {
        match self.life.cmp(&mark.life) {
            _ if self.store != mark.store => Standing::Foreign,
            Ordering::Equal => Standing::Own,
            Ordering::Greater => Standing::Earlier,
            Ordering::Less => Standing::Foreign,
        }
    }
}

/// Who writes to a repository, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// This store does.
    Ours,
    /// Another one does.
    Another(WriterMark),
    /// GitHub does not say; whoever may not look or make the ref is not stopped by it.
    NotKnown,
}

/// Who this bot is, and what it knows of each repository.
#[derive(Default)]
pub(super) struct Writers {
    pub(super) own: OnceLock<WriterMark>,
    known: std::sync::Mutex<BTreeMap<String, KnownWriter>>,
}

/// What is known of one repository; held by whoever looks, so that it is looked up once for all who want to write there.
pub(super) type KnownWriter = Arc<Mutex<Option<SeenWriter>>>;

impl Writers {
    /// What is known of a repository. A look at one holds up no other.
    pub(super) fn of(&self, repository: &str) -> KnownWriter {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(repository.to_owned()).or_default().clone()
    }
}

/// What was seen, where the ref pointed, and when.
#[derive(Clone)]
pub(super) struct SeenWriter {
    pub(super) claim: Claim,
    pub(super) object: String,
    pub(super) at: DateTime<Utc>,
}
