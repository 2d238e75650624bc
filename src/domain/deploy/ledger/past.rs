//! What came to an environment and left it, in the order of time, whoever said so and whenever that was heard.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Attempt, Entered, Running};
use crate::domain::{
    deploy::report::{Deploy, Status, bare},
    release::ReleaseId,
};

/// How many movements are remembered.
pub(super) const MOVEMENTS: usize = 80;

/// What became of a version in an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shift {
    /// It is on its way there.
    Asked,
    /// It did not get there.
    Failed,
    /// It is there.
    There,
    /// It was taken away.
    Left,
}

/// A version that came to an environment, left it, or was to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// When.
    pub at: DateTime<Utc>,
    /// What became of it.
    pub shift: Shift,
    /// The version, without a `v` before it; of a build, the version that it is of.
    pub version: String,
    /// Its tag.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tag: String,
    /// Its commit, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The release of ours that did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<ReleaseId>,
}

impl Movement {
    /// What is entered, as a movement; nothing of what the past is asked for.
    pub(super) fn of(version: &str, entered: &Entered) -> Option<Self> {
        Some(match entered {
            Entered::Asked(attempt) => Self::tried(version, attempt, Shift::Asked),
            Entered::Failed(attempt) => Self::tried(version, attempt, Shift::Failed),
            Entered::Came(running) | Entered::Beside(running) | Entered::CameBack(running, _) => {
                Self::there(version, running)
            }
            Entered::TakenBack(..) => return None,
        })
    }

    /// A deploy that was asked for, or failed.
    pub fn tried(version: &str, attempt: &Attempt, shift: Shift) -> Self {
        let Attempt { at, tag, release, .. } = attempt;
        Self { at: *at, shift, version: bare(version).to_owned(), tag: tag.clone(), commit: None, release: *release }
    }

    pub(super) fn there(version: &str, running: &Running) -> Self {
        let Running { since, tag, commit, release, undecided, .. } = running;
        let (version, tag, commit) = (bare(version).to_owned(), tag.clone(), commit.clone());
        // What nobody decided on is not at the release's tag.
        let release = release.filter(|_| !undecided);
        Self { at: *since, shift: Shift::There, version, tag, commit, release }
    }

    /// What others report of a version there; nothing of what stays where it is.
    pub fn reported(version: &str, report: &Deploy, at: DateTime<Utc>) -> Option<Self> {
        let shift = match report.status {
            Status::Started => Shift::Asked,
            Status::Succeeded => Shift::There,
            Status::Failed | Status::Cancelled => Shift::Failed,
            Status::RolledBack => Shift::Left,
            Status::Troubled => return None,
        };
        let (version, commit) = (bare(version).to_owned(), report.commit.clone());
        Some(Self { at, shift, version, tag: String::new(), commit, release: None })
    }

    /// Whether two are of the same version.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        self.version == other.version || (!self.tag.is_empty() && self.tag == other.tag)
    }

    /// Where it is in git, as far as is known: a release's own at its tag.
    pub fn git_ref(&self) -> Option<String> {
        let tag = Some(&self.tag).filter(|tag| self.release.is_some() && !tag.is_empty());
        tag.or(self.commit.as_ref()).cloned()
    }
}

/// The movements, in the order of time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Past(Vec<Movement>);

impl Past {
    /// These, which are in the order of time.
    pub(super) fn of(all: Vec<Movement>) -> Self {
        Self(all)
    }

    pub(super) fn all(&self) -> &[Movement] {
        &self.0
    }

    /// Takes one in where it belongs. What is said once more right after the same only says more of it.
    pub(super) fn take(&mut self, one: Movement) {
        let place = self.0.partition_point(|known| known.at <= one.at);
        let before = place.checked_sub(1).and_then(|before| self.0.get_mut(before));
        if let Some(known) = before.filter(|known| known.shift == one.shift && known.version == one.version) {
            known.commit = known.commit.take().or(one.commit);
            known.release = known.release.or(one.release);
            if known.tag.is_empty() {
                known.tag = one.tag;
            }
            return;
        }
        self.0.insert(place, one);
        let surplus = self.0.len().saturating_sub(MOVEMENTS);
        self.0.drain(..surplus);
    }

    /// What has this tag left.
    pub(super) fn left(&mut self, tag: &str, at: DateTime<Utc>) {
        let known = self.0.iter().rev().find(|one| one.tag == tag);
        let version = known.map_or_else(|| bare(tag).to_owned(), |known| known.version.clone());
        if self.0.iter().any(|one| one.shift == Shift::Left && one.at == at && one.version == version) {
            return;
        }
        self.take(Movement { at, shift: Shift::Left, version, tag: tag.to_owned(), commit: None, release: None });
    }
}

/// What ran at an instant, of movements in the order of time.
pub(super) fn ran_at(all: &[Movement], at: DateTime<Utc>) -> Option<Movement> {
    let (mut there, mut coming): (Option<&Movement>, Option<&Movement>) = (None, None);
    for one in all.iter().take_while(|one| one.at <= at) {
        match one.shift {
            Shift::Asked => coming = Some(one),
            Shift::Failed => drop(coming.take_if(|coming| coming.version == one.version)),
            Shift::Left => {
                coming.take_if(|coming| coming.version == one.version);
                there.take_if(|there| there.version == one.version);
            }
            Shift::There => (coming, there) = (None, Some(one)),
        }
    }
    let there = there.filter(|there| coming.is_none_or(|coming| coming.version == there.version))?;
    Some(with_release(all, there, at))
}

/// When a version came last, until an instant.
pub(super) fn last_came(all: &[Movement], version: &str, until: DateTime<Utc>) -> Option<Movement> {
    let came = all.iter().filter(|one| one.shift == Shift::There && one.at <= until);
    let last = came.filter(|one| one.version == bare(version)).max_by_key(|one| one.at)?;
    Some(with_release(all, last, until))
}

/// What others report of a version that a release brought is about that release.
fn with_release(all: &[Movement], ran: &Movement, until: DateTime<Utc>) -> Movement {
    let same = |other: &&Movement| {
        other.shift == Shift::There && other.version == ran.version && other.at <= until && other.release.is_some()
    };
    let brought = all.iter().filter(same).max_by_key(|other| other.at).and_then(|other| other.release);
    Movement { release: ran.release.or(brought), ..ran.clone() }
}
