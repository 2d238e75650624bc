//! What an approval or a rejection is about: a gate, or a story that is tried.

use super::Refusal;
use crate::{
    domain::{
        message::short::is_same,
        release::{Release, gate::Gate, stories::is_name},
    },
    messages::moved,
};

/// The gate that somebody means; a button also names the commit that they looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MeantGate {
    /// The gate's name.
    pub name: String,
    /// The commit, shortened.
    pub commit: Option<String>,
}

impl MeantGate {
    /// Reads `qa`, or `qa/1a2b3c4` as buttons say it; nothing if the release has no such gate.
    pub(super) fn read(release: &Release, text: &str) -> Option<Self> {
        let known = |name: &str| release.spec.plan.gate(name).is_some();
        if known(text) {
            return Some(Self { name: text.to_owned(), commit: None });
        }
        let (name, commit) = text.rsplit_once('/').filter(|(name, _)| known(name))?;
        Some(Self { name: name.to_owned(), commit: Some(commit.to_owned()) })
    }

    /// The gate itself.
    pub(super) fn gate_of<'a>(&self, release: &'a Release) -> Option<&'a Gate> {
        release.spec.plan.gate(&self.name).map(|(_, gate)| gate)
    }

    /// Refuses what was looked at on an earlier commit than the present one.
    pub(super) fn refuse_older(&self, release: &Release) -> Result<(), Refusal> {
        let Some((gate, looked_at)) = self.gate_of(release).zip(self.commit.as_deref()) else { return Ok(()) };
        let present = release.commit_at(gate);
        if looked_at == present || is_same(looked_at, present) {
            return Ok(());
        }
        Err(Refusal::Answered(Box::new(moved::since(release, gate, looked_at))))
    }
}

/// The story that somebody decides on; a button also names where it was tried, and the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject {
    /// The story.
    pub story: String,
    /// Where it was tried.
    pub environment: Option<String>,
    /// The commit that was tried.
    pub commit: Option<String>,
}

impl Subject {
    /// Reads `S-10001`, or `S-10001/dev/1a2b3c4` as buttons say it; nothing if it is a gate.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(2, '/');
        let story = parts.next()?.to_uppercase();
        let (environment, commit) = match parts.next().and_then(|rest| rest.rsplit_once('/')) {
            Some((environment, commit)) => (Some(environment.to_owned()), Some(commit.to_owned())),
            None => (None, None),
        };
        is_name(&story).then_some(Self { story, environment, commit })
    }
}
