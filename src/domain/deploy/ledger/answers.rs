//! What a ledger says.

use chrono::{DateTime, Utc};

use super::{Attempt, Bad, Hold, Ledger, Movement, Running, Shift, past};
use crate::domain::{deploy::report::bare, release::ReleaseId};

impl Ledger {
    /// What runs there, if that is known.
    pub fn runs(&self) -> Option<&Running> {
        self.runs.as_ref()
    }

    /// What ran there before without being taken back, newest first; each tag once, and not the present one.
    pub fn ran_before(&self) -> &[Running] {
        &self.good
    }

    /// A deploy that was asked for and has not ended well.
    pub fn attempt(&self) -> Option<&Attempt> {
        self.trying.as_ref()
    }

    /// Why it takes no deploys, if it takes none.
    pub fn hold(&self) -> Option<&Hold> {
        self.hold.as_ref()
    }

    /// Commits that are not to come back without their revert.
    pub fn bad(&self) -> &[Bad] {
        &self.bad
    }

    /// The tag that was taken back last and has not come again.
    pub fn last_taken_back(&self) -> Option<&str> {
        self.taken_back.first().map(String::as_str)
    }

    /// What runs or ran there, newest first.
    pub(super) fn all(&self) -> impl DoubleEndedIterator<Item = &Running> {
        self.runs.iter().chain(&self.good)
    }

    /// Whether it is known what runs or ran here.
    pub fn is_known(&self) -> bool {
        self.runs.is_some() || !self.good.is_empty()
    }

    /// Whether a tag that came here was taken back.
    pub fn is_taken_back(&self, tag: &str) -> bool {
        let here = self.all().any(|one| one.tag == tag);
        // What was taken back before that was remembered is only missing.
        !here && (self.runs.is_some() || self.taken_back.iter().any(|known| known == tag))
    }

    /// Whether a tag was rejected here.
    pub fn is_rejected(&self, tag: &str) -> bool {
        self.all().any(|one| one.tag == tag && one.rejected.is_some())
    }

    /// What ran here last of all that people decided on: what runs, unless CD runs something else under its name.
    pub fn decided(&self) -> Option<&Running> {
        self.runs.as_ref().and_then(|_| self.all().find(|one| !one.undecided))
    }

    /// The tag that a roll-back takes away: of the deploy that did not end well, else of what runs.
    pub fn to_be_rolled_back(&self) -> Option<&str> {
        let tried = self.trying.as_ref().map(|trying| trying.tag.as_str());
        tried.or_else(|| self.runs.as_ref().map(|now| now.tag.as_str()))
    }

    /// What may be rolled back to, best first: nobody goes back to what was rejected here.
    pub fn roll_back_targets(&self) -> Vec<&Running> {
        let away = self.to_be_rolled_back();
        self.all().filter(|one| Some(one.tag.as_str()) != away && one.is_good()).collect()
    }

    /// The commit of a tag as it ran here, if that is known.
    pub fn commit_of(&self, tag: &str) -> Option<&str> {
        self.all().find(|one| one.tag == tag && !one.undecided)?.commit.as_deref()
    }

    /// The tags that a release may go back to when it fails here, best first; `before` is the one before it.
    pub fn ways_back(&self, own: &str, before: Option<&str>) -> Vec<String> {
        let ran = self.all().filter(|one| one.is_good()).map(|one| one.tag.as_str());
        let mut tags: Vec<String> = vec![];
        let before = before.filter(|tag| !self.is_rejected(tag));
        for tag in ran.chain(before).filter(|tag| *tag != own && !tag.is_empty()) {
            if !tags.iter().any(|known| known == tag) {
                tags.push(tag.to_owned());
            }
        }
        tags
    }

    /// Whether a version came there, or was asked for, under its tag, and not by this release.
    pub fn got_from_others(&self, tag: &str, version: &str, release: ReleaseId) -> bool {
        let is =
            |of: &str, named: &str, by: Option<ReleaseId>| of == tag && bare(named) == version && by != Some(release);
        let asked = self.trying.as_ref().is_some_and(|trying| is(&trying.tag, &trying.version, trying.release));
        asked || self.all().any(|one| is(&one.tag, &one.version, one.release))
    }

    /// What ran there at an instant. Nothing if that is not known: nobody saw anything come, it was taken away, or another
    /// version was on its way.
    pub fn ran_at(&self, at: DateTime<Utc>) -> Option<Movement> {
        past::ran_at(&self.movements(), at)
    }

    /// When a version came there last, until an instant.
    pub fn last_came(&self, version: &str, until: DateTime<Utc>) -> Option<Movement> {
        past::last_came(&self.movements(), version, until)
    }

    /// What was there, and was not taken back since, before an instant; another version than this one.
    pub fn last_good_before(&self, version: &str, before: DateTime<Utc>) -> Option<Movement> {
        let all = self.movements();
        let stayed = |one: &&Movement| {
            !all.iter().any(|other| other.shift == Shift::Left && other.is_of(one) && other.at >= one.at)
        };
        let came = all.iter().filter(|one| one.shift == Shift::There && one.at < before);
        came.filter(|one| one.version != bare(version)).filter(stayed).max_by_key(|one| one.at).cloned()
    }

    /// What was heard of last, until an instant, of another version than this one.
    pub fn last_heard_of(&self, but: &str, until: DateTime<Utc>) -> Option<Movement> {
        let all = self.movements().into_iter().filter(|one| one.at <= until && one.version != bare(but));
        all.max_by_key(|one| (one.at, one.commit.is_some()))
    }

    /// The whole past in the order of time, with what stood there before the past was kept.
    pub(super) fn movements(&self) -> Vec<Movement> {
        let mut all = self.past.all().to_vec();
        // GitHub says of what ran before only when it went, which is when the next came: of two, the newer is the later.
        for one in self.all().rev() {
            if !all.iter().any(|known| known.shift == Shift::There && known.tag == one.tag) {
                all.push(Movement::there(bare(&one.version), one));
            }
        }
        all.sort_by_key(|one| one.at);
        all
    }
}
