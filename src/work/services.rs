//! How the services are that the bot speaks with: whether they answer, and if not, since when and why.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Quiet, Waker};
use crate::{
    clock::Clock,
    domain::platform::{Contact, Outage, Platform},
};

/// What each way was like when it was last tried.
type EachWay = BTreeMap<(Platform, Contact), Option<Outage>>;

/// What each service was like when it was last tried, each way by itself. Cloning gives another handle.
#[derive(Clone)]
pub struct Services {
    known: Arc<Mutex<EachWay>>,
    clock: Clock,
    quiet: Quiet,
    changed: Waker,
}

impl Services {
    /// Nothing is known yet.
    pub fn new(clock: Clock, quiet: Quiet) -> Self {
        Self { known: Arc::default(), clock, quiet, changed: Waker::default() }
    }

    /// Notes how a try ended.
    pub fn note(&self, platform: Platform, way: Contact, outcome: Result<(), String>) {
        let now = self.clock.now();
        let mut known = self.known();
        let before = known.get(&(platform, way)).cloned();
        let since = before.as_ref().and_then(Option::as_ref).map_or(now, |outage| outage.since);
        let next = outcome.err().map(|why| Outage { since, why });
        let changes = before.as_ref().is_none_or(|before| before.is_some() != next.is_some());
        known.insert((platform, way), next);
        drop(known);
        if changes {
            self.changed.wake(self.quiet.busy());
        }
    }

    /// Since when a service does not answer in some way, and why.
    pub fn outage(&self, platform: Platform) -> Option<Outage> {
        self.ways(platform).into_iter().flatten().min_by_key(|outage| outage.since)
    }

    /// Whether a service was tried, and answers in every way that was.
    pub fn is_well(&self, platform: Platform) -> bool {
        let ways = self.ways(platform);
        !ways.is_empty() && ways.iter().all(Option::is_none)
    }

    /// Wakes whoever tells of it.
    pub fn changed(&self) -> &Waker {
        &self.changed
    }

    fn ways(&self, platform: Platform) -> Vec<Option<Outage>> {
        let known = self.known();
        known.iter().filter(|((of, _), _)| *of == platform).map(|(_, outage)| outage.clone()).collect()
    }

    fn known(&self) -> MutexGuard<'_, EachWay> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
