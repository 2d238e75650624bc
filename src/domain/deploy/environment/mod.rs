//! What stands in an environment, what ran there before, and whether it takes anything new.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::release::ReleaseId;

/// How many versions that ran before are remembered.
const GOOD: usize = 10;

/// How an environment stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EnvironmentStatus {
    /// What runs there, if a deploy was ever seen.
    pub now: Option<Running>,
    /// What ran there before without being rolled back, newest first; each tag once, and not the present one.
    pub good: Vec<Running>,
    /// A deploy that was asked for and has not ended well.
    pub trying: Option<Attempt>,
    /// Why it takes no deploys.
    pub hold: Option<Hold>,
    /// Commits that are not to come back without their revert.
    pub bad: Vec<Bad>,
    /// Tags that were taken back here and have not come again, newest first.
    pub taken_back: Vec<String>,
}

/// A version in an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// The version or build, as CD was told.
    pub version: String,
    /// The tag by which it can be deployed again.
    pub tag: String,
    /// Its commit.
    pub commit: Option<String>,
    /// The artifact's digest.
    pub digest: Option<String>,
    /// The digest of its configuration.
    pub config: Option<String>,
    /// Since when it has been there.
    pub since: DateTime<Utc>,
    /// The release that brought it, if it was one of ours.
    pub release: Option<ReleaseId>,
    /// The page of its deploy.
    pub url: Option<String>,
    /// Who rejected it here, if somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
}

/// A deploy that was asked for and has not ended well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The version or build.
    pub version: String,
    /// Its tag.
    pub tag: String,
    /// When it was asked for.
    pub at: DateTime<Utc>,
    /// The release that asked, if it was one of ours.
    pub release: Option<ReleaseId>,
    /// What went wrong, once something did.
    pub failed: Option<String>,
}

/// Why an environment takes no deploys until a person says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Who rolled back; a release that did so by itself.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// The tag that was rolled back.
    pub from: String,
}

/// A commit that is not to come back without its revert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bad {
    /// The full id of a commit by which it is found: what has this commit has the change.
    pub commit: String,
    /// The merge commit of the pull request, if that is another one.
    pub merge: Option<String>,
    /// The pull request that brought it, if that is how it was named.
    pub pull: Option<u64>,
    /// The first line of its message.
    pub title: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl EnvironmentStatus {
    /// Another version stands here.
    pub fn deployed(&mut self, running: Running) {
        self.trying = None;
        let before = self.now.take();
        let same = |one: &Running| one.version == running.version && one.tag == running.tag;
        // What is only deployed once more has been there all the while.
        let since = before.as_ref().filter(|one| same(one)).map_or(running.since, |one| one.since);
        self.taken_back.retain(|tag| *tag != running.tag);
        self.good.retain(|one| one.tag != running.tag);
        if let Some(before) = before.filter(|one| one.tag != running.tag) {
            self.good.retain(|one| one.tag != before.tag);
            self.good.insert(0, before);
            self.good.truncate(GOOD);
        }
        self.now = Some(Running { since, ..running });
    }

    /// An earlier version stands here again: what it replaces was no good.
    pub fn rolled_back(&mut self, mut to: Running, from: Option<&str>) {
        let known = self.now.iter().chain(&self.good).find(|one| one.tag == to.tag);
        if let Some(known) = known.cloned() {
            to.commit = to.commit.or(known.commit);
            to.digest = to.digest.or(known.digest);
        }
        self.deployed(to);
        if let Some(from) = from {
            self.take_back(from);
        }
    }

    /// A version does not stand here any more; what does is not known, if it was this one.
    pub fn take_back(&mut self, tag: &str) {
        self.now.take_if(|now| now.tag == tag);
        self.good.retain(|one| one.tag != tag);
        self.taken_back.retain(|known| known != tag);
        self.taken_back.insert(0, tag.to_owned());
        self.taken_back.truncate(GOOD);
    }

    /// Whether it is known what runs or ran here.
    pub fn is_known(&self) -> bool {
        self.now.is_some() || !self.good.is_empty()
    }

    /// Whether a tag that came here was taken back.
    pub fn is_taken_back(&self, tag: &str) -> bool {
        let here = self.now.iter().chain(&self.good).any(|one| one.tag == tag);
        // What was taken back before that was remembered is only missing.
        !here && (self.now.is_some() || self.taken_back.iter().any(|known| known == tag))
    }

    /// Whether a tag was rejected here.
    pub fn is_rejected(&self, tag: &str) -> bool {
        self.now.iter().chain(&self.good).any(|one| one.tag == tag && one.rejected.is_some())
    }

    /// The tag that a roll-back takes away: of the deploy that did not end well, else of what runs.
    pub fn to_be_rolled_back(&self) -> Option<&str> {
        let tried = self.trying.as_ref().map(|trying| trying.tag.as_str());
        tried.or_else(|| self.now.as_ref().map(|now| now.tag.as_str()))
    }

    /// What may be rolled back to, best first: nobody goes back to what was rejected here.
    pub fn roll_back_targets(&self) -> Vec<&Running> {
        let away = self.to_be_rolled_back();
        let well = |one: &&Running| Some(one.tag.as_str()) != away && one.rejected.is_none();
        self.now.iter().chain(&self.good).filter(well).collect()
    }

    /// The commit of a tag as it ran here, if that is known.
    pub fn commit_of(&self, tag: &str) -> Option<&str> {
        self.now.iter().chain(&self.good).find(|one| one.tag == tag)?.commit.as_deref()
    }

    /// The tags that a release may go back to when it fails here, best first; `before` is the one before it.
    pub fn ways_back(&self, own: &str, before: Option<&str>) -> Vec<String> {
        let ran = self.now.iter().chain(&self.good).filter(|one| one.rejected.is_none()).map(|one| one.tag.as_str());
        let mut tags: Vec<String> = vec![];
        let before = before.filter(|tag| !self.is_rejected(tag));
        for tag in ran.chain(before).filter(|tag| *tag != own && !tag.is_empty()) {
            if !tags.iter().any(|known| known == tag) {
                tags.push(tag.to_owned());
            }
        }
        tags
    }

    /// Holds the environment; an older hold stays, with its reason.
    pub fn hold(&mut self, hold: Hold) {
        self.hold.get_or_insert(hold);
    }
}

#[cfg(test)]
mod tests;
