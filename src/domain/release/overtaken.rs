//! What a later version in production leaves nothing to say or to decide of.

use chrono::{DateTime, Utc};

use super::{
    Release,
    fact::Fact,
    next::{Next, Surroundings, Wait, next},
    undone::later_in_production,
};

/// A step at which nothing is left to say or to decide, because production runs a later version by now.
pub fn overtaken(release: &Release, surroundings: &Surroundings, now: DateTime<Utc>) -> Option<Fact> {
    let Next::Wait(waits) = next(release, surroundings, now) else { return None };
    waits.into_iter().find_map(|(step, wait)| {
        let Wait::Undone { environment, taken_back: false, production: true, .. } = wait else { return None };
        let later = later_in_production(release, &environment, &surroundings.ledgers)?;
        Some(Fact::Overtaken { step, environment, by: later.version.clone() })
    })
}
