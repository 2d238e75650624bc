//! The ledger of an environment: what was asked for, ran, runs, was good and was taken back there, and what holds it. All
//! that is ever said or decided of an environment is read from here, so that no two sentences contradict each other.

mod answers;
mod entry;
mod past;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use self::past::Past;
pub use self::{
    entry::{Attempt, AttemptFailure, Bad, Entered, Running},
    past::{Movement, Shift},
};
pub use super::hold::{Hold, HoldCause};
use super::report::{Deploy, bare};
use crate::domain::release::{ReleaseId, stories};

/// How many versions that ran before are remembered.
const GOOD: usize = 10;

/// What is known of an environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ledger {
    #[serde(rename = "now")]
    runs: Option<Running>,
    good: Vec<Running>,
    trying: Option<Attempt>,
    hold: Option<Hold>,
    bad: Vec<Bad>,
    taken_back: Vec<String>,
    past: Past,
}

/// Whether one may ever want it back: nobody goes back to a story, or to what nobody decided on.
fn can_return(one: &Running) -> bool {
    !one.undecided && !stories::is_name(&one.tag)
}

impl Ledger {
    /// Enters what happens. `of` is the version that people know it by, where what comes is a build of that.
    pub fn enter(&mut self, of: &str, entered: Entered) {
        if let Some(movement) = Movement::of(of, &entered) {
            self.heard(movement);
        }
        match entered {
            Entered::Asked(attempt) => self.trying = Some(attempt),
            Entered::Failed(attempt) => self.failed(attempt),
            Entered::Came(running) => self.came(running),
            // What was left of the version before has been taken away.
            Entered::Beside(one) if self.runs.as_ref().is_some_and(|now| now.release == one.release) => {
                self.trying = None
            }
            Entered::Beside(_) => {}
            Entered::CameBack(to, from) => self.came_back(to, from.as_deref()),
            Entered::TakenBack(tag, at) => self.take_back(&tag, at),
        }
    }

    /// Remembers what only completes the past: it came too late to be news, or somebody else enters it.
    pub fn heard(&mut self, movement: Movement) {
        // What stood here before the past was kept belongs to it, too.
        self.past = Past::of(self.movements());
        self.past.take(movement);
    }

    fn failed(&mut self, attempt: Attempt) {
        let same = |known: &&Attempt| bare(&known.version) == bare(&attempt.version);
        let known = self.trying.as_ref().filter(same);
        let own = known.is_some_and(|known| known.release == attempt.release);
        // What a release of ours asked for may have been followed by what others deploy.
        if attempt.release.is_none() || own {
            let at = known.map_or(attempt.at, |known| known.at);
            self.trying = Some(Attempt { at, ..attempt });
        }
    }

    /// Another version stands here.
    fn came(&mut self, running: Running) {
        self.trying = None;
        let before = self.runs.take();
        let same = |one: &Running| {
            one.version == running.version && one.tag == running.tag && one.undecided == running.undecided
        };
        // What is only deployed once more has been there all the while.
        let since = before.as_ref().filter(|one| same(one)).map_or(running.since, |one| one.since);
        self.taken_back.retain(|tag| *tag != running.tag);
        self.good.retain(|one| one.tag != running.tag);
        if let Some(before) = before.filter(|one| one.tag != running.tag && can_return(one)) {
            self.good.retain(|one| one.tag != before.tag);
            self.good.insert(0, before);
            self.good.truncate(GOOD);
        }
        self.runs = Some(Running { since, ..running });
    }

    fn came_back(&mut self, mut to: Running, from: Option<&str>) {
        if let Some(known) = self.all().find(|one| one.tag == to.tag && !one.undecided).cloned() {
            to.commit = to.commit.or(known.commit);
            to.digest = to.digest.or(known.digest);
        }
        let at = to.since;
        self.came(to);
        if let Some(from) = from {
            self.take_back(from, at);
        }
    }

    fn take_back(&mut self, tag: &str, at: DateTime<Utc>) {
        self.past.left(tag, at);
        self.runs.take_if(|now| now.tag == tag);
        self.trying.take_if(|one| one.tag == tag);
        self.good.retain(|one| one.tag != tag);
        self.taken_back.retain(|known| known != tag);
        self.taken_back.insert(0, tag.to_owned());
        self.taken_back.truncate(GOOD);
    }

    /// What CD says of the version that runs, and nobody knew.
    pub fn completed(&mut self, report: &Deploy) {
        let Some(now) = self.runs.as_mut().filter(|now| bare(&now.version) == bare(&report.version)) else { return };
        now.commit = now.commit.take().or_else(|| report.commit.clone());
        now.digest = now.digest.take().or_else(|| report.digest.clone());
        now.config = report.config_digest.clone().or_else(|| now.config.take());
    }

    /// Somebody deployed what runs here once more, or it is seen to be there.
    pub fn stays(&mut self) {
        self.trying = None;
    }

    /// A version does not come after all: somebody cancelled its deploy, which neither failed nor got there.
    pub fn cancelled(&mut self, version: &str) {
        self.trying.take_if(|trying| bare(&trying.version) == bare(version));
    }

    /// What stood here before anybody looked, newest first. It counts as long as nothing else is known; whether it does.
    pub fn stood(&mut self, seen: Vec<Running>) -> bool {
        // GitHub does not say of a deployment that it was taken back; we may know.
        let mut seen = seen.into_iter().filter(|one| !self.taken_back.contains(&one.tag)).peekable();
        let Some(newest) = seen.peek() else { return false };
        let newer = self.trying.as_ref().is_some_and(|trying| trying.at <= newest.since);
        if self.is_known() || newer {
            return false;
        }
        self.runs = if self.taken_back.is_empty() { seen.next() } else { None };
        self.good = seen.collect();
        true
    }

    /// Nothing runs here any more, unless something came later; whether that is news. Holds stay.
    pub fn stopped(&mut self, at: DateTime<Utc>) -> bool {
        if self.runs.as_ref().is_none_or(|now| now.since > at) {
            return false;
        }
        // What stood here before the past was kept belongs to it, too.
        self.past = Past::of(self.movements());
        let gone = self.runs.take();
        gone.inspect(|gone| self.past.left(&gone.tag, at)).is_some()
    }

    /// A release's people reject what runs here, if it is still that release's.
    pub fn rejected(&mut self, release: ReleaseId, by: &str) {
        if let Some(now) = self.runs.as_mut().filter(|now| now.release == Some(release)) {
            now.rejected = Some(by.to_owned());
        }
    }

    /// Who rejected what runs here takes that back.
    pub fn withdrawn(&mut self, release: ReleaseId, by: &str) {
        if let Some(now) = self.runs.as_mut().filter(|now| now.release == Some(release)) {
            now.rejected.take_if(|rejecter| rejecter == by);
        }
    }

    /// Nothing is let in any more; an older hold stays, with its reason.
    pub fn held(&mut self, hold: Hold) {
        self.hold.get_or_insert(hold);
    }

    /// Deploys are let in again: what held them.
    pub fn resumed(&mut self) -> Option<Hold> {
        self.hold.take()
    }

    /// These commits are not to come back without their revert.
    pub fn marked(&mut self, bad: Vec<Bad>) {
        self.bad = bad;
    }

    /// Commits that were marked may come back: which.
    pub fn forgiven(&mut self) -> Vec<Bad> {
        std::mem::take(&mut self.bad)
    }
}

#[cfg(test)]
mod ran_tests;
#[cfg(test)]
mod tests;
