//! Answers that are kept for some seconds, so that ten people who ask at once cost one look.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    problem::GithubResult,
    request::{Call, GitHubAnswer},
};

/// How large an answer may be that is kept, in bytes.
pub(super) const LARGEST: usize = 256 * 1024;
/// How long an answer is kept.
const KEEP: TimeDelta = TimeDelta::seconds(10);
/// An answer that is there, or is being read: whoever wants the same waits for it.
pub(super) type KeptAnswer = Arc<tokio::sync::Mutex<Option<(DateTime<Utc>, GithubResult<GitHubAnswer>)>>>;

/// The answers that are kept, by what was asked for.
#[derive(Default)]
pub(super) struct KeptAnswers(Mutex<HashMap<String, KeptAnswer>>);

impl KeptAnswers {
    /// Forgets all: something has changed.
    pub(super) fn forget(&self) {
        self.all().clear();
    }

    /// Forgets the comparisons: one of the names in them may mean something else by now.
    pub(super) fn forget_comparisons(&self) {
        self.all().retain(|call, _| !call.contains("/compare/"));
    }

    /// What is kept of this call's, to be filled by whoever locks it first.
    pub(super) fn of(&self, call: &Call, now: DateTime<Utc>) -> KeptAnswer {
        let mut all = self.all();
        // What cannot be looked at is being read.
        let is_fresh = |kept: &KeptAnswer| {
            kept.try_lock().map_or(true, |kept| kept.as_ref().is_some_and(|kept| fresh(kept.0, now)))
        };
        all.retain(|_, kept| is_fresh(kept));
        let body = call.body.as_ref().map(ToString::to_string).unwrap_or_default();
        Arc::clone(all.entry(format!("{} {} {body}", call.method, call.path)).or_default())
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, KeptAnswer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether what was read then still is the answer.
pub(super) fn fresh(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at <= now && now - at < KEEP
}
