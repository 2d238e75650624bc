//! What ran in an environment at an instant: put together from what releases did there, what others report, and what is
//! known to stand there.

use chrono::{DateTime, Utc};

use super::{
    environment::EnvironmentStatus,
    report::{History, Status, bare},
};
use crate::domain::release::{
    Release, ReleaseId,
    fact::{Fact, Outcome},
};

/// What became of a version in an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shift {
    /// It is on its way there.
    Asked,
    /// It did not get there.
    Failed,
    /// It is there.
    There,
    /// It was taken away.
    Left,
}

/// A version that came to an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The version, without a `v` before it.
    pub version: String,
    /// Since when.
    pub at: DateTime<Utc>,
    /// The release of ours that brought it.
    pub release: Option<ReleaseId>,
}

/// All that is known to have happened in one environment.
#[derive(Debug, Clone, Default)]
pub struct Past(Vec<(Ran, Shift)>);

impl Past {
    /// Takes in what a release did there.
    pub fn of_release(&mut self, release: &Release, environment: &str) {
        let own = release.spec.version.to_string();
        // A build of the version is the version; anything else is what it went back to.
        let version = |build: &str| {
            let rest = bare(build).strip_prefix(&own);
            if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-')) { &own } else { bare(build) }
                .to_owned()
        };
        let mut asked = own.clone();
        for recorded in &release.facts {
            let (step, shift, build) = if let Fact::Failed { step, retry_at: None, .. } = &recorded.fact {
                (step, Shift::Failed, asked.clone())
            } else if let Fact::Done { step, made: Outcome::Deployed { build, .. } } = &recorded.fact {
                (step, Shift::There, version(build))
            } else if let Fact::Done { step, made } = &recorded.fact
                && let Some(build) = made.build()
            {
                (step, Shift::Asked, version(build))
            } else {
                continue;
            };
            if release.spec.plan.environment_of(*step) != Some(environment) {
                continue;
            }
            asked.clone_from(&build);
            let release = (build == own).then_some(release.spec.id);
            self.0.push((Ran { version: build, at: recorded.at, release }, shift));
        }
    }

    /// Takes in what others reported of a version there.
    pub fn of_reports(&mut self, version: &str, history: &History) {
        for (at, status) in history.changes() {
            let shift = match status {
                Status::Started => Shift::Asked,
                Status::Succeeded => Shift::There,
                Status::Failed => Shift::Failed,
                Status::RolledBack => Shift::Left,
                // It stays where it is.
                Status::Troubled => continue,
            };
            self.0.push((Ran { version: bare(version).to_owned(), at: *at, release: None }, shift));
        }
    }

    /// Takes in what stands there, and what stood there before. What a release brought is known from that, so releases come
    /// first.
    pub fn of_standing(&mut self, standing: &EnvironmentStatus) {
        for one in standing.now.iter().chain(&standing.good) {
            let told = one.release.is_some() && self.0.iter().any(|(ran, _)| ran.release == one.release);
            if !told {
                let version = bare(&one.version).to_owned();
                self.0.push((Ran { version, at: one.since, release: one.release }, Shift::There));
            }
        }
    }

    /// What ran there at an instant. Nothing if that is not known: nobody saw anything come, it was taken away, or another
    /// version was on its way.
    pub fn at(&self, at: DateTime<Utc>) -> Option<Ran> {
        let mut all: Vec<&(Ran, Shift)> = self.0.iter().filter(|(ran, _)| ran.at <= at).collect();
        all.sort_by_key(|(ran, _)| ran.at);
        let (mut there, mut coming): (Option<&Ran>, Option<&str>) = (None, None);
        for (ran, shift) in all {
            match shift {
                Shift::Asked => coming = Some(&ran.version),
                Shift::Failed => coming = coming.filter(|coming| *coming != ran.version),
                Shift::Left => {
                    coming = coming.filter(|coming| *coming != ran.version);
                    there = there.filter(|there| there.version != ran.version);
                }
                Shift::There => {
                    coming = None;
                    there = Some(ran);
                }
            }
        }
        let there = there.filter(|there| coming.is_none_or(|coming| coming == there.version))?;
        Some(self.with_release(there, at))
    }

    /// When a version came there last, until an instant.
    pub fn last_came(&self, version: &str, until: DateTime<Utc>) -> Option<Ran> {
        let came = self.0.iter().filter(|(ran, shift)| *shift == Shift::There && ran.at <= until);
        let came = came.map(|(ran, _)| ran).filter(|ran| ran.version == bare(version)).max_by_key(|ran| ran.at)?;
        Some(self.with_release(came, until))
    }

    /// What others report of a version that a release brought is about that release.
    fn with_release(&self, ran: &Ran, until: DateTime<Utc>) -> Ran {
        let same = |(other, shift): &&(Ran, Shift)| {
            *shift == Shift::There && other.version == ran.version && other.at <= until && other.release.is_some()
        };
        let brought = self.0.iter().filter(same).max_by_key(|(other, _)| other.at);
        Ran { release: ran.release.or_else(|| brought.and_then(|(other, _)| other.release)), ..ran.clone() }
    }
}

#[cfg(test)]
mod tests;
